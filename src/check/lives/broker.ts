/** What one broker has and owes, as its packets show it: subscribers, the messages it read, retained messages, wills. */
import type { Publish, Will } from '../../mqtt/codec/packet.ts';
import { TopicTrie } from '../../mqtt/topic/topic-trie.ts';
import { parseShared } from '../../mqtt/topic/validity.ts';
import type { BrokerPromises } from '../../trace/event.ts';
import { type MessageKey, messageKey } from '../evidence/message-key.ts';
import { Life, type Place, type Publication } from './publication.ts';
import { type Subscribed, Subscriber } from './subscriber.ts';

/** A will that a connection left, and its publication once it was due. */
export interface LeftWill {
  readonly will: Will;
  readonly conn: string;
  readonly connected: Place;
  publication: Publication | undefined;
  /** Where a DISCONNECT discarded it. */
  withdrawn: Place | undefined;
  /** What the connection before had left. */
  readonly before: LeftWill | undefined;
}

export class Broker {
  readonly name: string;
  promises: BrokerPromises | undefined = undefined;
  readonly subscribers = new Map<string, Subscriber>();
  readonly subscriptions = new TopicTrie<string, Subscribed>();
  /** Messages that came, by topic and payload: the newest of equal ones. */
  readonly latest = new Map<MessageKey, Publication>();
  /** By the ordinal at which it was read. */
  readonly arrived = new Map<number, Publication>();
  readonly retained = new Map<string, Publication>();
  /** By client identifier: the will of its connection, and one that is due after a while. */
  readonly wills = new Map<string, LeftWill>();
  readonly delayed = new Map<string, Publication>();

  constructor(name: string) {
    this.name = name;
  }

  subscriber(clientId: string, node: string): Subscriber {
    let subscriber = this.subscribers.get(clientId);
    if (subscriber === undefined) {
      subscriber = new Subscriber(clientId, this.name, node);
      this.subscribers.set(clientId, subscriber);
    }
    return subscriber;
  }

  subscribe(subscribed: Subscribed): void {
    const { subscriber, filter } = subscribed;
    subscriber.subscriptions.set(filter, subscribed);
    this.subscriptions.set(innerFilter(filter), `${subscriber.clientId}\n${filter}`, subscribed);
  }

  unsubscribe(subscriber: Subscriber, filter: string): void {
    if (!subscriber.subscriptions.delete(filter)) return;
    this.subscriptions.delete(innerFilter(filter), `${subscriber.clientId}\n${filter}`);
  }

  /**
   * A message came, or a will was due: whoever is subscribed may expect it. `same`: at QoS 2 it came before, and was not yet released; at
   * QoS 1 the broker may take what comes again for another.
   */
  arrive(publication: Publication, place: Place, same: boolean): void {
    publication.broker = this.name;
    publication.arrivals.push(place);
    this.arrived.set(place.i, publication);
    this.latest.set(publication.bare, publication);
    if (same) return;
    if (publication.retain) this.#retain(publication, place);
    // Topics that begin with '$' are the broker's own.
    if (publication.topic.startsWith('$')) return;
    const mine = new Map<string, Life>();
    for (const { value } of this.subscriptions.matching(publication.topic)) {
      const { subscriber, filter, noLocal } = value;
      if (noLocal && subscriber.clientId === publication.clientId) continue;
      const shared = parseShared(filter) !== undefined;
      const to = shared ? filter : subscriber.clientId;
      const life = mine.get(to);
      if (life === undefined) mine.set(to, this.#expect(publication, to, value, place));
      // Any member of the group may get it.
      else if (shared) subscriber.expect(life, true);
      else if (this.promises?.overlap !== 'once') life.expected++;
    }
  }

  /** A message nobody expected goes to a subscriber all the same. */
  claim(publication: Publication, subscriber: Subscriber, claim: Life['claim'], place: Place): Life {
    const { clientId, open } = subscriber;
    const life = new Life(publication, clientId, claim, publication.qos, place, false, open.size);
    life.node = subscriber.node;
    life.expected = claim === 'none' ? 0 : 1;
    publication.lives.push(life);
    open.add(life);
    return life;
  }

  /** The end of a session: filters that were asked for before event `before` are gone. */
  endSession(subscriber: Subscriber, step: Parameters<Subscriber['end']>[0], before: number): void {
    subscriber.end(step);
    for (const { filter, since } of [...subscriber.subscriptions.values()]) {
      if (since.i < before) this.unsubscribe(subscriber, filter);
    }
  }

  #expect(publication: Publication, to: string, { subscriber, qos }: Subscribed, place: Place): Life {
    let life = publication.arrivals.length > 1 ? publication.lifeOf(to) : undefined;
    if (life !== undefined) life.expected++;
    else {
      const claim = to === subscriber.clientId ? 'subscribed' : 'shared';
      const granted = Math.min(publication.qos, qos);
      const away = subscriber.conn === undefined;
      life = new Life(publication, to, claim, granted, place, away, subscriber.open.size);
      if (claim === 'subscribed') life.node = subscriber.node;
      publication.lives.push(life);
    }
    subscriber.expect(life, life.qos > 0 || !life.away || this.promises?.queueQoS0 === true);
    return life;
  }

  #retain(publication: Publication, place: Place): void {
    const { topic, payload } = publication;
    const before = this.retained.get(topic);
    if (before !== undefined && before !== publication) {
      const how = payload.length === 0 ? 'an empty message ends that' : 'another message takes its place';
      const text = `it is no longer the retained message of ${topic}: ${how} (event ${place.i})`;
      before.steps.push({ ...place, how: 'seen', text });
    }
    if (payload.length === 0) this.retained.delete(topic);
    else this.retained.set(topic, publication);
  }
}

/** What a publication is known by. */
export function identityOf(
  topic: string,
  { payload, qos, retain, properties }: Pick<Publish | Will, 'payload' | 'qos' | 'retain' | 'properties'>,
): Pick<Publication, 'topic' | 'payload' | 'qos' | 'retain' | 'key' | 'bare' | 'expiry'> {
  return {
    topic,
    payload,
    qos,
    retain,
    key: messageKey(topic, payload, properties),
    bare: messageKey(topic, payload, undefined),
    expiry: properties?.messageExpiryInterval ?? Number.POSITIVE_INFINITY,
  };
}

/** The filter inside `$share/group/`, or the filter itself. */
function innerFilter(filter: string): string {
  return parseShared(filter)?.filter ?? filter;
}
