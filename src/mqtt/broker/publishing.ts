import type { Publish } from '../codec/packet.ts';
import { hasMoreLevels } from '../topic/index.ts';
import { mayPublish, NOT_AUTHORIZED } from './access.ts';
import type { Cause } from './clients.ts';
import type { Connection } from './connection.ts';
import type { Context } from './context.ts';
import type { Router } from './routing.ts';
import type { Session } from './session.ts';

const PROTOCOL_ERROR = 0x82;
const RECEIVE_MAXIMUM_EXCEEDED = 0x93;
const TOPIC_ALIAS_INVALID = 0x94;
const QUOTA_EXCEEDED = 0x97;
const RETAIN_NOT_SUPPORTED = 0x9a;
const QOS_NOT_SUPPORTED = 0x9b;

/** Takes the PUBLISHes of clients, if they keep to what this server told them. */
export class Publishing {
  readonly #context: Context;
  readonly #router: Router;

  constructor(context: Context, router: Router) {
    this.#context = context;
    this.#router = router;
  }

  /** Returns what is wrong when the connection has to end for it. */
  publish(connection: Connection, session: Session, packet: Publish): Cause | undefined {
    const { maximumQoS, retainAvailable } = this.#context.options;
    if (packet.qos > maximumQoS) {
      return {
        rule: 'limit.maximumQoS',
        text: `PUBLISH with QoS ${packet.qos}, ${maximumQoS} is the highest here`,
        reasonCode: QOS_NOT_SUPPORTED,
      };
    }
    if (packet.retain && !retainAvailable) {
      const text = 'PUBLISH with RETAIN 1, and nothing is retained here';
      return { rule: '5.0/MQTT-3.2.2-14', text, reasonCode: RETAIN_NOT_SUPPORTED };
    }
    if (connection.version === 5) {
      const wrong = this.#checkSince5(connection, packet);
      if (wrong !== undefined) return wrong;
    }
    if (packet.qos === 0) this.accept(session, packet);
    else session.incoming.received(packet);
    return undefined;
  }

  /** A message becomes this server's, if its publisher may. Returns the reason code of its acknowledgement. */
  accept(session: Session, publish: Publish): number {
    const { options, sink } = this.#context;
    const { clientId } = session;
    const { topicLevels } = options.limits;
    if (hasMoreLevels(publish.topic, topicLevels)) {
      if (sink.attentive) {
        const text = `a topic of ${clientId} has more than ${topicLevels} levels`;
        sink.note({
          step: 'refused',
          text,
          client: clientId,
          topic: publish.topic,
          rule: 'limit.topicLevels',
        });
      }
      return QUOTA_EXCEEDED;
    }
    if (mayPublish(options, clientId, session.connection?.username, publish.topic)) {
      return this.#router.accept(publish, clientId);
    }
    if (sink.attentive) {
      const text = `${clientId} may not publish to ${publish.topic}`;
      sink.note({ step: 'refused', text, client: clientId, topic: publish.topic, rule: 'access' });
    }
    return NOT_AUTHORIZED;
  }

  #checkSince5(connection: Connection, packet: Publish): Cause | undefined {
    const { receiveMaximum } = this.#context.options;
    const { properties } = packet;
    if (properties?.subscriptionIdentifiers !== undefined) {
      const text = 'PUBLISH with a Subscription Identifier, which only a server puts there';
      return { rule: '5.0/MQTT-3.3.4-6', text, reasonCode: PROTOCOL_ERROR };
    }
    if (packet.qos > 0 && ++connection.since5.unacknowledged > receiveMaximum) {
      const text = `more than ${receiveMaximum} PUBLISHes without an acknowledgement`;
      return { rule: '5.0/MQTT-3.3.4-7', text, reasonCode: RECEIVE_MAXIMUM_EXCEEDED };
    }
    return properties?.topicAlias === undefined
      ? undefined
      : this.#resolveAlias(connection, packet, properties.topicAlias);
  }

  #resolveAlias(connection: Connection, packet: Publish, alias: number): Cause | undefined {
    const { topicAliasMaximum } = this.#context.options;
    if (alias > topicAliasMaximum) {
      const text = `Topic Alias ${alias}, ${topicAliasMaximum} is the highest here`;
      return { rule: '5.0/MQTT-3.3.2-9', text, reasonCode: TOPIC_ALIAS_INVALID };
    }
    const topic = connection.since5.aliases.resolve(alias, packet.topic);
    if (topic === undefined) {
      const text = `Topic Alias ${alias} stands for no topic yet`;
      return { rule: '5.0/3.3.4', text, reasonCode: PROTOCOL_ERROR };
    }
    packet.topic = topic;
    return undefined;
  }
}
