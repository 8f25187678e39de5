/** The second hop: what brokers send to subscribers, whose message it is, and what became of it there. */
import type { Packet, Publish } from '../../mqtt/codec/packet.ts';
import { matches } from '../../mqtt/topic/matches.ts';
import { parseShared } from '../../mqtt/topic/validity.ts';
import type { AppDelivered, PacketReceived, PacketSent } from '../../trace/event.ts';
import { type MessageKey, messageKey } from '../evidence/message-key.ts';
import { type Broker, identityOf, type LeftWill } from './broker.ts';
import type { Circumstances } from './circumstances.ts';
import type { Connection } from './connection.ts';
import { type Life, Publication } from './publication.ts';
import type { Publishing } from './publishing.ts';
import type { Subscriber } from './subscriber.ts';

export class Forwarding {
  readonly #circumstances: Circumstances;
  readonly #publishing: Publishing;
  readonly #add: (publication: Publication) => void;
  /** What a client read and its application was not handed, by node, topic and payload. */
  readonly #read = new Map<string, Map<MessageKey, Set<Life>>>();

  /** @param add is told of every message that nobody published. */
  constructor(circumstances: Circumstances, publishing: Publishing, add: (publication: Publication) => void) {
    this.#circumstances = circumstances;
    this.#publishing = publishing;
    this.#add = add;
  }

  /** The life behind a PUBLISH that a broker wrote, and whether it went over this hop before. */
  sent(
    broker: Broker,
    connection: Connection,
    subscriber: Subscriber,
    event: PacketSent,
    packet: Publish,
  ): { life: Life; again: boolean } {
    const topic = connection.topicOf(packet, false);
    const bare = messageKey(topic, packet.payload, undefined);
    const key = messageKey(topic, packet.payload, packet.properties);
    const origin = broker.arrived.get(this.#circumstances.stimulusOf(event.i));
    const cause = origin?.bare === bare ? origin : undefined;
    const id = packet.packetId ?? 0;
    const under = packet.qos === 0 ? undefined : subscriber.down.get(id);
    const goesOn = packet.dup || cause === undefined || cause === under?.publication;
    if (under?.publication.bare === bare && goesOn) return { life: under, again: true };
    const life =
      this.#caused(cause, subscriber, topic) ??
      this.#retained(broker, subscriber, event, packet, topic, bare) ??
      subscriber.awaited(bare, key, packet.qos) ??
      this.#unexpected(broker, subscriber, event, packet, topic, bare);
    if (connection.version === 5 && key !== life.publication.key) life.changed ??= { i: event.i, t: event.t };
    life.to = subscriber.clientId;
    life.node = connection.client;
    if (packet.qos > 0) subscriber.down.set(id, life);
    if (life.claim === 'subscribed' && life.sendings.length === 0) keepOrder(subscriber, life, packet.qos);
    return { life, again: false };
  }

  /** A client read a PUBLISH. */
  read(life: Life, connection: Connection, packet: Publish, { i, t }: PacketReceived): void {
    if (packet.qos === 0) settle(connection.subscriber, life, { i, t });
    let lives = this.#read.get(connection.client);
    if (lives === undefined) {
      lives = new Map();
      this.#read.set(connection.client, lives);
    }
    const { bare } = life.publication;
    const waiting = lives.get(bare);
    if (waiting === undefined) lives.set(bare, new Set([life]));
    else waiting.add(life);
  }

  /** The broker read an acknowledgement of its subscriber. */
  answered(connection: Connection, packet: Packet & { packetId: number }, { i, t }: PacketReceived): void {
    const { subscriber } = connection;
    const life = subscriber?.down.get(packet.packetId);
    if (life === undefined || packet.type === 'pubrel') return;
    const refused = 'reasonCode' in packet && (packet.reasonCode ?? 0) >= 0x80;
    if (packet.type === 'pubrec' && !refused) return;
    subscriber!.down.delete(packet.packetId);
    settle(subscriber, life, { i, t });
  }

  /** An application was handed a message. @param owner whose packet it was the answer to. */
  delivered({ i, t, n, message, dup }: AppDelivered, owner: Life | undefined): Life | undefined {
    const bare = messageKey(message.topic, message.payload, undefined);
    const lives = this.#read.get(n);
    const waiting = lives?.get(bare);
    const life = owner?.publication.bare === bare ? owner : waiting?.values().next().value;
    if (life === undefined) return undefined;
    life.delivered.push({ i, t, dup });
    waiting?.delete(life);
    if (waiting?.size === 0) lives!.delete(bare);
    return life;
  }

  /** Sent because a message came: to whoever was subscribed, or to somebody who was not. */
  #caused(cause: Publication | undefined, subscriber: Subscriber, topic: string): Life | undefined {
    if (cause === undefined) return undefined;
    const mine = cause.lifeOf(subscriber.clientId);
    if (mine !== undefined) return mine;
    return cause.lives.find(
      (life) => life.claim === 'shared' && life.sendings.length === 0 && isMember(subscriber, topic),
    );
  }

