/** expiry.counted-down and expiry.not-sent: what a broker says of a message's remaining life, and when that is over. */
import { describeTime } from '../../trace/describe.ts';
import type { Conn } from '../evidence/conn.ts';
import type { Ledger } from '../evidence/ledger.ts';
import type { Arrival } from '../evidence/message.ts';
import type { Party } from '../evidence/party.ts';
import type { Seen } from '../evidence/seen.ts';
import type { Tally } from '../tally.ts';

/** The interval is in whole seconds, and a deadline is no moment for an observer: this much either way is nobody's fault. */
const TOLERANCE_SECONDS = 2;
/** What a process that was stopped had in hand it sends so soon when it goes on. */
const IN_HAND_MICROS = 1_000_000;

export class Expiry {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** A first sending; `arrivals` are those that may be behind it. */
  forwarded(ledger: Ledger, conn: Conn, seen: Seen, arrivals: readonly Arrival[]): void {
    const said = conn.v === 5 ? seen.packet.properties?.messageExpiryInterval : undefined;
    if (said === undefined && arrivals.every(({ expiry }) => expiry === Number.POSITIVE_INFINITY)) return;
    const { broker } = ledger;
    if (arrivals.some(({ t, again }) => again || broker.mismeasures(t))) return;
    this.#tally.reach('expiry.not-sent');
    const about = [...arrivals.map(({ i }) => i), seen.i];
    const to = `on ${seen.topic} to ${conn.clientId}`;
    const times = timesOf(broker, seen);
    if (arrivals.every((arrival) => times.every((time) => left(arrival, time) < -TOLERANCE_SECONDS))) {
      const { expiry, t } = arrivals[arrivals.length - 1]!;
      this.#tally.broken(
        'expiry.not-sent',
        broker.name,
        `${broker.name} began to send a message ${to} ${describeTime(seen.t - t)} after it came, although its Message Expiry Interval was ${expiry} s`,
        about,
      );
      return;
    }
    if (conn.v < 5) return;
    this.#tally.reach('expiry.counted-down');
    if (said === undefined) {
      if (arrivals.some(({ expiry }) => expiry === Number.POSITIVE_INFINITY)) return;
      const text = `${broker.name} sent a message ${to} without the Message Expiry Interval that it came with`;
      this.#tally.broken('expiry.counted-down', broker.name, text, about);
      return;
    }
    const fits = arrivals.some((arrival) => {
      if (arrival.expiry === Number.POSITIVE_INFINITY) return false;
      if (said > arrival.expiry) return false;
      return times.some((time) => Math.abs(said - Math.max(left(arrival, time), 0)) <= TOLERANCE_SECONDS);
    });
    if (fits) return;
    const { expiry, t } = arrivals[arrivals.length - 1]!;
    const was = expiry === Number.POSITIVE_INFINITY ? 'none' : `${expiry} s`;
    this.#tally.broken(
      'expiry.counted-down',
      broker.name,
      `${broker.name} sent a message ${to} with Message Expiry Interval ${said} s; it came with ${was} and waited ${describeTime(seen.t - t)}`,
      about,
    );
  }
}

/** When the broker may have made what it sent: as it sent it, or before it was stopped in the middle of that. */
function timesOf({ pausedAt, resumedAt }: Party, { t }: Seen): readonly number[] {
  const wasStopped = pausedAt > 0 && resumedAt >= pausedAt && t - resumedAt < IN_HAND_MICROS;
  return wasStopped ? [t, pausedAt] : [t];
}

/** Seconds that a message had left at a virtual time. */
function left({ expiry, t }: Arrival, time: number): number {
  return expiry - (time - t) / 1_000_000;
}
