import { CodecError, MALFORMED_PACKET } from './codec-error.ts';
import { decodeConnect } from './decode-connect.ts';
import { decodeProperties } from './decode-properties.ts';
import { decodeSuback, decodeSubscribe, decodeUnsuback, decodeUnsubscribe } from './decode-subscriptions.ts';
import type {
  Auth,
  AuthProperties,
  Connack,
  ConnackProperties,
  Disconnect,
  DisconnectProperties,
  Packet,
  ProtocolVersion,
  Puback,
  Pubcomp,
  Publish,
  PublishProperties,
  Pubrec,
  Pubrel,
  QoS,
  ReasonProperties,
} from './packet.ts';
import { PACKET_TYPES, type PacketTypeDefinition } from './packet-type.ts';
import { acknowledgedBy } from './plain-acknowledgement.ts';
import { Reader } from './reader.ts';
import { readTopicName, rememberedTopic } from './topic-cache.ts';

const PUBLISH = 3;
const NO_BYTES = new Uint8Array(0);

/**
 * Decodes exactly one whole packet, as a {@link Framer} cuts it from the stream.
 *
 * Strict: a packet that breaks a rule which can be seen in the packet alone is refused. Rules about who sends what
 * when are for machines and judges. In 5.0 `properties` is absent when there are none. A 3.1.1 CONNECT with an empty
 * Client Identifier and Clean Session 0 is let through: a server has to answer it [3.1.1/MQTT-3.1.3-8].
 *
 * @param bytes never to be changed afterwards: payloads and binary properties are views of them
 * @param version of the connection; a CONNECT says its own, which counts instead
 * @throws {CodecError} and nothing else, whatever the bytes
 */
export function decode(bytes: Uint8Array, version: ProtocolVersion): Packet {
  // Nothing can be wrong with it but a zero.
  const acknowledged = acknowledgedBy(bytes);
  if (acknowledged === 0) return decodeOther(bytes, version);
  const first = bytes[0]!;
  if (first === 0x40) return acknowledgement('puback', acknowledged, version);
  if (first === 0x50) return acknowledgement('pubrec', acknowledged, version);
  if (first === 0x62) return acknowledgement('pubrel', acknowledged, version);
  return acknowledgement('pubcomp', acknowledged, version);
}

/** On its own, so that what reads an acknowledgement stays small enough to become part of whoever has one. */
function decodeOther(bytes: Uint8Array, version: ProtocolVersion): Packet {
  const first = bytes[0]!;
  if (first >> 4 === PUBLISH) {
    const packet = decodePlainPublish(bytes, version);
    if (packet !== undefined) return packet;
  }
  const definition = PACKET_TYPES[first >> 4];
  if (bytes.length === 0 || definition === undefined || (version < 5 && definition.type === 'auth')) {
    const message = bytes.length === 0 ? 'there are no bytes' : `packet type ${first >> 4} is reserved`;
    throw new CodecError(message, 0, version < 5 ? '3.1.1/2.2.1' : '5.0/2.1.2', MALFORMED_PACKET);
  }
  const reader = new Reader(bytes, 1, version, definition.name);
  const remaining = reader.variableByteInteger('Remaining Length');
  if (reader.at + remaining !== bytes.length) {
    reader.malformed(
      `Remaining Length is ${remaining}, and ${bytes.length - reader.at} bytes follow it`,
      1,
      '3.1.1/2.2.3',
      '5.0/2.1.4',
    );
  }
  const flags = first & 0x0f;
  if (definition.type === 'publish') return decodePublish(reader, flags);
  checkFlags(reader, definition, flags);
  const packet = decodeBody(reader, definition, remaining);
  if (reader.at !== reader.end) {
    const section = `3.${definition.code}.1`;
    reader.malformed(
      `goes on for ${reader.end - reader.at} bytes after its end`,
      reader.at,
      `3.1.1/${section}`,
      `5.0/${section}`,
    );
  }
  return packet;
}

function checkFlags(reader: Reader, definition: PacketTypeDefinition, flags: number): void {
  // 3.1 re-sends requests with the DUP flag of its section 2.1; there was no statement against it yet.
  const seen = reader.version === 3 && definition.flags === 2 ? flags & 0x07 : flags;
  if (seen !== definition.flags) {
    const [before5, since5] = definition.flagsRule;
    reader.malformed(`the flags are ${bits(flags)}, not ${bits(definition.flags)}`, 0, before5, since5);
  }
}

function bits(flags: number): string {
  return flags.toString(2).padStart(4, '0');
}