  /** Sent because of a subscription, from what the broker had kept for it. */
  #retained(
    broker: Broker,
    subscriber: Subscriber,
    event: PacketSent,
    packet: Publish,
    topic: string,
    bare: MessageKey,
  ): Life | undefined {
    if (!packet.retain) return undefined;
    const kept = broker.retained.get(topic);
    const publication = kept?.bare === bare ? kept : broker.latest.get(bare);
    if (publication === undefined || !publication.retain) return undefined;
    const live = subscriber.awaited(bare, publication.key, packet.qos);
    if (live?.publication === publication) return live;
    const life = broker.claim(publication, subscriber, 'retained', { i: event.i, t: event.t });
    for (const { filter, asked } of subscriber.subscriptions.values()) {
      if (!matches(filter, topic)) continue;
      const text = `${subscriber.clientId} subscribes to ${filter}, for which ${broker.name} has it retained`;
      life.steps.push({ ...asked, how: 'seen', text });
    }
    return life;
  }

  /** A copy too many, a will before its time, or nothing that anybody published. */
  #unexpected(
    broker: Broker,
    subscriber: Subscriber,
    event: PacketSent,
    packet: Publish,
    topic: string,
    bare: MessageKey,
  ): Life {
    const { i, t } = event;
    const known = broker.latest.get(bare);
    if (known !== undefined) {
      const before = known.lifeOf(subscriber.clientId);
      if (before !== undefined) return before;
      const member = isMember(subscriber, topic) && known.lives.some((life) => life.claim === 'shared');
      return broker.claim(known, subscriber, member ? 'shared' : 'none', { i, t });
    }
    for (const [clientId, latest] of broker.wills) {
      const left = [latest, latest.before].find(
        (each) => each?.publication === undefined && each !== undefined && isLike(each, bare),
      );
      if (left === undefined) continue;
      const where =
        left.withdrawn === undefined ? 'while its connection stands' : 'although it was discarded';
      const will = this.#publishing.publishWill(
        broker,
        clientId,
        left,
        { i, t },
        `${broker.name} publishes it ${where}`,
      );
      const life = will.lifeOf(subscriber.clientId);
      return life ?? broker.claim(will, subscriber, 'none', { i, t });
    }
    const unknown = new Publication(identityOf(topic, packet), 'unknown', broker.name, { i, t });
    unknown.broker = broker.name;
    this.#add(unknown);
    broker.latest.set(bare, unknown);
    return broker.claim(unknown, subscriber, 'none', { i, t });
  }
}

/** Remembers what was sent last of a publisher, topic and QoS, and whether this one comes after one that came later. */
function keepOrder({ latest }: Subscriber, life: Life, qos: number): void {
  const { publisher, topic } = life.publication;
  const stream = `${publisher}\n${topic}\n${qos}`;
  const last = latest.get(stream);
  if (last !== undefined && life.begun.i < last.begun.i) life.overtakenBy = last;
  else latest.set(stream, life);
}

function settle(subscriber: Subscriber | undefined, life: Life, place: Life['begun']): void {
  life.settled = place;
  subscriber?.open.delete(life);
}

function isLike({ will }: LeftWill, bare: MessageKey): boolean {
  return messageKey(will.topic, will.payload, undefined) === bare;
}

/** Whether the subscriber shares what comes on a topic with others. */
function isMember({ subscriptions }: Subscriber, topic: string): boolean {
  for (const filter of subscriptions.keys()) {
    const shared = parseShared(filter);
    if (shared !== undefined && matches(shared.filter, topic)) return true;
  }
  return false;
}
