/** Subscriptions as their SUBSCRIBE, SUBACK and UNSUBACK show them. */
import { matches } from '../mqtt/topic/matches.ts';
import type { Session } from './session.ts';

export class Subscription {
  readonly session: Session;
  readonly filter: string;
  /** Inside `$share`: a group shares its messages, so that no single session can claim one. */
  readonly shared: boolean;
  /** Bits of QoS that were granted since it began, and that an unanswered SUBSCRIBE might bring. */
  grants = 0;
  pending = 0;
  /** SUBSCRIBEs for it that were read and not answered, and those for a lower QoS whose answer its client has not read. */
  asked = 0;
  lowered = 0;
  /** Ordinals of the last SUBSCRIBE for it that was read, and of the last SUBACK that was sent. */
  askedAt = 0;
  answeredAt = 0;
  /** Ordinal and time of the SUBSCRIBE that began it, at the broker. */
  readonly since: number;
  readonly sinceTime: number;
  /** Ordinal of the SUBACK at the client while nothing has been sent to end it; 0 while uncertain. */
  certainSince = 0;
  noLocal = false;
  retainAsPublished = false;

  constructor(session: Session, filter: string, shared: boolean, since: number, sinceTime: number) {
    this.session = session;
    this.filter = filter;
    this.shared = shared;
    this.since = since;
    this.sinceTime = sinceTime;
  }
}

/** The filter inside `$share/group/`, or the filter itself. */
export function innerFilter(filter: string): string {
  if (!filter.startsWith('$share/')) return filter;
  return filter.slice(filter.indexOf('/', 7) + 1);
}

/** A trie holds one subscription for each filter and key; two shared groups may have one inner filter. */
export function subscriptionKey(session: Session, filter: string): string {
  return `${session.clientId}\n${filter}`;
}

/** The subscriptions of one session that match a topic. */
export function matchingOf(session: Session, topic: string): Subscription[] {
  const found: Subscription[] = [];
  for (const subscription of session.subscriptions.values()) {
    if (matches(innerFilter(subscription.filter), topic)) found.push(subscription);
  }
  return found;
}

/** How many filters that the session gave up match a topic: those given up after event `since`. */
export function formerOf(session: Session, topic: string, since = 0): number {
  let found = 0;
  for (const [filter, at] of session.former) if (at > since && matches(innerFilter(filter), topic)) found++;
  return found;
}

/** Highest and lowest QoS of a set of bits; -1 for none. */
export function highest(bits: number): number {
  return bits & 4 ? 2 : bits & 2 ? 1 : bits & 1 ? 0 : -1;
}

export function lowest(bits: number): number {
  return bits & 1 ? 0 : bits & 2 ? 1 : bits & 4 ? 2 : -1;
}
