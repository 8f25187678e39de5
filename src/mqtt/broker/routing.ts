import type { MessageProperties, Publish, PublishProperties, QoS } from '../codec/packet.ts';
import type { Micros } from '../machine.ts';
import { keepOwnBytes, type Message } from '../session/message.ts';
import type { Context } from './context.ts';
import { Copy, expiryOf } from './copy.ts';
import type { RetainedMessages } from './retained.ts';
import type { ShareGroup } from './shared.ts';
import type { Subscriptions } from './subscriptions.ts';

const DOLLAR = 0x24;
const NO_MATCHING_SUBSCRIBERS = 0x10;
export const TOPIC_NAME_INVALID = 0x90;

/** Why a message is refused with {@link TOPIC_NAME_INVALID}. */
export const NOT_FOR_CLIENTS = `a client may not publish to a topic that begins with '$'`;

/**
 * Takes messages the server has accepted to the sessions with matching subscriptions [3.1.1/MQTT-4.5.0-1] [5.0/MQTT-4.5.0-1], and to no
 * others [3.1.1/MQTT-3.3.2-3] [5.0/MQTT-3.3.2-3].
 */
export class Router {
  readonly #context: Context;
  readonly #subscriptions: Subscriptions;
  readonly #retained: RetainedMessages;
  /** Of the message under way: see {@link Copy.reveals}. */
  #reveals = false;

  constructor(context: Context, subscriptions: Subscriptions, retained: RetainedMessages) {
    this.#context = context;
    this.#subscriptions = subscriptions;
    this.#retained = retained;
  }

  /** A message is this server's from now on. Returns the reason code of its acknowledgement. */
  accept(publish: Publish, publisher: string): number {
    const { topic, payload, qos, retain } = publish;
    // Copies are made of it, and of what is retained a record is kept: the packet itself will do for the others.
    let message: Message = publish;
    if (publish.properties !== undefined || retain) {
      message = { topic, payload, qos, retain };
      if (publish.properties !== undefined) message.properties = forwarded(publish.properties);
    }
    if (this.#context.sink.attentive) {
      const text = `QoS ${qos} from ${publisher}, ${payload.length} B`;
      this.#context.sink.note({ step: 'accepted', text, client: publisher, topic });
    }
    if (this.publish(message, publisher, qos === 2) > 0) return 0;
    return isForServers(topic) ? TOPIC_NAME_INVALID : NO_MATCHING_SUBSCRIBERS;
  }

