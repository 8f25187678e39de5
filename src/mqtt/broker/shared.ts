import { type Entry, type SharedFilter, TopicTrie } from '../topic/index.ts';
import type { Session } from './session.ts';
import type { Target } from './subscriptions.ts';

/**
 * One Shared Subscription: the sessions that have subscribed to the same filter under the same Share Name. Each message goes to one of
 * them [5.0/4.8.2].
 */
export class ShareGroup {
  readonly #members: Target[] = [];
  /** Whose turn it is. */
  #next = 0;

  get size(): number {
    return this.#members.length;
  }

  /** Adds a member, or replaces what it was granted. Returns true if it is new. */
  set(target: Target): boolean {
    const place = this.#members.findIndex((member) => member.session === target.session);
    if (place >= 0) this.#members[place] = target;
    else this.#members.push(target);
    return place < 0;
  }

  delete(session: Session): void {
    const place = this.#members.findIndex((member) => member.session === session);
    this.#members.splice(place, 1);
    if (place < this.#next) this.#next--;
  }

  /**
   * Members take turns; but one that can be sent a message now goes before one whose messages wait, and that before one without a connection,
   * who keeps them for when it comes back.
   */
  choose(): Target {
    const members = this.#members;
    let chosen = 0;
    let best = -1;
    for (let step = 0; step < members.length && best < 2; step++) {
      const place = (this.#next + step) % members.length;
      const { readiness } = members[place]!.session;
      if (readiness <= best) continue;
      best = readiness;
      chosen = place;
    }
    this.#next = (chosen + 1) % members.length;
    return members[chosen]!;
  }
}

/** The Shared Subscriptions there are, by the filter inside and then by Share Name: either one makes another group. */
export class SharedSubscriptions {
  readonly #groups = new TopicTrie<string, ShareGroup>();
  #size = 0;

  /** How many subscriptions of sessions there are. */
  get size(): number {
    return this.#size;
  }

  set({ group, filter }: SharedFilter, target: Target): void {
    let found = this.#groups.get(filter, group);
    if (found === undefined) {
      found = new ShareGroup();
      this.#groups.set(filter, group, found);
    }
    if (found.set(target)) this.#size++;
  }

  /** Removes a subscription that exists. */
  delete({ group, filter }: SharedFilter, session: Session): void {
    const found = this.#groups.get(filter, group)!;
    found.delete(session);
    if (found.size === 0) this.#groups.delete(filter, group);
    this.#size--;
  }

  get({ group, filter }: SharedFilter): ShareGroup | undefined {
    return this.#groups.get(filter, group);
  }

  /** The groups that get one copy each of a message of this topic. */
  matching(topic: string): readonly Entry<string, ShareGroup>[] {
    return this.#size === 0 ? NONE : this.#groups.matching(topic);
  }
}

const NONE: readonly Entry<string, ShareGroup>[] = [];
