/**
 * The ledger of one broker: what it received, and whom it still owes it.
 *
 * A message is an entry under its key. It is retired once its publisher has been answered and nobody is owed a copy; the most recent
 * ones stay a little, so that a copy too many can be told from a copy of nothing.
 */
import type { QoS } from '../mqtt/codec/packet.ts';
import { matches } from '../mqtt/topic/matches.ts';
import { TopicTrie } from '../mqtt/topic/topic-trie.ts';
import type { MessageKey } from './message-key.ts';
import { DOUBTFUL, type Party, type Session, Subscription } from './model.ts';

/** Retired messages that are still remembered. */
const REMEMBERED = 1024;
/** And of whom they were sent to: a message for thousands is remembered with fewer others. */
const SENDINGS_REMEMBERED = 65_536;
/** Retained messages remembered of one topic: beyond that, any is believed. */
const RETAINED_REMEMBERED = 16;
/** Streams (publisher, topic, QoS) whose order is followed at once. */
const STREAMS = 65_536;

/** What has to keep its order: messages of one publisher with one topic and QoS. An identity, nothing else. */
export interface Stream {
  readonly publisher: string;
}

/** One time that a message came to a broker, or that a will came due. */
export interface Arrival {
  readonly message: Message;
  /** Place among all arrivals at this broker. */
  readonly place: number;
  /** Client identifier of the publisher. */
  readonly publisher: string;
  readonly stream: Stream;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly will: boolean;
  /** Ordinal and time at the broker, and the ordinal of the sending (0 for a will). */
  readonly i: number;
  readonly t: number;
  readonly sentAt: number;
  /** Seconds; Infinity when it does not expire. */
  readonly expiry: number;
  readonly bytes: number;
  /** Ordinal at which the publisher read that it was accepted; 0 before. */
  acceptedAt: number;
  /** Ordinal at which the broker answered to the end; 0 before. QoS 0 is never answered. */
  answeredAt: number;
  /** True when the publisher waits for nothing more. */
  settled: boolean;
  /** It came again after a crash, which may have forgotten the first time: its place is nobody's guess. */
  again: boolean;
}

export interface Message {
  readonly key: MessageKey;
  readonly topic: string;
  readonly arrivals: Arrival[];
  /** Live copies sent to each session; the first session has a place of its own, since most messages have no other. */
  firstTo: Session | undefined;
  firstCopies: number;
  others: Map<Session, number> | undefined;
  /** Copies still owed to sessions. */
  owed: number;
  /** Someone without a connection may get it later, although nothing is owed. */
  lingers: boolean;
}

/** What a session has to get of an arrival, at QoS 1 or 2. */
export interface Copy {
  readonly arrival: Arrival;
  readonly session: Session;
  readonly qos: QoS;
  /** False when the subscription might not have been there, or the arrival repeats another. */
  certain: boolean;
  /** Place of this copy among those owed to the session. */
  readonly place: number;
  sentAt: number;
}

/** Equal messages that a session has to get, oldest first. */
export interface Debt {
  readonly copies: Copy[];
  /** Those that count as sent, and need not have been: nobody was told of them, or the queue was full. */
  rivals: Copy[];
}

interface RetainedKey {
  /** Ordinals of its first and of its last arrival. */
  first: number;
  i: number;
  t: number;
  qos: QoS;
}

export class Ledger {
  readonly broker: Party;
  readonly subscriptions = new TopicTrie<string, Subscription>();
  readonly sessions = new Map<string, Session>();
  /** What was ever a retained message of a topic, newest last; undefined once there were too many. */
  readonly #retained = new Map<string, Map<MessageKey, RetainedKey> | undefined>();
  readonly #messages = new Map<MessageKey, Message>();
  /** Messages in the order in which they are looked at, from `#head` on: a Map is slow to give its oldest entry. */
  #queue: Message[] = [];
  #head = 0;
  readonly #lingering = new Set<MessageKey>();
  readonly #streams = new Map<string, Map<string, Stream>>();
  #streamCount = 0;
  /** Entries of `others` in all messages. */
  #sendings = 0;
  #places = 0;

  constructor(broker: Party) {
    this.broker = broker;
  }

  /** Messages held at this moment. */
  get size(): number {
    return this.#messages.size;
  }

  message(key: MessageKey): Message | undefined {
    return this.#messages.get(key);
  }

  /** True when the message was forgotten while somebody might still get it. */
  mayLinger(key: MessageKey): boolean {
    return this.#lingering.has(key);
  }

