import type { BrokerPromises, NodeRole } from '../../trace/event.ts';
import type { Application } from '../families/application.ts';
import type { Ledger } from './ledger.ts';

/** No broker that is known drops what waits for a connected client before there is so much of it. */
const QUEUED_FOR_PRESENT = 100;

/** What is known of a node. */
export class Party {
  readonly name: string;
  readonly role: NodeRole;
  readonly promises: BrokerPromises | undefined;
  /** Seen from afar, by its packets alone: what it has read only its answers tell, and nobody sees it crash. */
  readonly remote: boolean;
  up = true;
  /** Not in its first life when it was first seen. */
  livedBefore = false;
  /** Ordinal of the last crash or power cut; 0 when there was none. */
  crashedAt = 0;
  /** Crashes and power cuts so far. */
  crashes = 0;
  /** Ordinal of the newest packet it answered: what a store that keeps order had to have by then. */
  answeredUpTo = 0;
  /** Virtual time at which a fault of its clocks last began or ended, or it learned of that after a stop; -1 when none did. */
  clockSetAt = -1;
  /** Faults of its clocks that are in effect. */
  clockFaults = 0;
  /** Virtual time of its last stop, and whether it stands still now. */
  pausedAt = 0;
  paused = false;
  /** Virtual time at which it last began to run, or went on after a stop. */
  resumedAt = 0;
  /** It may have a session: it has read that a server accepted it, or has said more than CONNECT without waiting for that. */
  mayHaveSession = false;
  /** It has sent a CONNECT. */
  isClient = false;
  /** True once its application was seen: without calls nothing can be said about them. */
  hasApplication = false;
  /** Seconds for which its application asked its session to be kept, when it said. */
  sessionExpiry: number | undefined = undefined;
  /** What it received as a broker; undefined before there was anything. */
  ledger: Ledger | undefined = undefined;
  /** What it was asked by its application as a client. */
  application: Application | undefined = undefined;

  constructor(name: string, role: NodeRole, promises: BrokerPromises | undefined, remote: boolean) {
    this.name = name;
    this.role = role;
    this.promises = promises;
    this.remote = remote;
  }

  /** Its process is foreign code, and seen at home: it may be a broker and a client, and its application is its own. */
  get hosted(): boolean {
    return this.role === 'host' && !this.remote;
  }

  /**
   * A broker that may send what nobody was seen to publish: an application is around it that has promised nothing, or it is a bridge,
   * with messages of another broker.
   */
  get mayOriginate(): boolean {
    return this.hosted && (this.promises === undefined || this.isClient);
  }

  /**
   * How many messages it has to keep for one session. Who has promised nothing may have any limit on what waits for a client that is
   * `away`, but the first; for one that is there more have to wait before any is dropped.
   */
  queueLimit(away: boolean): number {
    const { promises } = this;
    if (promises !== undefined) return promises.queueLimit;
    if (this.hosted) return away ? 1 : QUEUED_FOR_PRESENT;
    return this.remote ? 1 : 0;
  }

  /** True while it could do what it has to do. */
  get isRunning(): boolean {
    return this.up && !this.paused;
  }

  /** Whether what it measured since a virtual time may be wrong at nobody's fault. */
  mismeasures(since: number): boolean {
    return this.clockFaults > 0 || this.clockSetAt >= since;
  }

  /** True for a broker whose store may have lost something in a crash. */
  get forgetful(): boolean {
    return this.crashes > 0 && this.promises?.durability !== 'sync';
  }
}
