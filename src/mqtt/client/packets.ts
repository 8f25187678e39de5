import { CodecError } from '../codec/codec-error.ts';
import { encodedLength } from '../codec/encode.ts';
import type {
  Connect,
  ConnectProperties,
  Disconnect,
  MessageProperties,
  Packet,
  ProtocolVersion,
  Publish,
  ReasonProperties,
} from '../codec/packet.ts';
import type { Micros } from '../machine.ts';
import type { Message } from '../session/message.ts';
import { topicNameFault } from '../topic/index.ts';
import type { ClientError, ClientOptions, Delivery, DisconnectRequest } from './application.ts';
import type { ClientMessage } from './client-session.ts';

const NEVER_EXPIRES = 0xffff_ffff;
/** The largest packet there is; no limit need be sent for it. */
const LARGEST_PACKET = 268_435_460;
/** There are no more packet identifiers; what is meant when nothing is said. */
export const LARGEST_RECEIVE_MAXIMUM = 65_535;

/** The CONNECT of a client; `clientId` may be one that a 5.0 server assigned, `authentication` begins an exchange. */
export function connectPacket(
  options: ClientOptions,
  clientId: string,
  cleanStart: boolean,
  authentication?: ConnectProperties,
): Connect {
  const { protocolVersion, keepAlive, will, username, password } = options;
  const packet: Connect = { type: 'connect', protocolVersion, clientId, cleanStart, keepAlive };
  if (will !== undefined) packet.will = will;
  if (username !== undefined) packet.username = username;
  if (password !== undefined) packet.password = password;
  if (protocolVersion === 5) {
    const properties: ConnectProperties = {};
    if (options.sessionExpiry > 0) {
      properties.sessionExpiryInterval = Math.min(options.sessionExpiry, NEVER_EXPIRES);
    }
    if (options.maximumPacketSize < LARGEST_PACKET) properties.maximumPacketSize = options.maximumPacketSize;
    const { receiveMaximum, topicAliasMaximum, userProperties } = options;
    if (receiveMaximum !== undefined && receiveMaximum !== LARGEST_RECEIVE_MAXIMUM) {
      properties.receiveMaximum = receiveMaximum;
    }
    if (topicAliasMaximum !== undefined && topicAliasMaximum !== 0) {
      properties.topicAliasMaximum = topicAliasMaximum;
    }
    if (options.requestResponseInformation === true) properties.requestResponseInformation = 1;
    if (options.requestProblemInformation === false) properties.requestProblemInformation = 0;
    if (userProperties !== undefined) properties.userProperties = userProperties;
    packet.properties = { ...properties, ...authentication };
  }
  return packet;
}

const MICROS_PER_SECOND = 1_000_000;

/** When a message with these properties, handed over now, need not be sent any more; undefined when it never expires. */
export function expiryOf(properties: MessageProperties, now: Micros): Micros | undefined {
  const seconds = properties.messageExpiryInterval;
  return seconds === undefined ? undefined : now + seconds * MICROS_PER_SECOND;
}

/**
 * `packetId` counts for QoS 1 and 2 only. Of a Message Expiry Interval stands there what is left of it `now`: the server counts from
 * when it gets the message, and the application meant from when it handed it over.
 */
export function publishPacket(message: ClientMessage, packetId: number, dup: boolean, now: Micros): Publish {
  const { topic, payload, qos, retain, properties, expiresAt } = message;
  const packet: Publish =
    qos > 0
      ? { type: 'publish', topic, payload, qos, retain, dup, packetId }
      : { type: 'publish', topic, payload, qos, retain, dup };
  if (expiresAt !== undefined) {
    const left = Math.max(0, Math.ceil((expiresAt - now) / MICROS_PER_SECOND));
    packet.properties = { ...properties, messageExpiryInterval: left };
  } else if (properties !== undefined) packet.properties = properties;
  return packet;
}