  arrive(
    key: MessageKey,
    topic: string,
    arrived: Omit<
      Arrival,
      'message' | 'place' | 'stream' | 'acceptedAt' | 'answeredAt' | 'settled' | 'again'
    >,
  ): Arrival {
    let message = this.#messages.get(key);
    if (message === undefined) {
      message = {
        key,
        topic,
        arrivals: [],
        firstTo: undefined,
        firstCopies: 0,
        others: undefined,
        owed: 0,
        lingers: false,
      };
      this.#messages.set(key, message);
      this.#queue.push(message);
      this.#retire();
    }
    const arrival: Arrival = {
      publisher: arrived.publisher,
      qos: arrived.qos,
      retain: arrived.retain,
      will: arrived.will,
      i: arrived.i,
      t: arrived.t,
      sentAt: arrived.sentAt,
      expiry: arrived.expiry,
      bytes: arrived.bytes,
      message,
      place: ++this.#places,
      stream: this.#stream(arrived.publisher, topic, arrived.qos),
      acceptedAt: 0,
      answeredAt: 0,
      settled: arrived.qos === 0,
      again: false,
    };
    message.arrivals.push(arrival);
    if (arrived.retain) this.#retain(topic, key, arrived);
    return arrival;
  }

  /** Notes what sessions are owed for an arrival. `repeats`: the same message came before and may be owed already. */
  owe(arrival: Arrival, repeats: boolean): void {
    const { message } = arrival;
    const sessions: Session[] = [];
    for (const { value } of this.subscriptions.matching(message.topic)) {
      const { session } = value;
      if (session.over || value.shared || (value.noLocal && arrival.publisher === session.clientId)) continue;
      if (session.routing !== arrival.place) {
        session.routing = arrival.place;
        session.grant = -1;
        session.matches = 0;
        session.sure = false;
        sessions.push(session);
      }
      session.matches++;
      session.grant = Math.max(session.grant, highest(value.grants | value.pending));
      const certain = value.certainSince > 0 && value.certainSince < arrival.i;
      if (certain && value.lowered === 0 && lowest(value.grants | value.pending) > 0) session.sure = true;
    }
    const { promises } = this.broker;
    for (const session of sessions) {
      const qos = Math.min(arrival.qos, session.grant);
      if (promises?.overlap !== 'once') session.mostMatches = Math.max(session.mostMatches, session.matches);
      if (qos <= 0) {
        if (session.offlineSince < 0) continue;
        message.lingers = true;
        if (promises?.queueQoS0 === true) session.queuedQoS0 += session.mostMatches;
        continue;
      }
      // Where each subscription brings a copy, some of the message at the head may have been sent, and some not.
      const { mostMatches } = session;
      const partly = mostMatches > 1 ? mostMatches : 0;
      const queued = session.owedCount * mostMatches + partly + session.queuedQoS0;
      if (queued >= (promises?.queueLimit ?? 0)) session.fullUpTo = session.owedPlaces + 1;
      const copy: Copy = {
        arrival,
        session,
        qos: qos as QoS,
        certain: session.sure && !repeats && session.client.role !== 'peer',
        place: ++session.owedPlaces,
        sentAt: 0,
      };
      const debt = session.owed.get(message.key);
      if (debt === undefined) session.owed.set(message.key, { copies: [copy], rivals: NONE });
      else debt.copies.push(copy);
      session.owedCount++;
      message.owed++;
    }
  }

  /** A live copy was sent. */
  sent(session: Session, message: Message, qos: QoS): void {
    if (qos === 0 && session.queuedQoS0 > 0) session.queuedQoS0--;
    if (message.firstTo === undefined || message.firstTo === session) {
      message.firstTo = session;
      message.firstCopies++;
      return;
    }
    message.others ??= new Map();
    const before = message.others.get(session);
    if (before === undefined) this.#sendings++;
    message.others.set(session, (before ?? 0) + 1);
  }

  /** A filter was given up: what was queued for it may be sent or not [3.1.1/MQTT-3.10.4-3]. */
  doubt(session: Session, filter: string): void {
    const inner = innerFilter(filter);
    for (const { copies } of session.owed.values()) {
      if (!matches(inner, copies[0]!.arrival.message.topic)) continue;
      for (const copy of copies) copy.certain = false;
    }
  }

  /**
   * The copy that a sending of this message pays: the oldest of its QoS, or else the oldest; but where each subscription brings
   * one, a sending of QoS 0 is that of a subscription to which nothing is owed.
   */
  pay(session: Session, message: Message, qos: QoS, i: number): Copy | undefined {
    const debt = session.owed.get(message.key);
    if (debt === undefined) return undefined;
    const { copies } = debt;
    let copy = copies[0]!;
    if (copy.qos !== qos) {
      const same = copies.find((each) => each.qos === qos);
      if (same === undefined && qos === 0 && copy.certain && session.mostMatches > 1) return undefined;
      copy = same ?? copy;
    }
    if (copies.length === 1) session.owed.delete(message.key);
    else {
      copies.splice(copies.indexOf(copy), 1);
      debt.rivals = [...debt.rivals.filter((each) => isDoubtful(each, session)), copy];
    }
    session.owedCount--;
    message.owed--;
    copy.sentAt = i;
    return copy;
  }

