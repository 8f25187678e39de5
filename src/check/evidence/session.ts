import type { RetainedDue } from '../families/retained-messages.ts';
import type { Conn } from './conn.ts';
import { DOUBTFUL, Lane } from './lane.ts';
import type { Debt, Stream } from './message.ts';
import type { MessageKey } from './message-key.ts';
import type { Party } from './party.ts';
import { PendingMessages } from './pending.ts';
import type { ShareGroup } from './share-groups.ts';
import type { Subscription } from './subscription.ts';

/** One incarnation of a session: a new one begins whenever the broker says that none was present. */
export class Session {
  readonly broker: Party;
  readonly clientId: string;
  /** The client's node: another one may take a session over with the same client identifier. */
  client: Party;
  up: Lane;
  readonly down: Lane;
  readonly subscriptions = new Map<string, Subscription>();
  /** The topic that was looked for among them last, since they changed, and what matched. */
  matched: { readonly topic: string; readonly subscriptions: readonly Subscription[] } | undefined =
    undefined;
  /** Filters that were given up, with the ordinal of the last UNSUBACK: messages accepted before may still come. */
  readonly former = new Map<string, number>();
  /** Place of the last message forwarded of each stream, at QoS 0, 1 and 2. */
  readonly forwarded: readonly Map<Stream, number>[] = [new Map(), new Map(), new Map()];
  /** Messages that the broker may still have to send, by key, oldest first. */
  readonly owed = new PendingMessages<Debt>();
  owedCount = 0;
  /** Messages of QoS 0 that may be queued, and the most subscriptions that shared a message: they fill the queue too. */
  queuedQoS0 = 0;
  mostMatches = 1;
  /** Copies owed so far, paid or not. */
  owedPlaces = 0;
  /** Place of the newest message owed when the queue had last been full: those up to it may have been dropped. */
  fullUpTo = 0;
  /** Its last connection, standing or not. */
  conn: Conn | undefined;
  /** Ordinal of the end of its last connection at the broker. */
  cutAt = 0;
  /** Virtual time at which its last connection ended at the broker; -1 while one stands. */
  offlineSince = -1;
  /** True when nothing of it outlives its connection. */
  ephemeral: boolean;
  /** Why it cannot be expected to remember: set by a crash of a broker that promised less than sync. */
  shaken = false;
  /** The Shared Subscriptions that it is a member of. */
  readonly groups = new Set<ShareGroup>();
  /** Retained messages that a subscription has to bring and has not yet, by topic. */
  readonly retainedDue = new Map<string, RetainedDue>();
  /** How often each retained message was sent because of a subscription; undefined once there were too many to count. */
  retainedSent: Map<MessageKey, number> | undefined = new Map();
  /** Of the arrival that is being routed: its place, and what the session's subscriptions amount to. */
  routing = 0;
  matches = 0;
  grant = -1;
  sure = false;
  over = false;
  /** Nobody saw it begin, or all that came since: it may have subscriptions and messages that are not known. */
  inherited = false;

  /** How long it is kept without a connection, in seconds. */
  get expirySeconds(): number {
    if (this.conn?.v === 5) return this.conn.sessionExpiry;
    // Before 5.0 a client cannot say it on the wire. A server of ours is told by other means.
    const told = this.broker.hosted ? undefined : this.client.sessionExpiry;
    return told ?? this.broker.promises?.sessionExpiry ?? Number.POSITIVE_INFINITY;
  }

  /** From here on nobody knows what it has. */
  loseSight(): void {
    this.inherited = true;
    for (const lane of [this.up, this.down]) {
      lane.flights.clear();
      lane.ended.clear();
      lane.known.clear();
      lane.crashes = DOUBTFUL;
    }
    for (const subscription of this.subscriptions.values()) subscription.certainSince = 0;
    for (const { copies } of this.owed.all().values()) for (const copy of copies) copy.certain = false;
  }

  constructor(conn: Conn) {
    this.broker = conn.broker;
    this.clientId = conn.clientId;
    this.client = conn.client;
    this.up = new Lane(conn.client.crashes);
    this.down = new Lane(conn.broker.crashes);
    this.conn = conn;
    this.ephemeral = isEphemeral(conn);
    // What it kept from before only the client knows.
    if (conn.client.remote && !conn.clean) this.up.crashes = DOUBTFUL;
  }
}

/** Whether the session of this connection ends with it, by what CONNECT (or DISCONNECT) asked. */
export function isEphemeral(conn: Conn): boolean {
  return conn.v === 5 ? conn.sessionExpiry === 0 : conn.clean;
}

/** Why nothing can be asked of this session at the end of a run, or undefined. */
export function excuseOf(session: Session): string | undefined {
  const { broker, conn } = session;
  if (session.shaken || broker.forgetful) {
    return `${broker.name} promised durability ${broker.promises?.durability ?? 'unknown'} and crashed`;
  }
  if (!broker.up) return `${broker.name} was down when the run ended`;
  if (!session.client.up) return `${session.clientId} was down when the run ended`;
  if (conn === undefined || conn.onlineAt === 0 || conn.endedAtBroker || conn.endedAtClient) {
    return `${session.clientId} was away when the run ended`;
  }
  return undefined;
}