  /**
   * Publishes what a client sent, or left as its will. Topics that begin with '$' belong to the server, which should keep
   * clients from using them among each other [3.1.1/4.7.2]: such a message is accepted, as a refusal would have to
   * be the end of the connection [3.1.1/MQTT-3.3.5-2], and goes nowhere. `once`: no crash may publish it a second time.
   * Returns how many sessions get it.
   */
  publish(message: Message, publisher: string, once: boolean): number {
    if (isForServers(message.topic)) {
      if (this.#context.sink.attentive) {
        this.#context.sink.note({
          step: 'refused',
          text: NOT_FOR_CLIENTS,
          client: publisher,
          topic: message.topic,
          rule: '3.1.1/MQTT-3.3.5-2',
        });
      }
      return 0;
    }
    // Without the flag it is nothing to what is retained [3.1.1/MQTT-3.3.1-12] [5.0/MQTT-3.3.1-8].
    if (message.retain) {
      keepOwnBytes(message);
      this.#retained.publish(message);
    }
    this.#reveals = once;
    const copies = this.route(message, publisher);
    this.#reveals = false;
    return copies;
  }

  /**
   * `publisher` is the client whose No Local subscriptions do not get it [5.0/MQTT-3.8.3-3]; undefined for the server itself. Returns
   * how many copies there are.
   */
  route(message: Message, publisher: string | undefined): number {
    const targets = this.#subscriptions.targets(message.topic);
    // Without identifiers there is one copy for each QoS and retain flag: mostly the one that was made last.
    let last: Copy | undefined;
    let all: Copy[] | undefined;
    const expiresAt = expiryOf(message, this.#context.clock.wall);
    let copies = 0;
    for (let i = 0; i < targets.length; i++) {
      const any = targets[i]!;
      const target = any.session.clientId === publisher ? any.own : any;
      if (target === undefined) continue;
      copies++;
      // [3.1.1/MQTT-3.8.4-6] [5.0/MQTT-3.8.4-8]
      const qos = Math.min(message.qos, target.qos) as QoS;
      // To an established subscription the flag is 0 whatever it was [3.1.1/MQTT-3.3.1-9] [5.0/MQTT-3.3.1-12], but for 5.0's option
      // [5.0/MQTT-3.3.1-13].
      const retain = message.retain && target.retainAsPublished;
      const { identifiers } = target;
      if (identifiers !== undefined) {
        target.session.offer(this.#newCopy(message, qos, retain, identifiers, expiresAt));
        continue;
      }
      if (last === undefined) last = this.#newCopy(message, qos, retain, undefined, expiresAt);
      else if (last.qos !== qos || last.retain !== retain) {
        all ??= [last];
        last = copyOf(all, qos, retain);
        if (last === undefined) {
          last = this.#newCopy(message, qos, retain, undefined, expiresAt);
          all.push(last);
        }
      }
      target.session.offer(last);
    }
    const groups = this.#subscriptions.groups(message.topic);
    for (let i = 0; i < groups.length; i++) {
      copies++;
      this.#share(groups[i]!.value, message, message.qos, expiresAt);
    }
    if (this.#context.sink.attentive) this.#noteRouted(message, publisher, copies);
    return copies;
  }

  /**
   * The session a copy was waiting for has ended. One of QoS 1 goes to another member of its group, and so does one that was never sent; with
   * QoS 2 the client may have taken it, so nobody else may [5.0/MQTT-4.8.2-5]: it waits for that client alone [5.0/MQTT-4.8.2-4]. What a
   * client has refused is over, and never comes here [5.0/MQTT-4.8.2-6].
   */
  handOver(copy: Copy, sent: boolean): void {
    if (copy.shared === undefined || (sent && copy.qos === 2)) return;
    const group = this.#subscriptions.group(copy.shared.filter);
    if (group === undefined) return;
    this.#reveals = copy.reveals;
    this.#share(group, copy, copy.shared.publishedQoS, copy.expiresAt);
    this.#reveals = false;
  }

  /** At the QoS that was granted to the member whose turn it is [5.0/MQTT-4.8.2-3]. */
  #share(group: ShareGroup, message: Message, publishedQoS: QoS, expiresAt: Micros): void {
    const { session, qos, retainAsPublished, identifiers, shared } = group.choose();
    const retain = message.retain && retainAsPublished;
    const granted = Math.min(publishedQoS, qos) as QoS;
    const copy = this.#newCopy(message, granted, retain, identifiers, expiresAt);
    copy.shared = shared === undefined ? undefined : { filter: shared, publishedQoS };
    session.offer(copy);
  }

  #newCopy(
    message: Message,
    qos: QoS,
    retain: boolean,
    identifiers: readonly number[] | undefined,
    expiresAt: Micros,
  ): Copy {
    const copy = new Copy(message, qos, retain, identifiers, expiresAt);
    copy.reveals = this.#reveals;
    return copy;
  }

  #noteRouted(message: Message, publisher: string | undefined, copies: number): void {
    const text = copies === 0 ? 'nobody is subscribed' : `${copies} ${copies === 1 ? 'copy' : 'copies'}`;
    const note = { step: 'routed' as const, text, topic: message.topic };
    this.#context.sink.note(publisher === undefined ? note : { ...note, client: publisher });
  }
}

function copyOf(copies: readonly Copy[], qos: QoS, retain: boolean): Copy | undefined {
  return copies.find((copy) => copy.qos === qos && copy.retain === retain);
}

function isForServers(topic: string): boolean {
  return topic.charCodeAt(0) === DOLLAR;
}

/**
 * What travels with a message to its subscribers as it is: Payload Format Indicator [5.0/MQTT-3.3.2-4], Response Topic [5.0/MQTT-3.3.2-15],
 * Correlation Data [5.0/MQTT-3.3.2-16], User Properties [5.0/MQTT-3.3.2-17], Content Type [5.0/MQTT-3.3.2-20]. An alias is
 * of one connection only, identifiers are of a subscription.
 */
function forwarded(properties: PublishProperties): MessageProperties {
  const { topicAlias: _alias, subscriptionIdentifiers: _identifiers, ...rest } = properties;
  return rest;
}
