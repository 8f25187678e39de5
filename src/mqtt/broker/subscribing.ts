import type { QoS, Suback, Subscribe, Unsuback, Unsubscribe } from '../codec/packet.ts';
import { hasMoreLevels, hasWildcard, parseShared } from '../topic/index.ts';
import { maySubscribe, NOT_AUTHORIZED } from './access.ts';
import { type Cause, tooLarge } from './clients.ts';
import type { Connection } from './connection.ts';
import type { Context } from './context.ts';
import { Copy } from './copy.ts';
import { asReasonString } from './reason-string.ts';
import type { RetainedMessages } from './retained.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { Granted } from './subscriptions.ts';
import { isSysFilter, type SysTopics } from './sys.ts';

/** SUBACK of a filter that was refused [3.1.1/MQTT-3.9.3-2]. */
const FAILURE = 0x80;
const NO_SUBSCRIPTION_EXISTED = 0x11;
const QUOTA_EXCEEDED = 0x97;
const SHARED_SUBSCRIPTIONS_NOT_SUPPORTED = 0x9e;
const SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED = 0xa1;
const WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED = 0xa2;

/** Why a filter was refused, and the code that says so in 5.0. */
type Refused = Cause & { reasonCode: number };

/** Answers SUBSCRIBE and UNSUBSCRIBE. */
export class Subscribing {
  readonly #context: Context;
  readonly #sessions: Sessions;
  readonly #retained: RetainedMessages;
  readonly #sys: SysTopics;

  constructor(context: Context, sessions: Sessions, retained: RetainedMessages, sys: SysTopics) {
    this.#context = context;
    this.#sessions = sessions;
    this.#retained = retained;
    this.#sys = sys;
  }

