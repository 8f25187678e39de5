import type { QoS, Suback, Subscribe, Unsuback, Unsubscribe } from '../codec/packet.ts';
import { hasWildcard, parseShared } from '../topic/index.ts';
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
   * Handles the filters one after another, as if each had come alone, and answers them together
   * [3.1.1/MQTT-3.8.4-4]; what is retained follows the SUBACK. Returns what is wrong when there is no answer: 3.1
   * has no code for a refused filter, and in 5.0 nobody may ask for what CONNACK said is not available.
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
      if (!maySubscribe(options, session.clientId, connection.username, asked.filter)) {
        const text = this.#noteForbidden(session, asked.filter);
        if (connection.version === 3) return { rule: 'access', text };
        reasonString = asReasonString(text);
        reasonCodes.push(connection.version === 5 ? NOT_AUTHORIZED : FAILURE);
        continue;
      }
      const known = session.subscriptions?.has(asked.filter) === true;
      if (!known && (session.subscriptions?.size ?? 0) >= options.limits.subscriptionsPerSession) {
        const text = this.#noteRefused(session, asked.filter);
        if (connection.version === 3) return { rule: 'limit.subscriptionsPerSession', text };
        reasonString = asReasonString(text);
        reasonCodes.push(connection.version === 5 ? QUOTA_EXCEEDED : FAILURE);
        continue;
      }
      const granted: Granted = {
        ...asked,
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

  /** UNSUBACK comes whether there was a subscription or not [3.1.1/MQTT-3.10.4-5]. What is queued stays queued. */
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
   * [3.1.1/MQTT-3.3.1-8], whether the subscription is new or replaces one [3.1.1/MQTT-3.8.4-3]; 5.0 can choose. A
   * Shared Subscription is sent none [5.0/4.8.2], for no topic matches its filter as a whole.
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

  #noteForbidden(session: Session, filter: string): string {
    const text = `${session.clientId} may not subscribe to ${filter}`;
    if (this.#context.sink.attentive) {
      this.#context.sink.note({
        step: 'refused',
        text,
        client: session.clientId,
        topic: filter,
        rule: 'access',
      });
    }
    return text;
  }

  #noteRefused(session: Session, filter: string): string {
    const { limits } = this.#context.options;
    const text = `no subscription to ${filter}: ${session.clientId} has ${limits.subscriptionsPerSession} already`;
    if (this.#context.sink.attentive) {
      const rule = 'limit.subscriptionsPerSession';
      this.#context.sink.note({ step: 'refused', text, client: session.clientId, topic: filter, rule });
    }
    return text;
  }
}
