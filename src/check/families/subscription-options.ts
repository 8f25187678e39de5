/** subscription.no-local, subscription.retain-as-published and subscription.identifiers: what 5.0 lets a subscriber choose. */
import type { Conn } from '../evidence/conn.ts';
import type { Ledger } from '../evidence/ledger.ts';
import type { Arrival, Message } from '../evidence/message.ts';
import type { Seen } from '../evidence/seen.ts';
import type { Session } from '../evidence/session.ts';
import { ON, type Subscription } from '../evidence/subscription.ts';
import type { Tally } from '../tally.ts';

const NO_IDENTIFIERS: readonly number[] = [];

export class SubscriptionOptions {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** A first live sending. Nothing that matches its topic was given up lately, and `matching` is not empty. */
  forwarded(
    ledger: Ledger,
    session: Session,
    seen: Seen,
    message: Message,
    matching: readonly Subscription[],
  ): void {
    const broker = ledger.broker.name;
    const tally = this.#tally;
    const { arrivals } = message;
    if (matching.every(({ noLocal }) => noLocal === ON)) {
      tally.reach('subscription.no-local');
      if (arrivals.every(({ publisher, will }) => publisher === session.clientId && !will)) {
        tally.broken(
          'subscription.no-local',
          broker,
          `${broker} sent ${session.clientId} a message on ${seen.topic} that it had published itself, although it subscribed with No Local`,
          [arrivals[0]!.i, matching[0]!.askedAt, seen.i],
        );
      }
    }
    if (matching.every(({ retainAsPublished }) => retainAsPublished === ON)) {
      const { retain } = arrivals[0]!;
      if (arrivals.some((each) => each.retain !== retain)) return;
      tally.reach('subscription.retain-as-published');
      if (seen.packet.retain !== retain) {
        tally.broken(
          'subscription.retain-as-published',
          broker,
          `${broker} sent ${session.clientId} a message on ${seen.topic} with RETAIN ${retain ? 0 : 1} that was published with RETAIN ${retain ? 1 : 0}, ` +
            'although it subscribed with Retain As Published',
          [arrivals[0]!.i, matching[0]!.askedAt, seen.i],
        );
      }
    }
  }

  /**
   * Any first sending to a 5.0 client. `arrivals` are those that may be behind it: a subscription that stood before them has its
   * identifier in it, unless it was not to bring what its own client published. `brought`: one subscription brought it from the store.
   */
  identified(
    ledger: Ledger,
    conn: Conn,
    session: Session,
    seen: Seen,
    arrivals: readonly Arrival[],
    matching: readonly Subscription[],
    brought: boolean,
  ): void {
    const identifiers = seen.packet.properties?.subscriptionIdentifiers ?? NO_IDENTIFIERS;
    if (conn.v < 5 || (identifiers.length === 0 && matching.every(hasNone)) || matching.some(isUnknown))
      return;
    const tally = this.#tally;
    tally.reach('subscription.identifiers');
    const broker = ledger.broker.name;
    const about = [matching[0]!.askedAt, seen.i];
    const stranger = identifiers.find((id) => !matching.some((each) => each.identifiers!.includes(id)));
    if (stranger !== undefined) {
      tally.broken(
        'subscription.identifiers',
        broker,
        `${broker} sent ${session.clientId} a message on ${seen.topic} with Subscription Identifier ${stranger}, which none of its matching subscriptions has`,
        about,
      );
      return;
    }
    // It may be the copy of a Shared Subscription, which says nothing of the others.
    if (matching.some(({ shared }) => shared)) return;
    const own = arrivals.some(({ publisher }) => publisher === session.clientId);
    const due = matching.filter(
      ({ identifiers: ids, certainSince, pending, noLocal }) =>
        ids!.length === 1 &&
        ids![0] !== 0 &&
        pending === 0 &&
        (matching.length === 1 || (certainSince > 0 && certainSince < arrivals[0]!.i)) &&
        !((noLocal & ON) !== 0 && own),
    );
    const once = !brought && ledger.broker.promises?.overlap === 'once';
    const missing = once
      ? due.find((each) => !identifiers.includes(each.identifiers![0]!))
      : identifiers.length === 0 && due.length === matching.length
        ? due[0]
        : undefined;
    if (missing === undefined) return;
    tally.broken(
      'subscription.identifiers',
      broker,
      `${broker} sent ${session.clientId} a message on ${seen.topic} without Subscription Identifier ${missing.identifiers![0]} of its subscription to ${missing.filter}`,
      about,
    );
  }
}

function hasNone({ identifiers }: Subscription): boolean {
  return identifiers?.every((id) => id === 0) ?? false;
}

function isUnknown({ identifiers, retainedAsked }: Subscription): boolean {
  return identifiers === undefined || retainedAsked === Number.POSITIVE_INFINITY;
}
