/**
 * The ledger of one broker: what it received, and whom it still owes it.
 *
 * A message is an entry under its key. It is retired once its publisher has been answered and nobody is owed a copy; the most recent
 * ones stay a little, so that a copy too many can be told from a copy of nothing.
 */
import type { QoS } from '../../mqtt/codec/packet.ts';
import { TopicTrie } from '../../mqtt/topic/topic-trie.ts';
import { Debts } from './debts.ts';
import { DOUBTFUL } from './lane.ts';
import type { Arrival, Message } from './message.ts';
import type { MessageKey } from './message-key.ts';
import type { Party } from './party.ts';
import { Retained } from './retained.ts';
import type { Session } from './session.ts';
import { ShareGroups } from './share-groups.ts';
import { Streams } from './streams.ts';
import { innerFilter, Subscription, subscriptionKey } from './subscription.ts';

const NONE: Arrival[] = [];
/** The byte order mark, an ordinary character in a topic [3.1.1/MQTT-1.5.3-3] [5.0/MQTT-1.5.4-3]. */
export const MARK = '\uFEFF';
/** Messages with it that are followed. */
const MARKED_KEPT = 1024;

/** Retired messages that are still remembered. */
const REMEMBERED = 1024;
/** And of whom they were sent to: a message for thousands is remembered with fewer others. */
const SENDINGS_REMEMBERED = 65_536;

/** Of messages with properties; older ones are believed. */
const STRIPPED_KEPT = 100_000;

/** And of those that differ in their properties alone. */
const STRIPPED_ALIKE = 8;

export class Ledger {
  readonly broker: Party;
  readonly subscriptions = new TopicTrie<string, Subscription>();
  readonly sessions = new Map<string, Session>();
  readonly retained = new Retained();
  readonly groups: ShareGroups;
  readonly debts: Debts;
  readonly #messages = new Map<MessageKey, Message>();
  /** Messages in the order in which they are looked at, from `#head` on: a Map is slow to give its oldest entry. */
  #queue: Message[] = [];
  #head = 0;
  readonly #lingering = new Set<MessageKey>();
  /** Keys without properties, and whose they are, the latest last in both. */
  readonly #stripped = new Map<MessageKey, readonly MessageKey[]>();
  /** What messages with {@link MARK} in their topics would be without, and the event at which the first came. */
  marked: Map<MessageKey, number> | undefined = undefined;
  readonly #streams = new Streams();
  /** Entries of `others` in all messages. */
  #sendings = 0;
  #places = 0;

  constructor(broker: Party) {
    this.broker = broker;
    this.groups = new ShareGroups(broker);
    this.debts = new Debts(broker, this.subscriptions, this.groups);
  }

  /** Whether it may have sessions, retained messages and wills from before the trace began. */
  get inherits(): boolean {
    return this.broker.remote || this.broker.livedBefore;
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

  /** A message with properties: clients before 5.0 get it without them, and then it has this key. */
  strips(bare: MessageKey, key: MessageKey): void {
    const known = this.#stripped.get(bare);
    this.#stripped.delete(bare);
    const kept = known?.filter((each) => each !== key).slice(1 - STRIPPED_ALIKE) ?? [];
    this.#stripped.set(bare, [...kept, key]);
    if (this.#stripped.size <= STRIPPED_KEPT) return;
    for (const oldest of this.#stripped.keys()) {
      this.#stripped.delete(oldest);
      break;
    }
  }

  /** A message with {@link MARK} in its topic came: without that it would have this key. */
  mark(bare: MessageKey, i: number): void {
    this.marked ??= new Map();
    if (this.marked.size < MARKED_KEPT) this.marked.set(bare, this.marked.get(bare) ?? i);
  }

  /** What a client before 5.0 may have been sent: messages that differ in their properties alone, the latest last; undefined where none do. */
  alike(topic: string, bare: MessageKey): readonly MessageKey[] | undefined {
    if (this.#stripped.size === 0) return undefined;
    const stripped = this.#stripped.get(bare);
    if (stripped === undefined) return undefined;
    const known = [bare, ...stripped].filter(
      (key) => this.#messages.has(key) || this.retained.of(topic, key) !== undefined,
    );
    // A will that is not due yet is not in the ledger.
    return known.length > 0 ? known : [stripped[stripped.length - 1]!];
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
        arrivals: NONE,
        qos: 0,
        expires: false,
        ordered: true,
        firstTo: undefined,
        firstCopies: 0,
        others: undefined,
        shared: undefined,
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
      retained: arrived.retained,
      will: arrived.will,
      i: arrived.i,
      t: arrived.t,
      sentAt: arrived.sentAt,
      expiry: arrived.expiry,
      bytes: arrived.bytes,
      message,
      place: ++this.#places,
      stream: this.#streams.of(arrived.publisher, topic, arrived.qos),
      acceptedAt: 0,
      answeredAt: 0,
      settled: arrived.qos === 0,
      again: false,
    };
    message.qos |= 1 << arrival.qos;
    message.expires ||= arrival.expiry !== Number.POSITIVE_INFINITY;
    message.ordered &&=
      !arrival.will && (message.arrivals === NONE || message.arrivals[0]!.stream === arrival.stream);
    // Most messages come once: an array for one is smaller than one that was pushed to.
    if (message.arrivals === NONE) message.arrivals = [arrival];
    else message.arrivals.push(arrival);
    return arrival;
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

  /** The session has a subscription from here on. */
  subscribe(subscription: Subscription): void {
    const { session, filter } = subscription;
    session.subscriptions.set(filter, subscription);
    session.matched = undefined;
    this.subscriptions.set(innerFilter(filter), subscriptionKey(session, filter), subscription);
    if (subscription.shared) this.groups.join(subscription);
  }

  unsubscribe(session: Session, filter: string): void {
    const subscription = session.subscriptions.get(filter);
    if (subscription?.shared) this.groups.leave(subscription);
    session.subscriptions.delete(filter);
    session.matched = undefined;
    this.subscriptions.delete(innerFilter(filter), subscriptionKey(session, filter));
  }

  /** A session is over, and nobody owes it anything. */
  release(session: Session): void {
    this.debts.release(session);
    for (const filter of [...session.subscriptions.keys()]) this.unsubscribe(session, filter);
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
      subscription.noLocal = each.noLocal;
      subscription.retainAsPublished = each.retainAsPublished;
      subscription.identifiers = each.identifiers;
      subscription.retainedAsked = Number.POSITIVE_INFINITY;
      this.subscribe(subscription);
    }
    for (const [filter, at] of before.former) session.former.set(filter, at);
    for (const id of before.up.known.all().keys()) session.up.known.set(id, DOUBTFUL);
    for (const id of before.down.known.all().keys()) session.down.known.set(id, DOUBTFUL);
    session.up.crashes = DOUBTFUL;
    session.down.crashes = DOUBTFUL;
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
