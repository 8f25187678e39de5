/** ordering.messages, as a broker sends them on. What is sent again is judged in exchange.ts. */
import type { Flight } from '../evidence/lane.ts';
import type { Ledger } from '../evidence/ledger.ts';
import type { Message } from '../evidence/message.ts';
import type { Seen } from '../evidence/seen.ts';
import type { Session } from '../evidence/session.ts';
import { formerOf, type Subscription } from '../evidence/subscription.ts';
import { placeOf, type Tally } from '../tally.ts';

const MESSAGES = placeOf('ordering.messages');

export class Ordering {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  forwarded(
    ledger: Ledger,
    session: Session,
    seen: Seen,
    message: Message,
    matching: readonly Subscription[],
    flight: Flight | undefined,
  ): void {
    // It may be an earlier one once more.
    if (Number.isNaN(flight?.place)) return;
    // Copies of several subscriptions may overtake each other, and members of a group share what comes.
    if (matching.length !== 1 && ledger.broker.promises?.overlap !== 'once') return;
    if (matching.some((each) => each.shared) || formerOf(session, seen.topic) > 0) return;
    // Of equal messages of several streams nobody can say which one this is, and a will may be published an instant before its time is seen
    // to come.
    if (!message.ordered) return;
    const { arrivals } = message;
    const { stream } = arrivals[0]!;
    const forwarded = session.forwarded[seen.packet.qos]!;
    const last = forwarded.get(stream) ?? 0;
    // It is the first behind the last one that was sent on; of those there are few.
    let at = arrivals.length;
    while (at > 0 && arrivals[at - 1]!.place > last) at--;
    this.#tally.reachAt(MESSAGES);
    if (at < arrivals.length) {
      forwarded.set(stream, arrivals[at]!.place);
      return;
    }
    const late = arrivals[arrivals.length - 1]!;
    const broker = ledger.broker.name;
    this.#tally.broken(
      'ordering.messages',
      broker,
      `${broker} sent ${session.clientId} a message of ${late.publisher} on ${seen.topic} (event ${late.i}) after a later one of the same topic and QoS`,
      [late.i, seen.i],
    );
  }
}
