/**
 * Wills: published when their connection ends without a DISCONNECT, never otherwise, and once.
 *
 * Nobody sees a will being published but its subscribers. So a will that comes due enters the ledger like a message, and
 * whoever subscribed at QoS 1 or 2 is owed a copy of it.
 */

import type { Conn } from './conn.ts';
import type { Ledger } from './ledger.ts';
import { isBarer, type MessageKey, messageKey } from './message-key.ts';
import type { Seen } from './seen.ts';
import type { Tally } from './tally.ts';

interface Will {
  conn: Conn;
  key: MessageKey;
  /** `doubtful`: a crash may have forgotten that it was withdrawn. */
  state: 'armed' | 'withdrawn' | 'doubtful' | 'optional';
  /** Ordinal of the DISCONNECT at the broker. */
  withdrawnAt: number;
  /** Ordinal of its publication while it was armed, which the end of its connection may yet explain. */
  earlyAt: number;
  /** An equal one before it that is doubtful. */
  forgotten: Will | undefined;
}

/** Wills of the past that are remembered, to tell a will out of place from a message out of nowhere. */
const REMEMBERED = 1024;

export class Wills {
  readonly #tally: Tally;
  /** By connection while it stands; by key for all that are remembered. */
  readonly #standing = new Map<Conn, Will>();
  readonly #known = new Map<Ledger, Map<MessageKey, Will>>();

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** The broker read a CONNECT with a will: from now on it may have to publish it. */
  armed(ledger: Ledger, conn: Conn): void {
    if (conn.will === undefined) return;
    const { topic, payload, properties } = conn.will;
    const will: Will = {
      conn,
      key: messageKey(topic, payload, properties),
      state: 'armed',
      withdrawnAt: 0,
      earlyAt: 0,
      forgotten: undefined,
    };
    if (isBarer(properties)) ledger.strips(messageKey(topic, payload, undefined), will.key);
    this.#standing.set(conn, will);
    let known = this.#known.get(ledger);
    if (known === undefined) {
      known = new Map();
      this.#known.set(ledger, known);
    }
    const before = known.get(will.key);
    if (before !== undefined) will.forgotten = before.state === 'doubtful' ? before : before.forgotten;
    known.delete(will.key);
    known.set(will.key, will);
    if (known.size > REMEMBERED) {
      for (const [key, oldest] of known) {
        if (oldest.state !== 'armed') {
          known.delete(key);
          break;
        }
      }
    }
  }

  /** The broker refused the connection. */
  refused(conn: Conn): void {
    const will = this.#standing.get(conn);
    if (will === undefined) return;
    this.#standing.delete(conn);
    will.state = 'withdrawn';
  }

  /** The broker read a DISCONNECT that discards the will. */
  withdrawn(conn: Conn, i: number): void {
    const will = this.#standing.get(conn);
    if (will === undefined) return;
    this.#standing.delete(conn);
    will.state = 'withdrawn';
    will.withdrawnAt = i;
    this.#tally.reach('will.withheld');
    if (will.earlyAt > 0) this.#misplaced(will, will.earlyAt, i);
  }

  /** The connection ended at the broker, and nothing had discarded the will. */
  due(ledger: Ledger, conn: Conn, i: number, t: number, crashed: boolean): void {
    const will = this.#standing.get(conn);
    if (will === undefined) return;
    this.#standing.delete(conn);
    will.state = 'optional';
    const { qos, retain, topic, payload, properties } = conn.will!;
    const arrival = ledger.arrive(will.key, topic, {
      publisher: conn.clientId,
      qos,
      retained: retain && payload.length > 0,
      will: true,
      i,
      t,
      sentAt: conn.connectAt,
      expiry: properties?.messageExpiryInterval ?? Number.POSITIVE_INFINITY,
      bytes: topic.length + payload.length,
    });
    arrival.settled = true;
    // A crash may have come before the will was stored, and a delayed will may be cancelled by its client's return.
    const delayed = conn.v === 5 && (properties?.willDelayInterval ?? 0) > 0;
    if (!crashed && !delayed && conn.acceptedAt > 0) {
      arrival.acceptedAt = i;
      this.#tally.reach('will.due');
    }
    ledger.debts.owe(arrival, will.earlyAt > 0);
  }

  /** The broker crashed. DISCONNECT has no answer, so that nobody was promised that it had been stored. */
  crashed(ledger: Ledger): void {
    const { broker } = ledger;
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

  /** A message that is not in the ledger was sent; true when it is somebody's will. */
  published(ledger: Ledger, seen: Seen): boolean {
    const will = this.#known.get(ledger)?.get(seen.key);
    if (will === undefined) return false;
    const forgotten = will.state === 'doubtful' ? will : will.forgotten;
    if (forgotten !== undefined) this.#excused(forgotten, seen.i);
    else if (will.state === 'armed') {
      // The broker may publish it an instant before its connection is seen to end.
      if (will.earlyAt === 0) will.earlyAt = seen.i;
    } else if (will.state === 'withdrawn') this.#misplaced(will, seen.i, 0);
    return true;
  }

  /** The run is over. */
  finish(): void {
    for (const will of this.#standing.values()) {
      this.#tally.reach('will.withheld');
      if (will.earlyAt > 0) this.#misplaced(will, will.earlyAt, 0);
    }
  }

  #excused(will: Will, publishedAt: number): void {
    const { clientId, broker } = will.conn;
    this.#tally.excuse(
      'will.withheld',
      broker.name,
      `${broker.name} crashed before it had to have stored the DISCONNECT`,
      `${broker.name} published the will of ${clientId} on ${will.conn.will!.topic} after DISCONNECT`,
      [will.withdrawnAt, broker.crashedAt, publishedAt],
    );
  }

  #misplaced(will: Will, publishedAt: number, disconnectAt: number): void {
    const { conn } = will;
    const why = will.state === 'armed' ? 'stands' : 'was ended by DISCONNECT';
    this.#tally.broken(
      'will.withheld',
      conn.broker.name,
      `${conn.broker.name} published the will of ${conn.clientId} on ${conn.will!.topic} although its connection ${conn.name} ${why}`,
      [conn.connectAt, publishedAt, disconnectAt],
    );
  }
}
