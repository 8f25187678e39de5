import { filterFault, parseShared } from '../topic/index.ts';
import { CodecError, MALFORMED_PACKET } from './codec-error.ts';
import { decodeConnect } from './decode-connect.ts';
import { decodeProperties } from './decode-properties.ts';
import type {
  Auth,
  AuthProperties,
  Connack,
  ConnackProperties,
  Disconnect,
  DisconnectProperties,
  Packet,
  PacketType,
  ProtocolVersion,
  Puback,
  Pubcomp,
  Publish,
  PublishProperties,
  Pubrec,
  Pubrel,
  QoS,
  ReasonProperties,
  Suback,
  Subscribe,
  SubscribeProperties,
  Subscription,
  Unsuback,
  Unsubscribe,
} from './packet.ts';
import { PACKET_TYPES, type PacketTypeDefinition } from './packet-type.ts';
import { Reader } from './reader.ts';
import { isReasonCode } from './reason-code.ts';
import { readTopicName } from './topic-cache.ts';

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
  const first = bytes[0]!;
  // Nearly every second packet is a plain acknowledgement: four bytes, nothing that can be wrong but a zero.
  if (bytes.length === 4 && bytes[1] === 2 && first >= 0x40 && first <= 0x70) {
    const packetId = (bytes[2]! << 8) | bytes[3]!;
    if (packetId !== 0) {
      if (first === 0x40) return acknowledgement('puback', packetId, version);
      if (first === 0x50) return acknowledgement('pubrec', packetId, version);
      if (first === 0x62) return acknowledgement('pubrel', packetId, version);
      if (first === 0x70) return acknowledgement('pubcomp', packetId, version);
    }
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
  const topic = readTopicName(reader, reader.version === 5);
  const packetId = qos > 0 ? readPacketId(reader, '3.1.1/MQTT-2.3.1-1', '5.0/2.2.1') : 0;
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
  checkReasonCode(reader, 'connack', reasonCode, codeAt, '3.1.1/3.2.2.3', '5.0/MQTT-3.2.2-8');
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
  const packetId = readPacketId(reader, '3.1.1/MQTT-2.3.1-6', '5.0/MQTT-2.2.1-5');
  const packet = acknowledgement(type, packetId, reader.version);
  if (reader.version < 5) return packet;
  if (remaining >= 3) {
    const at = reader.at;
    packet.reasonCode = reader.byte('Reason Code');
    const rule = ACKNOWLEDGEMENT_RULES[type];
    checkReasonCode(reader, type, packet.reasonCode, at, rule, rule);
  }
  if (remaining >= 4) {
    const properties = decodeProperties(reader, type) as ReasonProperties | undefined;
    if (properties !== undefined) packet.properties = properties;
  }
  return packet;
}

function decodeSubscribe(reader: Reader): Subscribe {
  const packetId = readPacketId(reader, '3.1.1/MQTT-2.3.1-1', '5.0/MQTT-2.2.1-3');
  const properties =
    reader.version === 5
      ? (decodeProperties(reader, 'subscribe') as SubscribeProperties | undefined)
      : undefined;
  if (reader.at === reader.end) {
    reader.protocolError('there is no Topic Filter', reader.at, '3.1.1/MQTT-3.8.3-3', '5.0/MQTT-3.8.3-2');
  }
  const subscriptions: Subscription[] = [];
  while (reader.at < reader.end) {
    const filter = readTopicFilter(reader);
    subscriptions.push(decodeOptions(reader, filter));
  }
  const packet: Subscribe = { type: 'subscribe', packetId, subscriptions };
  if (properties !== undefined) packet.properties = properties;
  return packet;
}

function decodeOptions(reader: Reader, filter: string): Subscription {
  const at = reader.at;
  const options = reader.byte(reader.version < 5 ? 'Requested QoS' : 'Subscription Options');
  const qos = (options & 3) as QoS;
  if (reader.version < 5) {
    if (options > 2) {
      reader.malformed(
        `Requested QoS is 0x${options.toString(16).padStart(2, '0')}`,
        at,
        '3.1.1/MQTT-3-8.3-4',
        '3.1.1/MQTT-3-8.3-4',
      );
    }
    return { filter, qos };
  }
  const retainHandling = (options >> 4) & 3;
  if ((options & 0xc0) !== 0) {
    reader.malformed('a reserved Subscription Option is 1', at, '5.0/MQTT-3.8.3-5', '5.0/MQTT-3.8.3-5');
  }
  if ((qos as number) === 3) reader.protocolError('Maximum QoS is 3', at, '5.0/3.8.3.1', '5.0/3.8.3.1');
  if (retainHandling === 3) reader.protocolError('Retain Handling is 3', at, '5.0/3.8.3.1', '5.0/3.8.3.1');
  const noLocal = (options & 4) !== 0;
  if (noLocal && parseShared(filter) !== undefined) {
    reader.protocolError(
      'No Local is 1 on a Shared Subscription',
      at,
      '5.0/MQTT-3.8.3-4',
      '5.0/MQTT-3.8.3-4',
    );
  }
  return {
    filter,
    qos,
    noLocal,
    retainAsPublished: (options & 8) !== 0,
    retainHandling: retainHandling as 0 | 1 | 2,
  };
}

