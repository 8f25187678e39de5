/** retained.sent, retained.current and retained.asked: what subscriptions bring of what is retained. */
import { describeOften } from '../../trace/describe.ts';
import type { Conn } from '../evidence/conn.ts';
import type { Ledger } from '../evidence/ledger.ts';
import type { RetainedMessage } from '../evidence/retained.ts';
import type { Seen } from '../evidence/seen.ts';
import { excuseOf, type Session } from '../evidence/session.ts';
import { formerOf, innerFilter, type Subscription } from '../evidence/subscription.ts';
import type { Tally } from '../tally.ts';
import { mayBeTooLarge } from './packet-size.ts';

/** Retained messages followed at once for one session, owed or counted: beyond that nothing more is asked. */
const FOLLOWED = 1024;
/** What expires sooner than this after its SUBSCRIBE may be gone before it can be sent. */
const LIFE_LEFT_SECONDS = 10;

/** A retained message that a subscription has to bring. */
export interface RetainedDue {
  readonly message: RetainedMessage;
  /** Its arrival when the subscription was made: a later one of the same message is another matter. */
  readonly arrivedAt: number;
  readonly subscribedAt: number;
  readonly filter: string;
  readonly conn: Conn;
}

export class RetainedMessages {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** The broker granted a subscription. `wasNew`: its SUBSCRIBE began it. */
  granted(
    ledger: Ledger,
    conn: Conn,
    session: Session,
    subscription: Subscription,
    handling: 0 | 1 | 2,
    qos: number,
    now: number,
  ): void {
    const wasNew = subscription.since === subscription.askedAt;
    // No topic matches a Shared Subscription as a whole [5.0/4.8.2]; a peer need not take what it is sent.
    if (subscription.shared || handling === 2 || (handling === 1 && !wasNew) || qos === 0) return;
    if (session.client.role === 'peer') return;
    const { broker } = ledger;
    const limit = Math.min(broker.promises?.queueLimit ?? Number.POSITIVE_INFINITY, FOLLOWED);
    ledger.retained.match(innerFilter(subscription.filter), (state) => {
      const { current: message, certainSince } = state;
      if (certainSince === 0 || certainSince >= subscription.askedAt || message === undefined) return;
      const { arrival } = message;
      const lives = Math.min(arrival.expiry, broker.promises?.retainedExpiry ?? Number.POSITIVE_INFINITY);
      const left = lives - (now - arrival.t) / 1_000_000;
      if (left < LIFE_LEFT_SECONDS || (left !== Number.POSITIVE_INFINITY && broker.mismeasures(arrival.t)))
        return;
      if (mayBeTooLarge(arrival, session, conn.maximumPacketSize)) return;
      if (session.retainedDue.size + session.owedCount + session.queuedQoS0 >= limit) return;
      this.#tally.reach('retained.sent');
      session.retainedDue.set(arrival.message.topic, {
        message,
        arrivedAt: arrival.i,
        subscribedAt: subscription.askedAt,
        filter: subscription.filter,
        conn,
      });
    });
  }

  /** A retained message was sent because of a subscription. */
  forwarded(
    ledger: Ledger,
    session: Session,
    seen: Seen,
    retained: RetainedMessage,
    matching: readonly Subscription[],
  ): void {
    if (matching.length === 0 || formerOf(session, seen.topic) > 0 || ledger.broker.forgetful) return;
    const tally = this.#tally;
    const broker = ledger.broker.name;
    tally.reach('retained.current');
    if (retained.goneAt > 0 && matching.every(({ since }) => since > retained.goneAt)) {
      tally.broken(
        'retained.current',
        broker,
        `${broker} sent ${session.clientId} the message of event ${retained.arrival.i} as the retained one of ${seen.topic}, ` +
          'which was replaced or cleared before it subscribed',
        [retained.arrival.i, retained.goneAt, matching[0]!.since, seen.i],
      );
      return;
    }
    const { retainedSent } = session;
    if (retainedSent === undefined) return;
    let asked = 0;
    for (const each of matching) asked += each.retainedAsked;
    tally.reach('retained.asked');
    const sent = (retainedSent.get(seen.key) ?? 0) + 1;
    if (sent > asked) {
      tally.broken(
        'retained.asked',
        broker,
        `${broker} sent ${session.clientId} the retained message on ${seen.topic} for the ${ordinal(sent)} time, but its subscriptions asked for it ` +
          describeOften(asked),
        [retained.arrival.i, matching[matching.length - 1]!.askedAt, seen.i],
      );
      return;
    }
    retainedSent.set(seen.key, sent);
    if (retainedSent.size > FOLLOWED) session.retainedSent = undefined;
  }

  finish(ledger: Ledger, quiet: boolean): void {
    if (!quiet) return;
    for (const session of ledger.sessions.values()) {
      if (session.over || excuseOf(session) !== undefined) continue;
      for (const [topic, due] of session.retainedDue) {
        const { message, arrivedAt, subscribedAt, filter, conn } = due;
        // What was replaced meanwhile need not have come any more.
        if (conn !== session.conn || ledger.retained.current(topic) !== message) continue;
        if (message.arrival.i !== arrivedAt) continue;
        const { name } = ledger.broker;
        const { expiry, t } = message.arrival;
        const text =
          `${name} never sent ${session.clientId} the retained message on ${topic} (event ${arrivedAt}), ` +
          `which its subscription to ${filter} had to bring`;
        // It may have waited for a client that takes its time.
        if (this.#tally.now - t >= expiry * 1_000_000)
          this.#tally.excuse('retained.sent', name, `it expired after ${expiry} s`, text, [
            arrivedAt,
            subscribedAt,
          ]);
        else this.#tally.broken('retained.sent', name, text, [arrivedAt, subscribedAt]);
      }
    }
  }
}

function ordinal(count: number): string {
  return count === 1 ? 'first' : count === 2 ? 'second' : `${count}th`;
}
