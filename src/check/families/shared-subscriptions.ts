/** shared.one-member and shared.delivered: a message goes to one member of each group, and to one at all. */
import { describeTime } from '../../trace/describe.ts';
import type { Conn } from '../evidence/conn.ts';
import type { Ledger } from '../evidence/ledger.ts';
import type { Message } from '../evidence/message.ts';
import type { Seen } from '../evidence/seen.ts';
import { excuseOf, type Session } from '../evidence/session.ts';
import type { Subscription } from '../evidence/subscription.ts';
import type { Tally } from '../tally.ts';
import { mayBeTooLarge } from './packet-size.ts';

export class SharedSubscriptions {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** A first sending of a message to a session. */
  forwarded(
    ledger: Ledger,
    conn: Conn,
    session: Session,
    seen: Seen,
    message: Message,
    matching: readonly Subscription[],
  ): void {
    for (const { shared, filter } of matching) {
      if (!shared) continue;
      const group = ledger.groups.group(filter);
      if (group?.owed.get(message)?.certain) this.#tally.reach('shared.delivered');
      group?.settle(message);
    }
    // Only where nothing else can have brought it, and where it came once.
    const [only] = matching;
    if (only?.shared !== true || matching.length > 1) return;
    if (message.arrivals.length > 1 || message.arrivals[0]!.again) return;
    const { crashes, name } = ledger.broker;
    this.#tally.reach('shared.one-member');
    const before = message.shared?.find(({ group }) => group === only.filter);
    if (before === undefined) {
      message.shared ??= [];
      message.shared.push({ group: only.filter, session, conn, qos: seen.packet.qos, i: seen.i, crashes });
      return;
    }
    if (before.session === session || before.crashes < crashes) return;
    // What was not acknowledged may go to another when its connection is over, but for QoS 2.
    if (before.qos < 2 && before.conn.endedAtBroker) return;
    this.#tally.broken(
      'shared.one-member',
      name,
      `${name} sent ${session.clientId} a message on ${seen.topic} (${only.filter}) that it had sent ${before.session.clientId} of the same group at QoS ${before.qos}`,
      [message.arrivals[0]!.i, before.i, seen.i],
    );
  }

  finish(ledger: Ledger, quiet: boolean): void {
    if (!quiet) return;
    for (const [filter, { members, owed }] of ledger.groups.entries()) {
      const sessions = [...members].map(({ session }) => session);
      if (sessions.some((session) => session.over || excuseOf(session) !== undefined)) continue;
      for (const [message, { arrival, certain }] of owed) {
        if (!certain || arrival.acceptedAt === 0) continue;
        this.#tally.reach('shared.delivered');
        const { name } = ledger.broker;
        const text =
          `a message of ${arrival.publisher} on ${message.topic}, QoS ${arrival.qos}, accepted by ${name} at event ${arrival.i} ` +
          `(${describeTime(arrival.t)}), was sent to no member of ${filter}`;
        const about = [arrival.sentAt, arrival.i, arrival.acceptedAt];
        const excuse =
          this.#tally.now - arrival.t >= arrival.expiry * 1_000_000
            ? `it expired after ${arrival.expiry} s`
            : arrival.expiry !== Number.POSITIVE_INFINITY && ledger.broker.mismeasures(arrival.t)
              ? `a clock of ${name} was wrong while it waited`
              : sessions.some((each) => mayBeTooLarge(arrival, each, each.conn!.maximumPacketSize))
                ? 'it may be larger than the Maximum Packet Size of the client'
                : undefined;
        if (excuse === undefined) this.#tally.broken('shared.delivered', name, text, about);
        else this.#tally.excuse('shared.delivered', name, excuse, text, about);
      }
    }
  }
}
