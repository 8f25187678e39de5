/**
 * Wills: published when their connection ends without a DISCONNECT, never otherwise, and once.
 *
 * Nobody sees a will being published but its subscribers. So a will that comes due enters the ledger like a message, and
 * whoever subscribed at QoS 1 or 2 is owed a copy of it.
 */

import { encode } from '../../mqtt/codec/encode.ts';
import type { Will as Published } from '../../mqtt/codec/packet.ts';
import type { Conn } from '../evidence/conn.ts';
import type { Ledger } from '../evidence/ledger.ts';
import { isBarer, type MessageKey, messageKey } from '../evidence/message-key.ts';
import type { Seen } from '../evidence/seen.ts';
import type { Session } from '../evidence/session.ts';
import type { Tally } from '../tally.ts';

interface Will {
  conn: Conn;
  key: MessageKey;
  /** `waiting`: for its delay. `doubtful`: a crash may have forgotten that it was withdrawn. */
  state: 'armed' | 'waiting' | 'withdrawn' | 'doubtful' | 'optional';
  /** Ordinal of what took it back, at the broker: a DISCONNECT, or the CONNACK of a client that is back in time. */
  withdrawnAt: number;
  /** Ordinal and time of its publication while it was armed or waiting, which what comes may yet explain. */
  earlyAt: number;
  earlyTime: number;
  /** To whom it was sent then. */
  earlyTo: Session[];
  /** An equal message may still be on its way: then it cannot be told from the will. */
  mistakable: boolean;
  /** Ordinal of the end of its connection, and the virtual time at which its delay is over. */
  endedAt: number;
  dueTime: number;
  /** Nobody can tell when its delay is over: a crash came between, an unanswered CONNECT, or its session was given two ends. */
  shaky: boolean;
  /** An equal one before it that is doubtful, and the last equal one before it. */
  forgotten: Will | undefined;
  before: Will | undefined;
  /** Equal ones before it that had not come due; only of a broker that is seen from afar. */
  others: readonly Will[];
}

/** A deadline is not a moment for an observer: this much before is nobody's fault. */
const TOLERANCE_MICROS = 1_000_000;

/** Wills of the past that are remembered, to tell a will out of place from a message out of nowhere. */
const REMEMBERED = 1024;
const OTHERS_REMEMBERED = 16;

export class Wills {
  readonly #tally: Tally;
  /** By connection while it stands; by key for all that are remembered. */
  readonly #standing = new Map<Conn, Will>();
  readonly #known = new Map<Ledger, Map<MessageKey, Will>>();
  /** Those that wait for their delay, by client, and when the next delay is over. */
  readonly #waiting = new Map<Ledger, Map<string, Will>>();
  #nextDue = Number.POSITIVE_INFINITY;
  /** Connections whose CONNECT the broker has read and not answered: a will of the same client is neither due nor taken back. */
  readonly #asking = new Map<Conn, Ledger>();

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** The broker read a CONNECT: from now on it may have to publish the will in it. */
  asked(ledger: Ledger, conn: Conn): void {
    this.#asking.set(conn, ledger);
    if (conn.will === undefined) return;
    const { topic, payload, properties } = conn.will;
    const will: Will = {
      conn,
      key: messageKey(topic, payload, properties),
      state: 'armed',
      withdrawnAt: 0,
      earlyAt: 0,
      earlyTime: 0,
      earlyTo: [],
      mistakable: false,
      endedAt: 0,
      dueTime: 0,
      shaky: false,
      forgotten: undefined,
      before: undefined,
      others: [],
    };
    if (isBarer(properties)) ledger.strips(messageKey(topic, payload, undefined), will.key);
    this.#standing.set(conn, will);
    let known = this.#known.get(ledger);
    if (known === undefined) {
      known = new Map();
      this.#known.set(ledger, known);
    }
    const before = known.get(will.key);
    if (before !== undefined) {
      will.forgotten = before.state === 'doubtful' ? before : before.forgotten;
      will.before = before;
      before.before = undefined;
      if (ledger.broker.remote)
        will.others = [...before.others, before].filter(isUndecided).slice(-OTHERS_REMEMBERED);
    }
    known.delete(will.key);
    known.set(will.key, will);
    if (known.size > REMEMBERED) {
      for (const [key, oldest] of known) {
        if (oldest.state !== 'armed' && oldest.state !== 'waiting') {
          known.delete(key);
          break;
        }
      }
    }
  }