function decodeSuback(reader: Reader): Suback {
  const packetId = readPacketId(reader, '3.1.1/MQTT-2.3.1-7', '5.0/MQTT-2.2.1-6');
  const properties =
    reader.version === 5 ? (decodeProperties(reader, 'suback') as ReasonProperties | undefined) : undefined;
  const reasonCodes = readReasonCodes(reader, 'suback', [
    '3.1.1/MQTT-3.8.4-5',
    '5.0/MQTT-3.8.4-6',
    reader.version === 3 ? '3.1/3.9' : '3.1.1/MQTT-3.9.3-2',
    '5.0/MQTT-3.9.3-2',
  ]);
  const packet: Suback = { type: 'suback', packetId, reasonCodes };
  if (properties !== undefined) packet.properties = properties;
  return packet;
}

function decodeUnsubscribe(reader: Reader): Unsubscribe {
  const packetId = readPacketId(reader, '3.1.1/MQTT-2.3.1-1', '5.0/MQTT-2.2.1-3');
  const properties =
    reader.version === 5 ? (decodeProperties(reader, 'unsubscribe') as Unsubscribe['properties']) : undefined;
  if (reader.at === reader.end) {
    reader.protocolError('there is no Topic Filter', reader.at, '3.1.1/MQTT-3.10.3-2', '5.0/MQTT-3.10.3-2');
  }
  const filters: string[] = [];
  while (reader.at < reader.end) filters.push(readTopicFilter(reader));
  const packet: Unsubscribe = { type: 'unsubscribe', packetId, filters };
  if (properties !== undefined) packet.properties = properties;
  return packet;
}

function decodeUnsuback(reader: Reader): Unsuback {
  const packetId = readPacketId(reader, '3.1.1/MQTT-2.3.1-7', '5.0/MQTT-2.2.1-6');
  const packet: Unsuback = { type: 'unsuback', packetId };
  if (reader.version < 5) return packet;
  const properties = decodeProperties(reader, 'unsuback') as ReasonProperties | undefined;
  packet.reasonCodes = readReasonCodes(reader, 'unsuback', [
    '5.0/3.11.3',
    '5.0/3.11.3',
    '5.0/MQTT-3.11.3-2',
    '5.0/MQTT-3.11.3-2',
  ]);
  if (properties !== undefined) packet.properties = properties;
  return packet;
}

function decodeDisconnect(reader: Reader, remaining: number): Disconnect {
  if (reader.version < 5) return { type: 'disconnect' };
  const packet: Disconnect = { type: 'disconnect', reasonCode: 0 };
  if (remaining >= 1) {
    const at = reader.at;
    packet.reasonCode = reader.byte('Disconnect Reason Code');
    checkReasonCode(reader, 'disconnect', packet.reasonCode, at, '5.0/MQTT-3.14.2-1', '5.0/MQTT-3.14.2-1');
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
  checkReasonCode(reader, 'auth', packet.reasonCode, at, '5.0/MQTT-3.15.2-1', '5.0/MQTT-3.15.2-1');
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

function readPacketId(reader: Reader, before5: string, since5: string): number {
  const at = reader.at;
  const packetId = reader.twoBytes('Packet Identifier');
  if (packetId === 0) reader.protocolError('Packet Identifier is 0', at, before5, since5);
  return packetId;
}

function readTopicFilter(reader: Reader): string {
  const at = reader.at;
  const filter = reader.string('Topic Filter');
  const fault = filterFault(filter, reader.version === 5);
  if (fault !== undefined) reader.malformed(`Topic Filter ${fault.text}`, at, fault.before5, fault.since5);
  return filter;
}

function readReasonCodes(
  reader: Reader,
  type: PacketType,
  [emptyBefore5, emptySince5, before5, since5]: readonly [string, string, string, string],
): number[] {
  if (reader.at === reader.end) {
    reader.protocolError('there is no Reason Code', reader.at, emptyBefore5, emptySince5);
  }
  const codes: number[] = [];
  while (reader.at < reader.end) {
    const at = reader.at;
    const code = reader.byte('Reason Code');
    checkReasonCode(reader, type, code, at, before5, since5);
    codes.push(code);
  }
  return codes;
}

function checkReasonCode(
  reader: Reader,
  type: PacketType,
  code: number,
  at: number,
  before5: string,
  since5: string,
): void {
  if (isReasonCode(type, code, reader.version)) return;
  const what = reader.version < 5 ? 'return code' : 'Reason Code';
  reader.protocolError(`may not carry ${what} 0x${code.toString(16).padStart(2, '0')}`, at, before5, since5);
}
