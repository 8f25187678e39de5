/** delivery.retain-flag: 1 for what a new subscription brings, 0 for what comes live. */

import type { Ledger } from '../evidence/ledger.ts';
import { copiesTo, type Message } from '../evidence/message.ts';
import type { Seen } from '../evidence/seen.ts';
import type { Session } from '../evidence/session.ts';
import { formerOf, ON, type Subscription } from '../evidence/subscription.ts';
import type { Tally } from '../tally.ts';
import { copiesAtMost } from './duplicates.ts';

/** A broker has routed a QoS 0 message this long after it came, whatever else it had to do. */
const ROUTED_AFTER_MICROS = 10_000_000;

export class RetainFlag {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** Says where a message came from: its publisher, or the store because of a subscription. */
  forwarded(
    ledger: Ledger,
    session: Session,
    seen: Seen,
    message: Message | undefined,
    matching: readonly Subscription[],
  ): 'live' | 'store' | 'either' {
    const { packet, topic, key } = seen;
    const retained = ledger.retained.of(topic, key);
    const tally = this.#tally;
    const broker = ledger.broker.name;
    if (packet.retain) {
      tally.reach('delivery.retain-flag');
      // The store may have been looked at any time until the SUBACK was sent.
      const fresh =
        retained !== undefined &&
        (retained === true ||
          matching.length === 0 ||
          formerOf(session, topic) > 0 ||
          ledger.broker.crashes > 0 ||
          matching.some(
            (each) => each.pending !== 0 || each.answeredAt === 0 || each.answeredAt >= retained.first,
          ));
      if (message !== undefined && matching.some((each) => (each.retainAsPublished & ON) !== 0)) {
        const most = copiesAtMost(ledger, session, message, matching);
        if (session.owed.has(key) || copiesTo(message, session) < most) return fresh ? 'either' : 'live';
      }
      if (fresh) return 'store';
      // What was given up may have been Retain As Published.
      if (formerOf(session, topic) > 0) return 'either';
      if (retained === undefined) {
        // It may have been kept from before.
        if (ledger.inherits) return 'either';
        if (message !== undefined) {
          tally.broken(
            'delivery.retain-flag',
            broker,
            `${broker} sent a message on ${topic} to ${session.clientId} with RETAIN 1, but it is no retained message`,
            [message.arrivals[0]!.i, seen.i],
          );
        }
        return 'live';
      }
      if (matching.some((each) => (each.retainAsPublished & ON) !== 0)) return 'store';
      tally.broken(
        'delivery.retain-flag',
        broker,
        `${broker} sent a message on ${topic} to ${session.clientId} with RETAIN 1, although it had subscribed before the message came`,
        [retained.arrival.i, seen.i],
      );
      return 'live';
    }
    if (retained === undefined || retained === true || matching.length === 0) return 'live';
    // A group may hand it on to whoever joined it since.
    if (matching.some((each) => each.shared)) return 'live';
    if ((message !== undefined && copiesTo(message, session) > 0) || session.owed.has(key)) return 'live';
    // One that came again after a crash may be routed only now.
    if (message?.arrivals.some((arrival) => arrival.again)) return 'live';
    // Nobody owes it to this session, so that it can only come from the store: then RETAIN has to say so.
    const last = message?.arrivals[message.arrivals.length - 1];
    const routed =
      last === undefined || last.answeredAt > 0
        ? (last?.answeredAt ?? retained.arrival.i)
        : last.qos === 0 && seen.t - last.t > ROUTED_AFTER_MICROS
          ? last.i
          : Number.POSITIVE_INFINITY;
    const later = matching.every(
      (each) =>
        each.since > routed &&
        each.sinceTime - retained.arrival.t > (last?.qos === 0 ? ROUTED_AFTER_MICROS : 0),
    );
    if (!later || formerOf(session, topic) > 0) return 'live';
    tally.reach('delivery.retain-flag');
    tally.broken(
      'delivery.retain-flag',
      broker,
      `${broker} sent ${session.clientId} the retained message on ${topic}, which came before it subscribed, with RETAIN 0`,
      [retained.arrival.i, matching[0]!.since, seen.i],
    );
    return 'store';
  }
}