  /** The broker refused the connection. */
  refused(conn: Conn): void {
    this.#asking.delete(conn);
    const will = this.#standing.get(conn);
    if (will === undefined) return;
    this.#standing.delete(conn);
    will.state = 'withdrawn';
  }

  /** The broker read a DISCONNECT that discards the will. */
  withdrawn(conn: Conn, i: number): void {
    const will = this.#standing.get(conn);
    if (will === undefined) return;
    will.withdrawnAt = i;
    if (!conn.broker.remote) this.settled(conn, true);
  }

  /**
   * A connection has ended after its DISCONNECT. `read`: the broker had read that; it may not have when it ended the connection
   * itself and is not seen.
   */
  settled(conn: Conn, read: boolean): void {
    const will = this.#standing.get(conn);
    if (will === undefined) return;
    this.#standing.delete(conn);
    will.state = read ? 'withdrawn' : 'doubtful';
    this.#tally.reach('will.withheld');
    if (will.earlyAt === 0) return;
    if (read) this.#misplaced(will, will.earlyAt, will.withdrawnAt);
    else this.#excused(will, will.earlyAt);
  }

  /** The connection ended at the broker, and nothing had discarded the will: it is due, in 5.0 after its delay. */
  ended(ledger: Ledger, conn: Conn, i: number, t: number, crashed: boolean): void {
    const will = this.#standing.get(conn);
    if (will === undefined) return;
    this.#standing.delete(conn);
    will.endedAt = i;
    will.dueTime = t;
    will.shaky = crashed;
    const delay = conn.v === 5 ? (conn.will!.properties?.willDelayInterval ?? 0) : 0;
    const wait = Math.min(delay, conn.sessionExpiry);
    if (wait === 0 || conn.acceptedAt === 0) {
      this.#due(ledger, will);
      return;
    }
    will.state = 'waiting';
    will.dueTime = t + wait * 1_000_000;
    if (delay > conn.sessionExpiry && conn.sessionExpiry !== conn.longestExpiry) will.shaky = true;
    this.#tally.reach('will.delay');
    let waiting = this.#waiting.get(ledger);
    if (waiting === undefined) {
      waiting = new Map();
      this.#waiting.set(ledger, waiting);
    }
    waiting.set(conn.clientId, will);
    this.#nextDue = Math.min(this.#nextDue, will.dueTime);
  }

  /** Whether a delay is over by now: then {@link advance} makes its will due. */
  isDue(now: number): boolean {
    return now >= this.#nextDue;
  }

  /** Time passes: delays that are over make their wills due. */
  advance(now: number): void {
    this.#nextDue = Number.POSITIVE_INFINITY;
    for (const [ledger, waiting] of this.#waiting) {
      for (const [clientId, will] of waiting) {
        if (will.dueTime > now || this.#isAskedFor(ledger, clientId)) {
          this.#nextDue = Math.min(this.#nextDue, will.dueTime);
          continue;
        }
        waiting.delete(clientId);
        if (will.earlyAt > 0 && will.earlyTime < will.dueTime - TOLERANCE_MICROS)
          this.#premature(ledger, will, 'before its delay was over', 0);
        this.#due(ledger, will);
      }
    }
  }

  /** The broker accepted a connection: a will that waits is taken back when the session goes on, and due when it does not. */
  returned(ledger: Ledger, conn: Conn, fate: 'resumed' | 'new' | 'doubtful' | 'inherited', i: number): void {
    this.#asking.delete(conn);
    const waiting = this.#waiting.get(ledger);
    const will = waiting?.get(conn.clientId);
    if (will === undefined) return;
    waiting!.delete(conn.clientId);
    const late = will.dueTime - conn.connectTime < TOLERANCE_MICROS;
    if (fate === 'doubtful' || fate === 'inherited' || (fate === 'resumed' && (late || will.shaky))) {
      will.shaky = true;
      this.#due(ledger, will);
    } else if (fate === 'new') {
      // The session has ended, if not now then before.
      if (will.earlyAt > 0 && will.earlyTime < conn.connectTime)
        this.#premature(ledger, will, 'before its delay was over', conn.connectAt);
      will.dueTime = this.#tally.now;
      this.#due(ledger, will);
    } else {
      will.state = 'withdrawn';
      will.withdrawnAt = i;
      if (will.earlyAt > 0) this.#premature(ledger, will, 'although it came back in time', i);
    }
  }