function decodeBody(reader: Reader, definition: PacketTypeDefinition, remaining: number): Packet {
  switch (definition.type) {
    case 'connect':
      return decodeConnect(reader);
    case 'connack':
      return decodeConnack(reader);
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return decodeAcknowledgement(reader, definition.type, remaining);
    case 'subscribe':
      return decodeSubscribe(reader);
    case 'suback':
      return decodeSuback(reader);
    case 'unsubscribe':
      return decodeUnsubscribe(reader);
    case 'unsuback':
      return decodeUnsuback(reader);
    case 'disconnect':
      return decodeDisconnect(reader, remaining);
    case 'auth':
      return decodeAuth(reader, remaining);
    default:
      return { type: definition.type } as Packet;
  }
}

/**
 * Most PUBLISHes: of a topic that was met before, without properties, less than 16 KiB long. Undefined for any other, and for whatever is wrong.
 */
function decodePlainPublish(bytes: Uint8Array, version: ProtocolVersion): Publish | undefined {
  const first = bytes[0]!;
  const qos = ((first >> 1) & 3) as QoS;
  const dup = (first & 8) !== 0;
  if ((qos as number) === 3 || (dup && qos === 0)) return undefined;
  let remaining = bytes[1]!;
  let at = 2;
  if (remaining >= 0x80) {
    const high = bytes[2]!;
    if (high === 0 || high >= 0x80) return undefined;
    remaining = (remaining & 0x7f) | (high << 7);
    at = 3;
  }
  const end = bytes.length;
  if (at + remaining !== end || remaining < 2) return undefined;
  const length = (bytes[at]! << 8) | bytes[at + 1]!;
  const topicAt = at + 2;
  at = topicAt + length;
  // Whether all that is to follow is there, as long as it is plain.
  if (at + (qos > 0 ? 2 : 0) + (version === 5 ? 1 : 0) > end) return undefined;
  const topic = rememberedTopic(bytes, topicAt, length);
  if (topic === undefined) return undefined;
  let packetId = 0;
  if (qos > 0) {
    packetId = (bytes[at]! << 8) | bytes[at + 1]!;
    if (packetId === 0) return undefined;
    at += 2;
  }
  if (version === 5 && bytes[at++] !== 0) return undefined;
  const payload = at === end ? NO_BYTES : new Uint8Array(bytes.buffer, bytes.byteOffset + at, end - at);
  const retain = (first & 1) !== 0;
  return qos > 0
    ? { type: 'publish', topic, payload, qos, retain, dup, packetId }
    : { type: 'publish', topic, payload, qos, retain, dup };
}

function decodePublish(reader: Reader, flags: number): Publish {
  const qos = ((flags >> 1) & 3) as QoS;
  const dup = (flags & 8) !== 0;
  const retain = (flags & 1) !== 0;
  if (flags >= 6) {
    if ((qos as number) === 3) reader.malformed('QoS is 3', 0, '3.1.1/MQTT-3.3.1-4', '5.0/MQTT-3.3.1-4');
    if (dup && qos === 0) {
      reader.malformed('DUP is 1 with QoS 0', 0, '3.1.1/MQTT-3.3.1-2', '5.0/MQTT-3.3.1-2');
    }
  }
  const topicAt = reader.at;
  // It comes first [3.1.1/MQTT-3.3.2-1].
  const topic = readTopicName(reader, reader.version === 5);
  const packetId = qos > 0 ? reader.packetId('3.1.1/MQTT-2.3.1-1', '5.0/2.2.1') : 0;
  let properties: PublishProperties | undefined;
  if (reader.version === 5) {
    properties = decodeProperties(reader, 'publish') as PublishProperties | undefined;
    if (topic === '' && properties?.topicAlias === undefined) {
      reader.protocolError(
        'Topic Name is empty and there is no Topic Alias',
        topicAt,
        '5.0/3.3.2.1',
        '5.0/3.3.2.1',
      );
    }
  }
  const payload = reader.rest(reader.end - reader.at);
  const packet: Publish =
    qos > 0
      ? { type: 'publish', topic, payload, qos, retain, dup, packetId }
      : { type: 'publish', topic, payload, qos, retain, dup };
  if (properties !== undefined) packet.properties = properties;
  return packet;
}