  /**
   * Handles the filters one after another, as if each had come alone [3.1.1/MQTT-3.8.4-4] [5.0/MQTT-3.8.4-5], and answers them together
   * [3.1.1/MQTT-3.8.4-1] [5.0/MQTT-3.8.4-1], with a code for each [5.0/MQTT-3.8.4-7], in their order [3.1.1/MQTT-3.9.3-1]
   * [5.0/MQTT-3.9.3-1]; what is retained follows the SUBACK. Returns what is wrong when there is no answer: 3.1 has no code
   * for a refused filter, and in 5.0 nobody may ask for what CONNACK said is not available.
   */
  subscribe(connection: Connection, session: Session, packet: Subscribe): Cause | undefined {
    const { options } = this.#context;
    const reasonCodes: number[] = [];
    let reasonString: string | undefined;
    if (connection.version === 5) {
      const wrong = this.#notAvailable(packet);
      if (wrong !== undefined) return wrong;
    }
    const made: { granted: Granted; isNew: boolean }[] = [];
    for (const asked of packet.subscriptions) {
      const refused = this.#refusal(connection, session, asked.filter);
      if (refused !== undefined) {
        if (connection.version === 3) return refused;
        reasonString = asReasonString(refused.text);
        reasonCodes.push(connection.version === 5 ? refused.reasonCode : FAILURE);
        continue;
      }
      const granted: Granted = {
        ...asked,
        // Asked for more than there is, it grants what there is [5.0/MQTT-3.2.2-10].
        qos: Math.min(asked.qos, options.maximumQoS) as QoS,
      };
      if (connection.version === 5 && parseShared(asked.filter) !== undefined) granted.shared = true;
      const identifier = packet.properties?.subscriptionIdentifier;
      if (identifier !== undefined) granted.identifier = identifier;
      made.push({ granted, isNew: this.#sessions.subscribe(session, granted) });
      reasonCodes.push(granted.qos);
    }
    const suback: Suback = { type: 'suback', packetId: packet.packetId, reasonCodes };
    if (reasonString !== undefined && connection.terms.problemInformation)
      suback.properties = { reasonString };
    if (!connection.sendPacket(suback, true)) return tooLarge(connection, 'SUBACK');
    for (const { granted, isNew } of made) this.#sendRetained(session, granted, isNew);
    return undefined;
  }

  /**
   * One UNSUBACK comes for all filters [3.1.1/MQTT-3.10.4-6] [5.0/MQTT-3.10.4-6], whether there was a subscription or not
   * [3.1.1/MQTT-3.10.4-5] [5.0/MQTT-3.10.4-4]. Nothing new is sent because of them [3.1.1/MQTT-3.10.4-2]
   * [5.0/MQTT-3.10.4-2]; what is in flight goes on [3.1.1/MQTT-3.10.4-3] [5.0/MQTT-3.10.4-3], and what is queued stays queued.
   */
  unsubscribe(connection: Connection, session: Session, packet: Unsubscribe): Cause | undefined {
    const reasonCodes = packet.filters.map((filter) =>
      this.#sessions.unsubscribe(session, filter) ? 0 : NO_SUBSCRIPTION_EXISTED,
    );
    const unsuback: Unsuback = { type: 'unsuback', packetId: packet.packetId };
    if (connection.version === 5) unsuback.reasonCodes = reasonCodes;
    return connection.sendPacket(unsuback, true) ? undefined : tooLarge(connection, 'UNSUBACK');
  }

  #notAvailable(packet: Subscribe): Cause | undefined {
    const { options } = this.#context;
    if (
      !options.subscriptionIdentifiersAvailable &&
      packet.properties?.subscriptionIdentifier !== undefined
    ) {
      return {
        rule: '5.0/3.2.2.3.12',
        text: 'SUBSCRIBE with a Subscription Identifier, which there are none of here',
        reasonCode: SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
      };
    }
    for (const { filter } of packet.subscriptions) {
      if (!options.wildcardSubscriptionAvailable && hasWildcard(filter)) {
        const text = `SUBSCRIBE to ${filter}, and there are no wildcards here`;
        return { rule: '5.0/3.2.2.3.11', text, reasonCode: WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED };
      }
      if (!options.sharedSubscriptionAvailable && parseShared(filter) !== undefined) {
        const text = `SUBSCRIBE to ${filter}, and there are no Shared Subscriptions here`;
        return { rule: '5.0/3.2.2.3.13', text, reasonCode: SHARED_SUBSCRIPTIONS_NOT_SUPPORTED };
      }
    }
    return undefined;
  }

  /**
   * The last message of every matching topic, with RETAIN 1 as it is sent because of the subscription
   * [3.1.1/MQTT-3.3.1-8], whether the subscription is new or replaces one [3.1.1/MQTT-3.8.4-3] [5.0/MQTT-3.8.4-4]; 5.0 can choose
   * [5.0/MQTT-3.3.1-9] [5.0/MQTT-3.3.1-10] [5.0/MQTT-3.3.1-11]. A Shared Subscription is sent none
   * [5.0/4.8.2], for no topic matches its filter as a whole.
   */
  #sendRetained(session: Session, granted: Granted, isNew: boolean): void {
    if (granted.retainHandling === 2 || (granted.retainHandling === 1 && !isNew)) return;
    const identifiers = granted.identifier === undefined ? undefined : [granted.identifier];
    this.#retained.match(granted.filter, ({ message, expiresAt }) => {
      const qos = Math.min(message.qos, granted.qos) as QoS;
      session.offer(new Copy(message, qos, true, identifiers, expiresAt));
    });
    if (isSysFilter(granted.filter)) {
      this.#sys.current(granted.filter, (message) => {
        session.offer(new Copy(message, 0, true, identifiers, Infinity));
      });
    }
  }

  /**
   * Why one filter is refused, which is told. Before 5.0 nobody hears beforehand that there are no wildcards here, so a
   * filter with one is refused like any other [3.1.1/MQTT-3.8.3-2].
   */
  #refusal({ version, username }: Connection, session: Session, filter: string): Refused | undefined {
    const { options, sink } = this.#context;
    const { clientId } = session;
    const { subscriptionsPerSession: most, topicLevels } = options.limits;
    let refused: Refused | undefined;
    if (!maySubscribe(options, clientId, username, filter)) {
      const text = `${clientId} may not subscribe to ${filter}`;
      refused = { rule: 'access', text, reasonCode: NOT_AUTHORIZED };
    } else if (version !== 5 && !options.wildcardSubscriptionAvailable && hasWildcard(filter)) {
      const text = `no subscription to ${filter}: there are no wildcards here`;
      refused = { rule: '3.1.1/MQTT-3.8.3-2', text, reasonCode: WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED };
    } else if (hasMoreLevels(filter, topicLevels)) {
      const text = `no subscription for ${clientId} to more than ${topicLevels} levels`;
      refused = { rule: 'limit.topicLevels', text, reasonCode: QUOTA_EXCEEDED };
    } else if ((session.subscriptions?.size ?? 0) >= most && !session.subscriptions?.has(filter)) {
      const text = `no subscription to ${filter}: ${clientId} has ${most} already`;
      refused = { rule: 'limit.subscriptionsPerSession', text, reasonCode: QUOTA_EXCEEDED };
    }
    if (refused !== undefined && sink.attentive) {
      const { rule, text } = refused;
      sink.note({ step: 'refused', text, client: clientId, topic: filter, rule });
    }
    return refused;
  }
}