/** Before 5.0 with an empty request only: the codec refuses the rest. */
export function disconnectPacket(request: DisconnectRequest): Disconnect {
  const { reasonCode, reasonString, sessionExpiry, userProperties } = request;
  const packet: Disconnect = { type: 'disconnect' };
  if (reasonCode !== undefined) packet.reasonCode = reasonCode;
  if (reasonString !== undefined || sessionExpiry !== undefined || userProperties !== undefined) {
    packet.properties = {
      ...(sessionExpiry === undefined
        ? {}
        : { sessionExpiryInterval: Math.min(sessionExpiry, NEVER_EXPIRES) }),
      ...(reasonString === undefined ? {} : { reasonString }),
      ...(userProperties === undefined ? {} : { userProperties }),
    };
  }
  return packet;
}

/** DISCONNECT without its explanations, which must not make it longer than the server takes [5.0/MQTT-3.14.2-3] [5.0/MQTT-3.14.2-4]. */
export function unexplained(packet: Disconnect): Disconnect {
  const { properties, ...bare } = packet;
  const sessionExpiryInterval = properties?.sessionExpiryInterval;
  return sessionExpiryInterval === undefined ? bare : { ...bare, properties: { sessionExpiryInterval } };
}

/** What the application learns of a refusal: the code in words, and whatever a 5.0 server adds. */
export function refusalBy(
  what: string,
  reasonCode: number,
  properties: (ReasonProperties & { serverReference?: string }) | undefined,
): ClientError {
  const reasonString = properties?.reasonString;
  const explanation = reasonString === undefined ? '' : `: ${reasonString}`;
  const error: ClientError = {
    kind: 'refused',
    message: `${what} with ${hex(reasonCode)}${explanation}`,
    reasonCode,
  };
  if (reasonString !== undefined) error.reasonString = reasonString;
  if (properties?.userProperties !== undefined) error.userProperties = properties.userProperties;
  if (properties?.serverReference !== undefined) error.serverReference = properties.serverReference;
  return error;
}

/** Before 5.0 an acknowledgement has no reason code. */
export function acknowledgementPacket(
  type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
  packetId: number,
  reasonCode: number,
  version: ProtocolVersion,
): Packet {
  return version === 5 ? { type, packetId, reasonCode } : { type, packetId };
}

/** What the application sees of a PUBLISH: not what belongs to the connection. */
export function deliveryOf(publish: Publish): Delivery {
  const { topic, payload, qos, retain, dup } = publish;
  const message: Message = { topic, payload, qos, retain };
  const delivery: Delivery = { message, dup };
  if (publish.properties !== undefined) {
    const { topicAlias: _, subscriptionIdentifiers, ...properties } = publish.properties;
    message.properties = properties;
    if (subscriptionIdentifiers !== undefined) delivery.subscriptionIdentifiers = subscriptionIdentifiers;
  }
  return delivery;
}

/** Payloads below this fit into a packet whatever else is in it. */
const CERTAINLY_FITS = 200_000_000;

/** Why no PUBLISH of this message can ever be written, if so. Most are judged without being written. */
export function messageFault(message: ClientMessage, version: ProtocolVersion): ClientError | undefined {
  const { topic, payload, qos, properties } = message;
  // Types keep these out, JavaScript does not.
  if (properties !== undefined && 'topicAlias' in properties) {
    return { kind: 'invalid', message: 'topic aliases are given by the client itself [5.0/MQTT-3.3.2-9]' };
  }
  if (properties !== undefined && 'subscriptionIdentifiers' in properties) {
    return { kind: 'invalid', message: 'only a server sends subscription identifiers [5.0/MQTT-3.3.4-6]' };
  }
  const plain =
    properties === undefined &&
    (qos === 0 || qos === 1 || qos === 2) &&
    payload.length < CERTAINLY_FITS &&
    topicNameFault(topic) === undefined;
  return plain ? undefined : packetFault(publishPacket(message, 1, false, 0), version);
}

/** Why no such packet can ever be written, if so. */
export function packetFault(packet: Packet, version: ProtocolVersion): ClientError | undefined {
  try {
    encodedLength(packet, version);
    return undefined;
  } catch (error) {
    if (error instanceof CodecError) return { kind: 'invalid', message: error.message };
    throw error;
  }
}

/** A return or reason code as the standard writes it. */
export function hex(code: number): string {
  return `0x${code.toString(16).padStart(2, '0').toUpperCase()}`;
}