function decodeConnack(reader: Reader): Connack {
  const flagsAt = reader.at;
  const flags = reader.byte('Connect Acknowledge Flags');
  if (flags > 1) {
    reader.malformed(
      'a reserved Connect Acknowledge Flag is 1',
      flagsAt,
      '3.1.1/3.2.2.1',
      '5.0/MQTT-3.2.2-1',
    );
  }
  const codeAt = reader.at;
  const reasonCode = reader.byte(reader.version < 5 ? 'Connect Return code' : 'Connect Reason Code');
  reader.checkReasonCode('connack', reasonCode, codeAt, '3.1.1/3.2.2.3', '5.0/MQTT-3.2.2-8');
  if (flags === 1 && reader.version === 3) {
    reader.malformed('3.1 has no Session Present flag', flagsAt, '3.1/3.2', '3.1/3.2');
  }
  if (flags === 1 && reasonCode !== 0) {
    reader.protocolError(
      'Session Present is 1 although the connection is refused',
      flagsAt,
      '3.1.1/MQTT-3.2.2-4',
      '5.0/MQTT-3.2.2-6',
    );
  }
  const packet: Connack = { type: 'connack', sessionPresent: flags === 1, reasonCode };
  if (reader.version === 5) {
    const properties = decodeProperties(reader, 'connack') as ConnackProperties | undefined;
    if (properties !== undefined) packet.properties = properties;
  }
  return packet;
}

type AcknowledgementType = 'puback' | 'pubrec' | 'pubrel' | 'pubcomp';

function acknowledgement(
  type: AcknowledgementType,
  packetId: number,
  version: ProtocolVersion,
): Puback | Pubrec | Pubrel | Pubcomp {
  return (version === 5 ? { type, packetId, reasonCode: 0 } : { type, packetId }) as Puback;
}

const ACKNOWLEDGEMENT_RULES: Record<AcknowledgementType, string> = {
  puback: '5.0/MQTT-3.4.2-1',
  pubrec: '5.0/MQTT-3.5.2-1',
  pubrel: '5.0/MQTT-3.6.2-1',
  pubcomp: '5.0/MQTT-3.7.2-1',
};

function decodeAcknowledgement(reader: Reader, type: AcknowledgementType, remaining: number): Packet {
  const packetId = reader.packetId('3.1.1/MQTT-2.3.1-6', '5.0/MQTT-2.2.1-5');
  const packet = acknowledgement(type, packetId, reader.version);
  if (reader.version < 5) return packet;
  if (remaining >= 3) {
    const at = reader.at;
    packet.reasonCode = reader.byte('Reason Code');
    const rule = ACKNOWLEDGEMENT_RULES[type];
    reader.checkReasonCode(type, packet.reasonCode, at, rule, rule);
  }
  if (remaining >= 4) {
    const properties = decodeProperties(reader, type) as ReasonProperties | undefined;
    if (properties !== undefined) packet.properties = properties;
  }
  return packet;
}

function decodeDisconnect(reader: Reader, remaining: number): Disconnect {
  if (reader.version < 5) return { type: 'disconnect' };
  const packet: Disconnect = { type: 'disconnect', reasonCode: 0 };
  if (remaining >= 1) {
    const at = reader.at;
    packet.reasonCode = reader.byte('Disconnect Reason Code');
    reader.checkReasonCode('disconnect', packet.reasonCode, at, '5.0/MQTT-3.14.2-1', '5.0/MQTT-3.14.2-1');
  }
  if (remaining >= 2) {
    const properties = decodeProperties(reader, 'disconnect') as DisconnectProperties | undefined;
    if (properties !== undefined) packet.properties = properties;
  }
  return packet;
}

function decodeAuth(reader: Reader, remaining: number): Auth {
  const packet: Auth = { type: 'auth', reasonCode: 0 };
  if (remaining === 0) return packet;
  const at = reader.at;
  packet.reasonCode = reader.byte('Authenticate Reason Code');
  reader.checkReasonCode('auth', packet.reasonCode, at, '5.0/MQTT-3.15.2-1', '5.0/MQTT-3.15.2-1');
  const propertiesAt = reader.at;
  const properties = decodeProperties(reader, 'auth') as AuthProperties | undefined;
  // The one AUTH that may do without a method is the one that could have been left empty [5.0/3.15.2.1].
  if (
    properties?.authenticationMethod === undefined &&
    (properties !== undefined || packet.reasonCode !== 0)
  ) {
    reader.protocolError(
      'there is no Authentication Method',
      propertiesAt,
      '5.0/3.15.2.2.2',
      '5.0/3.15.2.2.2',
    );
  }
  if (properties !== undefined) packet.properties = properties;
  return packet;
}
