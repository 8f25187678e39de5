/** Copies too many: delivery.at-most-once, delivery.needless-duplicate, delivery.exactly-once and will.once. */
import { describeOften } from '../../trace/describe.ts';
import type { Flight } from '../evidence/lane.ts';
import type { Ledger } from '../evidence/ledger.ts';
import { copiesTo, type Message } from '../evidence/message.ts';
import type { Seen } from '../evidence/seen.ts';
import type { Session } from '../evidence/session.ts';
import { formerOf, formerSharedOf, type Subscription } from '../evidence/subscription.ts';
import type { RuleId } from '../rules/rules.ts';
import type { Tally } from '../tally.ts';
import type { Wills } from './wills.ts';

/** The rule that a copy too many breaks, by QoS. */
export const DOUBLED: readonly RuleId[] = [
  'delivery.at-most-once',
  'delivery.needless-duplicate',
  'delivery.exactly-once',
];

/** How many live copies of a message a session may be sent. */
export function copiesAtMost(
  { broker }: Ledger,
  session: Session,
  { topic, arrivals }: Message,
  matching: readonly Subscription[],
): number {
  // A subscription that was given up may have brought a copy before; a shared one brings its own.
  let shared = formerSharedOf(session, topic);
  for (const each of matching) if (each.shared) shared++;
  const ordinary = matching.length + formerOf(session, topic) - shared;
  const copies = (broker.promises?.overlap === 'once' && ordinary > 1 ? 1 : ordinary) + shared;
  return arrivals.length * (copies === 0 ? 1 : copies);
}

export class Duplicates {
  readonly #tally: Tally;

  readonly #wills: Wills;

  constructor(tally: Tally, wills: Wills) {
    this.#tally = tally;
    this.#wills = wills;
  }

  /** True when this copy is one too many. */
  forwarded(
    ledger: Ledger,
    session: Session,
    seen: Seen,
    message: Message,
    matching: readonly Subscription[],
    flight: Flight | undefined,
  ): boolean {
    const { broker } = ledger;
    const sent = copiesTo(message, session);
    if (sent < copiesAtMost(ledger, session, message, matching)) return false;
    if (this.#wills.early(ledger, session, seen)) return true;
    const { qos } = seen.packet;
    const will = message.arrivals.some((each) => each.will);
    // One that is retained may come from the store, and when a broker seen from afar restarts nobody sees.
    if (will && broker.remote && ledger.retained.of(seen.topic, seen.key) !== undefined) return true;
    const rule = will ? 'will.once' : DOUBLED[qos]!;
    this.#tally.reach(rule);
    const first = message.arrivals[0]!;
    const arrivals = message.arrivals.length;
    const text =
      `${broker.name} sent ${session.clientId} ${will ? 'a will' : 'a message'} on ${seen.topic} ${describeOften(sent + 1)} at QoS ${qos}; ` +
      `it came to ${broker.name} ${describeOften(arrivals)}, ${arrivals === 1 ? 'at' : 'first at'} event ${first.i}`;
    const about = [...message.arrivals.map(({ i }) => i), seen.i];
    const earlier = [...session.down.flights.all()].find(
      ([, other]) => other !== flight && other.key === seen.key && other.crashes < broker.crashes,
    );
    if (broker.forgetful) {
      this.#tally.excuse(
        rule,
        broker.name,
        `${broker.name} promised durability ${broker.promises?.durability ?? 'unknown'} and crashed`,
        text,
        about,
      );
    } else if (broker.hosted && broker.isClient) {
      const reason = `${broker.name} is a client too, and may have had it from another broker`;
      this.#tally.excuse(rule, broker.name, reason, text, about);
    } else if (will && this.#wills.mayComeAgain(ledger, seen.key)) {
      const reason = `${broker.name} crashed before it had to have stored a DISCONNECT`;
      this.#tally.excuse(rule, broker.name, reason, text, about);
    } else if (earlier !== undefined && qos === 1) {
      // Its identifier was not stored with the message, so that the crash made it a first sending again.
      if (flight !== undefined) flight.copy = earlier[1].copy;
      session.down.flights.delete(earlier[0]);
      this.#tally.excuse(rule, broker.name, `${broker.name} crashed before it was acknowledged`, text, about);
    } else this.#tally.broken(rule, broker.name, text, about);
    return true;
  }
}
