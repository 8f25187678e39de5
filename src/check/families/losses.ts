/** What never came: delivery.at-least-once, delivery.exactly-once and, for wills, will.due. */
import { describeTime } from '../../trace/describe.ts';
import type { Ledger } from '../evidence/ledger.ts';
import { type Copy, isDoubtful } from '../evidence/message.ts';
import { excuseOf, type Session } from '../evidence/session.ts';
import type { RuleId } from '../rules/rules.ts';
import type { Tally } from '../tally.ts';
import { isTooLarge, mayBeTooLarge } from './packet-size.ts';
import { isOverdue } from './patience.ts';

/** The rule that a loss breaks, by QoS. */
export const LOST: readonly RuleId[] = [
  'delivery.at-most-once',
  'delivery.at-least-once',
  'delivery.exactly-once',
];

const EARLY_END = 'the run ended before everything had time to come';

export class Losses {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** The session is over, and with it what it was owed. `reason` excuses the losses. */
  closed(ledger: Ledger, session: Session, reason: string): void {
    this.#unpaid(session, reason, true);
    ledger.release(session);
    for (const flight of session.down.flights.all().values()) {
      if (!flight.arrived && flight.copy !== undefined)
        this.#missing(flight.copy, session, reason, flight.at, undefined);
    }
    session.down.flights.clear();
    for (const flight of session.up.flights.all().values()) {
      const { arrival } = flight;
      if (arrival === undefined) continue;
      arrival.settled = true;
      // A server may hand a message of QoS 2 on at PUBREL only: until then it is part of the session that ends here [3.1.1/MQTT-3.1.2-6].
      if (arrival.qos === 2 && arrival.answeredAt === 0) arrival.acceptedAt = 0;
      if (arrival.retain && arrival.answeredAt === 0) ledger.retained.abandoned(arrival);
    }
    session.up.flights.clear();
  }

  /** The run is over; `quiet` when it ended healed, with time for everything to come. */
  finish(ledger: Ledger, quiet: boolean): void {
    for (const session of ledger.sessions.values()) {
      if (session.over) continue;
      const reason = quiet || session.client.remote ? excuseOf(session) : EARLY_END;
      this.#unpaid(session, reason, quiet);
      for (const flight of session.down.flights.all().values()) {
        if (!flight.arrived && flight.copy !== undefined)
          this.#missing(flight.copy, session, quiet ? reason : EARLY_END, flight.at, undefined);
      }
    }
  }

  /** What was never sent. Of equal messages one that need not have been sent stands in for one that had to be. */
  #unpaid(session: Session, reason: string | undefined, quiet: boolean): void {
    for (const { copies, rivals } of session.owed.all().values()) {
      const doubtful = rivals.filter((each) => isDoubtful(each, session));
      for (const copy of copies) {
        const rival = isDoubtful(copy, session) ? undefined : doubtful.shift();
        const early = quiet || reason !== undefined || isOverdueTo(session, copy) ? reason : EARLY_END;
        this.#missing(copy, session, early, 0, rival);
      }
    }
  }

  /** A copy did not come. */
  #missing(
    copy: Copy,
    session: Session,
    reason: string | undefined,
    sentAt: number,
    rival: Copy | undefined,
  ): void {
    const { arrival } = copy;
    if (!wasPromised(copy) || (rival !== undefined && !wasPromised(rival))) return;
    // It had to be left out, as if it had been sent [5.0/MQTT-3.1.2-25].
    if (isTooLarge(arrival, copy.takes)) {
      this.#tally.reach('size.maximum');
      return;
    }
    const rule = LOST[copy.qos]!;
    this.#tally.reach(rule);
    const broker = session.broker.name;
    const age = this.#tally.now - arrival.t;
    const excuse =
      reason ??
      ((rival ?? copy).place <= session.fullUpTo && sentAt === 0
        ? `the queue of the session was full (limit ${session.broker.promises?.queueLimit ?? 'unknown'})`
        : age >= arrival.expiry * 1_000_000
          ? `it expired after ${arrival.expiry} s`
          : arrival.expiry !== Number.POSITIVE_INFINITY && session.broker.mismeasures(arrival.t)
            ? `a clock of ${broker} was wrong while it waited`
            : mayBeTooLarge(arrival, session, copy.takes)
              ? 'it may be larger than the Maximum Packet Size of the client'
              : undefined);
    const died =
      sentAt > 0
        ? `${broker} sent it at event ${sentAt}, it was never read, and it was not sent again`
        : `${broker} never sent it`;
    const killer =
      session.broker.crashedAt > arrival.i
        ? `; ${broker} crashed with it at event ${session.broker.crashedAt}`
        : session.cutAt > arrival.i
          ? `; the connection of ${session.clientId} ended at event ${session.cutAt}`
          : '';
    const what = arrival.will ? `the will of ${arrival.publisher}` : `a message of ${arrival.publisher}`;
    const text =
      `${what} on ${arrival.message.topic}, QoS ${copy.qos}, accepted by ${broker} at event ${arrival.i} ` +
      `(${describeTime(arrival.t)}), never came to ${session.clientId}: ${died}${killer}`;
    const about = [
      arrival.sentAt,
      arrival.i,
      arrival.acceptedAt,
      sentAt,
      session.broker.crashedAt > arrival.i ? session.broker.crashedAt : 0,
      session.cutAt > arrival.i ? session.cutAt : 0,
    ];
    const rules: RuleId[] = arrival.will ? [rule, 'will.due'] : [rule];
    for (const each of rules) {
      if (excuse === undefined) this.#tally.broken(each, broker, text, about);
      else this.#tally.excuse(each, broker, excuse, text, about);
    }
  }
}

/** Whether a broker whose clients are seen from afar had all the time it needs to send a copy: nothing else of the session is under way. */
function isOverdueTo(session: Session, { arrival }: Copy): boolean {
  return session.down.flights.size === 0 && isOverdue(session.conn!, arrival.acceptedAt, arrival.t);
}

/** An arrival that nobody was told about promised nothing, and neither did a subscription that may not have been there. */
function wasPromised({ certain, arrival }: Copy): boolean {
  return certain && arrival.acceptedAt > 0;
}