  /** A connection ended. Where its CONNECT was read and never answered, nobody knows whether its client was back in time. */
  forsaken(ledger: Ledger, conn: Conn): void {
    if (!this.#asking.delete(conn)) return;
    const will = this.#waiting.get(ledger)?.get(conn.clientId);
    if (will !== undefined) will.shaky = true;
  }

  #isAskedFor(ledger: Ledger, clientId: string): boolean {
    for (const [conn, of] of this.#asking) if (of === ledger && conn.clientId === clientId) return true;
    return false;
  }

  /** The will is due: whoever subscribed is owed it. */
  #due(ledger: Ledger, will: Will): void {
    const { conn } = will;
    will.state = 'optional';
    const { qos, retain, topic, payload, properties } = conn.will!;
    const shaky = will.shaky || ledger.broker.mismeasures(will.dueTime);
    const arrival = ledger.arrive(will.key, topic, {
      publisher: conn.clientId,
      qos,
      retain,
      retained: retain && payload.length > 0,
      will: true,
      i: will.endedAt,
      t: will.dueTime,
      sentAt: conn.connectAt,
      expiry: properties?.messageExpiryInterval ?? Number.POSITIVE_INFINITY,
      bytes: publishedBytes(conn.will!),
    });
    arrival.settled = true;
    arrival.again = shaky;
    // Else the next will that is like it would pass for a copy of this one.
    if (!shaky) for (const session of will.earlyTo) ledger.sent(session, arrival.message, qos);
    if (retain) ledger.retained.written(topic, will.key, arrival, false);
    // A crash may have come before the will was stored.
    if (!shaky && conn.acceptedAt > 0) {
      arrival.acceptedAt = will.endedAt;
      this.#tally.reach('will.due');
    }
    // A broker that is not seen itself may have ended the connection long before that shows.
    const after = conn.broker.remote ? conn.readByBroker : arrival.i;
    ledger.debts.owe(arrival, will.earlyAt > 0 || will.mistakable, after);
  }