  /** A session is over, and nobody owes it anything. */
  release(session: Session): void {
    for (const { copies } of session.owed.values()) copies[0]!.arrival.message.owed -= copies.length;
    session.owed.clear();
    session.owedCount = 0;
    for (const { filter } of session.subscriptions.values()) {
      this.subscriptions.delete(innerFilter(filter), subscriptionKey(session, filter));
    }
    session.subscriptions.clear();
    session.over = true;
  }

  /** A session that may be the one before: what that had may be there, and may be not. */
  inherit(session: Session, before: Session, subscriptions: readonly Subscription[]): void {
    for (const each of subscriptions) {
      const { filter, shared, since, sinceTime } = each;
      const subscription = new Subscription(session, filter, shared, since, sinceTime);
      subscription.grants = each.grants;
      subscription.pending = each.pending;
      subscription.answeredAt = each.answeredAt;
      session.subscriptions.set(filter, subscription);
      this.subscriptions.set(innerFilter(filter), subscriptionKey(session, filter), subscription);
    }
    for (const [filter, at] of before.former) session.former.set(filter, at);
    for (const id of before.up.known.keys()) session.up.known.set(id, DOUBTFUL);
    for (const id of before.down.known.keys()) session.down.known.set(id, DOUBTFUL);
    session.up.crashes = DOUBTFUL;
    session.down.crashes = DOUBTFUL;
  }

  /** What this topic's retained message may have been: undefined when not even one is known, true when any is believed. */
  retainedAs(topic: string, key: MessageKey): RetainedKey | true | undefined {
    if (!this.#retained.has(topic)) return undefined;
    const keys = this.#retained.get(topic);
    return keys === undefined ? true : keys.get(key);
  }

  #retain(topic: string, key: MessageKey, { i, t, qos }: { i: number; t: number; qos: QoS }): void {
    const keys = this.#retained.get(topic);
    if (keys === undefined) {
      if (!this.#retained.has(topic)) this.#retained.set(topic, new Map([[key, { first: i, i, t, qos }]]));
      return;
    }
    keys.set(key, { first: keys.get(key)?.first ?? i, i, t, qos });
    if (keys.size > RETAINED_REMEMBERED) this.#retained.set(topic, undefined);
  }

  #stream(publisher: string, topic: string, qos: QoS): Stream {
    if (this.#streamCount >= STREAMS) {
      // Forgetting a stream only means that its next message is compared with none before.
      this.#streams.clear();
      this.#streamCount = 0;
    }
    let streams = this.#streams.get(publisher);
    if (streams === undefined) {
      streams = new Map();
      this.#streams.set(publisher, streams);
    }
    const name = QOS_NAMES[qos] + topic;
    let stream = streams.get(name);
    if (stream === undefined) {
      stream = { publisher };
      streams.set(name, stream);
      this.#streamCount++;
    }
    return stream;
  }

  /** Looks at the two oldest messages whenever one comes, so that the ledger shrinks as fast as it can. */
  #retire(): void {
    for (let looks = 0; looks < 2; looks++) {
      if (this.#messages.size <= REMEMBERED && this.#sendings <= SENDINGS_REMEMBERED) return;
      const oldest = this.#queue[this.#head++]!;
      if (this.#head > REMEMBERED) {
        this.#queue = this.#queue.slice(this.#head);
        this.#head = 0;
      }
      if (oldest.owed > 0 || oldest.arrivals.some((arrival) => !arrival.settled)) this.#queue.push(oldest);
      else {
        this.#messages.delete(oldest.key);
        this.#sendings -= oldest.others?.size ?? 0;
        if (oldest.lingers) this.#lingering.add(oldest.key);
      }
    }
  }
}

/** Whether a copy need not have been sent: nobody was told of it, or the queue was full. */
export function isDoubtful({ arrival, place }: Copy, session: Session): boolean {
  return arrival.acceptedAt === 0 || place <= session.fullUpTo;
}

const NONE: Copy[] = [];
const QOS_NAMES = ['0 ', '1 ', '2 '] as const;

/** The filter inside `$share/group/`, or the filter itself. */
export function innerFilter(filter: string): string {
  if (!filter.startsWith('$share/')) return filter;
  return filter.slice(filter.indexOf('/', 7) + 1);
}

/** How many live copies of a message were sent to a session. */
export function copiesTo(message: Message, session: Session): number {
  if (message.firstTo === session) return message.firstCopies;
  return message.others?.get(session) ?? 0;
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
