/** What a script may say in a call to a client, and what the machine is told. */
import type { DisconnectRequest, SubscribeRequest } from '../mqtt/client/application.ts';
import type { ProtocolVersion, QoS, Subscription, UserProperties } from '../mqtt/codec/packet.ts';
import type { Message } from '../mqtt/session/message.ts';
import type { Duration } from '../sim/time.ts';
import { ScriptError } from './errors.ts';
import { MESSAGE_OPTIONS, type MessageOptions, messageProperties } from './message-options.ts';
import {
  bytesOf,
  expirySeconds,
  oneOf,
  onlySince5,
  optionsOf,
  type Payload,
  pairsOf,
  textOf,
  trueOrFalse,
  wholeNumber,
} from './option-values.ts';

export interface PublishOptions extends MessageOptions {
  /** 0 by default. */
  qos?: QoS;
  /** The broker keeps the message for who subscribes later. False by default. */
  retain?: boolean;
}

export interface SubscribeOptions {
  /** The most the subscriber wants: 0 by default. */
  qos?: QoS;
  /** 5.0: true leaves out what this client itself publishes. */
  noLocal?: boolean;
  /** 5.0: messages keep the RETAIN flag they were published with; false, the default, clears it for who was there already. */
  retainAsPublished?: boolean;
  /** 5.0: retained messages come with the subscription (0, the default), only if it is new (1), or not at all (2). */
  retainHandling?: 0 | 1 | 2;
  /** 5.0: 1 to 268,435,455; every message says for which subscriptions it came. */
  subscriptionIdentifier?: number;
  /** 5.0: of SUBSCRIBE; pairs in order, names may repeat. */
  userProperties?: UserProperties;
}

/** Of 5.0 only. */
export interface UnsubscribeOptions {
  /** Of UNSUBSCRIBE; pairs in order, names may repeat. */
  userProperties?: UserProperties;
}

/** How to leave; of 5.0 only. */
export interface DisconnectOptions {
  /** 0 by default; 4 lets the broker publish the will. */
  reasonCode?: number;
  /** How long the session is kept from now on, if it was to be kept at all. */
  sessionExpiry?: Duration | 'never';
  /** For people. */
  reasonString?: string;
  userProperties?: UserProperties;
}

/** Of most messages: there is nothing to check. */
export const PLAIN: PublishOptions = {};
const PUBLISH_OPTIONS = ['qos', 'retain', ...MESSAGE_OPTIONS];
const SUBSCRIPTION_OPTIONS = ['noLocal', 'retainAsPublished', 'retainHandling'];
const SUBSCRIBE_PROPERTIES = ['subscriptionIdentifier', 'userProperties'];
const DISCONNECT_OPTIONS = ['reasonCode', 'sessionExpiry', 'reasonString', 'userProperties'];
const HIGHEST_SUBSCRIPTION_IDENTIFIER = 268_435_455;

/** @throws ScriptError or DurationError naming the option. */
export function messageOf(
  topic: string,
  payload: Payload,
  options: PublishOptions,
  version: ProtocolVersion,
  what: string,
): Message {
  if (typeof topic !== 'string') {
    throw new ScriptError(`the topic of a ${what} must be a string, not ${typeof topic}`);
  }
  optionsOf(options, PUBLISH_OPTIONS, what);
  const message: Message = {
    topic,
    payload: bytesOf(payload, 'the payload of a ', what),
    qos: checkQoS(options.qos ?? 0, what),
    retain: options.retain === undefined ? false : trueOrFalse(options.retain, `retain of a ${what}`),
  };
  const properties = options === PLAIN ? undefined : messageProperties(options, version, what);
  if (properties !== undefined) message.properties = properties;
  return message;
}

/** @throws ScriptError naming the option. */
export function unsubscribeProperties(
  options: UnsubscribeOptions,
  version: ProtocolVersion,
  what: string,
): UserProperties | undefined {
  optionsOf(options, ['userProperties'], what);
  onlySince5(options, ['userProperties'], version, what);
  const { userProperties } = options;
  return userProperties === undefined ? undefined : pairsOf(userProperties, `userProperties of ${what}`);
}

/** @throws ScriptError naming the option. */
export function subscribeRequest(
  filters: readonly string[],
  options: SubscribeOptions,
  version: ProtocolVersion,
  what: string,
): SubscribeRequest {
  const since5 = [...SUBSCRIPTION_OPTIONS, ...SUBSCRIBE_PROPERTIES];
  optionsOf(options, ['qos', ...since5], what);
  onlySince5(options, since5, version, what);
  const { noLocal, retainAsPublished, retainHandling, subscriptionIdentifier, userProperties } = options;
  const wanted: Omit<Subscription, 'filter'> = { qos: checkQoS(options.qos ?? 0, what) };
  if (noLocal !== undefined) wanted.noLocal = trueOrFalse(noLocal, `noLocal of ${what}`);
  if (retainAsPublished !== undefined)
    wanted.retainAsPublished = trueOrFalse(retainAsPublished, `retainAsPublished of ${what}`);
  if (retainHandling !== undefined)
    wanted.retainHandling = oneOf(retainHandling, [0, 1, 2], `retainHandling of ${what}`);
  const request: SubscribeRequest = { subscriptions: filters.map((filter) => ({ filter, ...wanted })) };
  if (subscriptionIdentifier !== undefined) {
    const name = `subscriptionIdentifier of ${what}`;
    const identifier = wholeNumber(subscriptionIdentifier, name, 1, HIGHEST_SUBSCRIPTION_IDENTIFIER);
    request.subscriptionIdentifier = identifier;
  }
  if (userProperties !== undefined)
    request.userProperties = pairsOf(userProperties, `userProperties of ${what}`);
  return request;
}

/** @throws ScriptError or DurationError naming the option. */
export function disconnectRequest(
  options: DisconnectOptions,
  version: ProtocolVersion,
  what: string,
): DisconnectRequest {
  optionsOf(options, DISCONNECT_OPTIONS, what);
  onlySince5(options, DISCONNECT_OPTIONS, version, what);
  const { reasonCode, sessionExpiry, reasonString, userProperties } = options;
  const request: DisconnectRequest = {};
  if (reasonCode !== undefined)
    request.reasonCode = wholeNumber(reasonCode, `reasonCode of ${what}`, 0, 0xff);
  if (sessionExpiry !== undefined)
    request.sessionExpiry = expirySeconds(sessionExpiry, `sessionExpiry of ${what}`);
  if (reasonString !== undefined) request.reasonString = textOf(reasonString, `reasonString of ${what}`);
  if (userProperties !== undefined)
    request.userProperties = pairsOf(userProperties, `userProperties of ${what}`);
  return request;
}

function checkQoS(qos: unknown, what: string): QoS {
  if (qos === 0 || qos === 1 || qos === 2) return qos;
  throw new ScriptError(`the QoS of a ${what} is ${JSON.stringify(qos)}; it can be 0, 1 or 2`);
}

/** @throws ScriptError unless it is one filter or several. */
export function listOf(filters: string | readonly string[], client: string): readonly string[] {
  const list = typeof filters === 'string' ? [filters] : filters;
  if (!Array.isArray(list) || list.length === 0 || list.some((filter) => typeof filter !== 'string')) {
    throw new ScriptError(`client '${client}' needs a topic filter, or a list of them`);
  }
  return [...list];
}
