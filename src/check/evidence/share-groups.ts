/** Groups of sessions that share one filter, and what each group is owed. */
import type { Arrival, Message } from './message.ts';
import type { Party } from './party.ts';
import { lowest, type Subscription } from './subscription.ts';

/** Messages that one group may be owed at once; further ones are not followed. */
const OWED = 1024;

export interface GroupDebt {
  readonly arrival: Arrival;
  /** False when a member may not have been there or may not have had room, or when there is more than one copy. */
  certain: boolean;
  /** How many equal messages came, less those that were sent, and the last of them. */
  copies: number;
  latest: Arrival;
}

export class ShareGroup {
  readonly members = new Set<Subscription>();
  /** Messages that no member was sent yet. */
  readonly owed = new Map<Message, GroupDebt>();
  /** Copies that may wait for a member: those that are owed, and those of which nobody can say whether they were sent. */
  waiting = 0;

  /** Of what is owed, `which` is asked for no more. */
  forgive(which: (arrival: Arrival) => boolean): void {
    for (const [message, { arrival }] of this.owed) {
      if (which(arrival)) this.doubt(message);
    }
  }

  /** A member was sent the message. */
  settle(message: Message): void {
    const debt = this.owed.get(message);
    if (debt === undefined) return;
    this.waiting--;
    if (--debt.copies > 0) return;
    this.owed.delete(message);
    message.owed--;
  }

  /** Nobody can say whether a member was sent it. */
  doubt(message: Message): void {
    if (this.owed.delete(message)) message.owed--;
  }
}

/** The groups at one broker, by `$share/name/filter`. */
export class ShareGroups {
  readonly #broker: Party;
  readonly #groups = new Map<string, ShareGroup>();

  constructor(broker: Party) {
    this.#broker = broker;
  }

  entries(): Iterable<[filter: string, group: ShareGroup]> {
    return this.#groups;
  }

  group(filter: string): ShareGroup | undefined {
    return this.#groups.get(filter);
  }

  join(subscription: Subscription): void {
    let group = this.#groups.get(subscription.filter);
    if (group === undefined) {
      group = new ShareGroup();
      this.#groups.set(subscription.filter, group);
    }
    group.members.add(subscription);
    subscription.session.groups.add(group);
  }

  /** A member left, or its session is over: what was meant for it may be nobody's now [5.0/MQTT-4.8.2-5]. */
  leave(subscription: Subscription): void {
    const group = this.#groups.get(subscription.filter);
    if (group === undefined) return;
    group.members.delete(subscription);
    subscription.session.groups.delete(group);
    group.forgive(() => true);
    if (group.members.size === 0) this.#groups.delete(subscription.filter);
  }

  /** A message came that a group has to get, certainly if nothing speaks against any of its members. */
  owe(filter: string, arrival: Arrival): void {
    const group = this.#groups.get(filter);
    if (group === undefined || arrival.qos === 0) return;
    const known = group.owed.get(arrival.message);
    if (known !== undefined) {
      // Each member asks for the same one.
      if (known.latest === arrival) return;
      known.latest = arrival;
      known.copies++;
      group.waiting++;
      known.certain = false;
      return;
    }
    if (group.owed.size >= OWED) return;
    let certain = true;
    for (const member of group.members) {
      const { session } = member;
      const waiting =
        session.owedCount * session.mostMatches + session.queuedQoS0 + sharedWith(session.groups);
      // Of the message at the head some copies may have been sent, and some not.
      const partly = session.groups.size + session.mostMatches;
      const limit = this.#broker.queueLimit(session.offlineSince >= 0);
      if (!isCertain(member, arrival) || waiting + partly >= limit) certain = false;
    }
    group.owed.set(arrival.message, { arrival, certain, copies: 1, latest: arrival });
    group.waiting++;
    arrival.message.owed++;
  }

  /** Nobody can say which of its copies was sent: no group is owed one any more. */
  doubt(message: Message): void {
    for (const group of this.#groups.values()) group.doubt(message);
  }

  /** A crash may have forgotten what nobody had been told of. */
  crashed(): void {
    const { forgetful } = this.#broker;
    for (const group of this.#groups.values())
      group.forgive(({ acceptedAt }) => forgetful || acceptedAt === 0);
  }
}

/** How many messages may wait for members of groups: any member may be the one. */
export function sharedWith(groups: ReadonlySet<ShareGroup>): number {
  let count = 0;
  if (groups.size === 0) return count;
  for (const { waiting } of groups) count += waiting;
  return count;
}

/** A member that nothing speaks against. */
function isCertain({ certainSince, session, grants, pending }: Subscription, { i }: Arrival): boolean {
  return (
    certainSince > 0 &&
    certainSince < i &&
    lowest(grants | pending) > 0 &&
    !session.over &&
    session.client.role !== 'peer'
  );
}
