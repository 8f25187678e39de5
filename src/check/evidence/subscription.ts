/** Subscriptions as their SUBSCRIBE, SUBACK and UNSUBACK show them. */
import type { Subscription as Asked } from '../../mqtt/codec/packet.ts';
import { matches } from '../../mqtt/topic/matches.ts';
import type { Session } from './session.ts';

/** Values that an option had since its subscription began, as bits: with both, nobody can say which one a message met. */
export const OFF = 1;
export const ON = 2;

/** Subscription Identifiers remembered of one subscription: beyond that, any is believed. */
const IDENTIFIERS = 16;

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
  /** Sets of {@link OFF} and {@link ON}. */
  noLocal = 0;
  retainAsPublished = 0;
  /** Subscription Identifiers that it had since it began, 0 for none; undefined once there were too many. */
  identifiers: number[] | undefined = [];
  /** SUBSCRIBEs for it that asked for what is retained; Infinity when nobody knows. */
  retainedAsked = 0;

  constructor(session: Session, filter: string, shared: boolean, since: number, sinceTime: number) {
    this.session = session;
    this.filter = filter;
    this.shared = shared;
    this.since = since;
    this.sinceTime = sinceTime;
  }

  /** A SUBSCRIBE for it was read. `existed`: it had been granted before, and the client has heard of that. */
  ask(options: Asked, identifier: number, existed: boolean): void {
    this.noLocal |= options.noLocal === true ? ON : OFF;
    this.retainAsPublished |= options.retainAsPublished === true ? ON : OFF;
    const handling = options.retainHandling ?? 0;
    if (handling === 0 || (handling === 1 && !existed)) this.retainedAsked++;
    const { identifiers } = this;
    if (identifiers === undefined || identifiers.includes(identifier)) return;
    if (identifiers.length < IDENTIFIERS) identifiers.push(identifier);
    else this.identifiers = undefined;
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

/** The subscriptions of one session that match a topic. What is sent to one session is often of one topic. */
export function matchingOf(session: Session, topic: string): readonly Subscription[] {
  const { matched } = session;
  if (matched?.topic === topic) return matched.subscriptions;
  const found: Subscription[] = [];
  for (const subscription of session.subscriptions.values()) {
    if (matches(innerFilter(subscription.filter), topic)) found.push(subscription);
  }
  session.matched = { topic, subscriptions: found };
  return found;
}

/** How many filters that the session gave up match a topic: those given up after event `since`. */
export function formerOf(session: Session, topic: string, since = 0): number {
  let found = 0;
  if (session.former.size === 0) return found;
  for (const [filter, at] of session.former) if (at > since && matches(innerFilter(filter), topic)) found++;
  return found;
}

/** Those of them that were shared. */
export function formerSharedOf(session: Session, topic: string): number {
  let found = 0;
  if (session.former.size === 0) return found;
  for (const filter of session.former.keys())
    if (filter.startsWith('$share/') && matches(innerFilter(filter), topic)) found++;
  return found;
}

/** Highest and lowest QoS of a set of bits; -1 for none. */
export function highest(bits: number): number {
  return bits & 4 ? 2 : bits & 2 ? 1 : bits & 1 ? 0 : -1;
}

export function lowest(bits: number): number {
  return bits & 1 ? 0 : bits & 2 ? 1 : bits & 4 ? 2 : -1;
}