  /** The broker crashed. DISCONNECT has no answer, so that nobody was promised that it had been stored. */
  crashed(ledger: Ledger): void {
    const { broker } = ledger;
    for (const will of this.#waiting.get(ledger)?.values() ?? []) will.shaky = true;
    for (const will of this.#known.get(ledger)?.values() ?? []) {
      if (will.state === 'withdrawn' && (broker.forgetful || will.withdrawnAt > broker.answeredUpTo))
        will.state = 'doubtful';
    }
  }

  /** Whether a will with this key may be published again, because a crash forgot that it was withdrawn. */
  mayComeAgain(ledger: Ledger, key: MessageKey): boolean {
    const will = this.#known.get(ledger)?.get(key);
    return will !== undefined && (will.state === 'doubtful' || will.forgotten !== undefined);
  }

  /** Whether a will with this key may come due unseen: nobody saw its connection end at a broker that is seen from afar. */
  mayBeDue(ledger: Ledger, key: MessageKey): boolean {
    if (!ledger.broker.remote) return false;
    const will = this.#willOf(ledger, key);
    return will !== undefined && isUndecided(will);
  }

  /** Whether a sending is a will whose connection stands or which waits: what comes will show if it may. */
  early(ledger: Ledger, session: Session, seen: Seen): boolean {
    const will = this.#willOf(ledger, seen.key);
    if (will?.state !== 'armed' && will?.state !== 'waiting') return false;
    // It may as well be one from before, whose DISCONNECT a crash forgot.
    if (will.forgotten !== undefined) return false;
    this.#came(will, session, seen);
    return true;
  }

  /**
   * A message that is not in the ledger was sent; true when it is somebody's will. `mistakable`: it may as well be an equal message
   * that the ledger has forgotten.
   */
  published(ledger: Ledger, session: Session, seen: Seen, mistakable: boolean): boolean {
    const will = this.#willOf(ledger, seen.key);
    if (will === undefined) return false;
    if (mistakable) {
      will.mistakable = true;
      return true;
    }
    const forgotten = will.state === 'doubtful' ? will : will.forgotten;
    if (forgotten !== undefined) this.#excused(forgotten, seen.i);
    else if (will.state === 'armed' || will.state === 'waiting') {
      this.#came(will, session, seen);
    } else if (will.state === 'withdrawn') this.#misplaced(will, seen.i, 0);
    return true;
  }

  /** The run is over. */
  finish(): void {
    for (const will of this.#standing.values()) {
      this.#tally.reach('will.withheld');
      if (will.earlyAt === 0) continue;
      // Only an answer shows that a connection still stands at a broker that is not seen itself.
      const { conn, earlyAt } = will;
      if (conn.broker.remote && !(conn.readByBroker > earlyAt)) continue;
      this.#misplaced(will, will.earlyAt, 0);
    }
  }

  /** The will that a sending may be: one that waits before one whose connection stands. */
  #willOf(ledger: Ledger, key: MessageKey): Will | undefined {
    const newest = this.#known.get(ledger)?.get(key);
    // Of a connection that a broker seen from afar has ended the end may come by late.
    const other = newest?.others.find(isUndecided);
    if (other !== undefined) return other;
    return newest?.before?.state === 'waiting' ? newest.before : newest;
  }

  /** The broker may publish it an instant before its connection is seen to end, or its session to have ended. */
  #came(will: Will, session: Session, { i, t }: Seen): void {
    will.earlyTo.push(session);
    if (will.earlyAt > 0) return;
    will.earlyAt = i;
    will.earlyTime = t;
  }

  /** It was published while it had to wait. */
  #premature({ broker }: Ledger, will: Will, why: string, until: number): void {
    if (will.shaky || broker.mismeasures(will.earlyTime)) return;
    const { clientId } = will.conn;
    this.#tally.broken(
      'will.delay',
      broker.name,
      `${broker.name} published the will of ${clientId} on ${will.conn.will!.topic} ${why}`,
      [will.conn.connectAt, will.endedAt, will.earlyAt, until],
    );
  }

  #excused(will: Will, publishedAt: number): void {
    const { clientId, broker } = will.conn;
    this.#tally.excuse(
      'will.withheld',
      broker.name,
      broker.remote
        ? `whether ${broker.name} had read the DISCONNECT nobody saw`
        : `${broker.name} crashed before it had to have stored the DISCONNECT`,
      `${broker.name} published the will of ${clientId} on ${will.conn.will!.topic} after DISCONNECT`,
      [will.withdrawnAt, broker.crashedAt, publishedAt],
    );
  }

  #misplaced(will: Will, publishedAt: number, disconnectAt: number): void {
    const { conn } = will;
    if (will.others.some(isUndecided)) return;
    const why = will.state === 'armed' ? 'stands' : 'was ended by DISCONNECT';
    this.#tally.broken(
      'will.withheld',
      conn.broker.name,
      `${conn.broker.name} published the will of ${conn.clientId} on ${conn.will!.topic} although its connection ${conn.name} ${why}`,
      [conn.connectAt, publishedAt, disconnectAt],
    );
  }
}

/** Whether nobody knows yet if it is published. */
function isUndecided({ state }: Will): boolean {
  return state === 'armed' || state === 'waiting';
}

/** How long a will is as a PUBLISH. */
function publishedBytes({ topic, payload, qos, retain, properties }: Published): number {
  const { willDelayInterval: _, ...kept } = properties ?? {};
  const identifier = qos === 0 ? {} : { packetId: 1 };
  return encode(
    { type: 'publish', topic, payload, qos, retain, dup: false, ...identifier, properties: kept },
    5,
  ).length;
}
