/** delivery.retain-flag: 1 for what a new subscription brings, 0 for what comes live. */
import type { Ledger } from './ledger.ts';
import { copiesTo, type Message } from './message.ts';
import type { Seen } from './seen.ts';
import type { Session } from './session.ts';
import { formerOf, type Subscription } from './subscription.ts';
import type { Tally } from './tally.ts';

/** A broker has routed a QoS 0 message this long after it came, whatever else it had to do. */
const ROUTED_AFTER_MICROS = 10_000_000;

export class RetainFlag {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** Deals with RETAIN 1; true when this was a retained message for a new subscription. */
  forwarded(
    ledger: Ledger,
    session: Session,
    seen: Seen,
    message: Message | undefined,
    matching: readonly Subscription[],
  ): boolean {
    const { packet, topic, key } = seen;
    const retained = ledger.retained.of(topic, key);
    const tally = this.#tally;
    const broker = ledger.broker.name;
    if (packet.retain) {
      tally.reach('delivery.retain-flag');
      const asPublished = matching.some((each) => each.retainAsPublished);
      const owed = session.owed.has(key);
      if (asPublished && message !== undefined && (owed || copiesTo(message, session) === 0)) return false;
      if (retained === undefined) {
        if (message !== undefined) {
          tally.broken(
            'delivery.retain-flag',
            broker,
            `${broker} sent a message on ${topic} to ${session.clientId} with RETAIN 1, but it is no retained message`,
            [message.arrivals[0]!.i, seen.i],
          );
        }
        return false;
      }
      if (retained === true) return true;
      // The store may have been looked at any time until the SUBACK was sent.
      const fresh =
        matching.length === 0 ||
        formerOf(session, topic) > 0 ||
        matching.some(
          (each) => each.pending !== 0 || each.answeredAt === 0 || each.answeredAt >= retained.first,
        );
      if (fresh || asPublished || ledger.broker.crashes > 0) return true;
      tally.broken(
        'delivery.retain-flag',
        broker,
        `${broker} sent a message on ${topic} to ${session.clientId} with RETAIN 1, although it had subscribed before the message came`,
        [retained.i, seen.i],
      );
      return false;
    }
    if (retained === undefined || retained === true || matching.length === 0) return false;
    if ((message !== undefined && copiesTo(message, session) > 0) || session.owed.has(key)) return false;
    // One that came again after a crash may be routed only now.
    if (message?.arrivals.some((arrival) => arrival.again)) return false;
    // Nobody owes it to this session, so that it can only come from the store: then RETAIN has to say so.
    const last = message?.arrivals[message.arrivals.length - 1];
    const routed =
      last === undefined || last.answeredAt > 0
        ? (last?.answeredAt ?? retained.i)
        : last.qos === 0 && seen.t - last.t > ROUTED_AFTER_MICROS
          ? last.i
          : Number.POSITIVE_INFINITY;
    const later = matching.every(
      (each) =>
        each.since > routed && each.sinceTime - retained.t > (last?.qos === 0 ? ROUTED_AFTER_MICROS : 0),
    );
    if (!later || formerOf(session, topic) > 0) return false;
    tally.reach('delivery.retain-flag');
    tally.broken(
      'delivery.retain-flag',
      broker,
      `${broker} sent ${session.clientId} the retained message on ${topic}, which came before it subscribed, with RETAIN 0`,
      [retained.i, matching[0]!.since, seen.i],
    );
    return true;
  }
}
