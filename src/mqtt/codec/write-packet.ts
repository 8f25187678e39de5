import { filterFault, parseShared, topicNameFault } from '../topic/index.ts';
import { encodeConnect } from './encode-connect.ts';
import { encodeProperties, hasProperties } from './encode-properties.ts';
import type {
  Auth,
  Connack,
  Disconnect,
  Packet,
  PacketType,
  ProtocolVersion,
  Puback,
  Pubcomp,
  Publish,
  Pubrec,
  Pubrel,
  Suback,
  Subscribe,
  Subscription,
  Unsuback,
  Unsubscribe,
} from './packet.ts';
import { packetName } from './packet-type.ts';
import { isPlain } from './plain-acknowledgement.ts';
import { isReasonCode } from './reason-code.ts';
import { Writer } from './writer.ts';

/** The one that all packets are written with. */
export const writer: Writer = new Writer();

/**
 * Writes the body with {@link writer} and returns the first byte of the fixed header.
 *
 * @throws {CodecError}
 */
export function write(packet: Packet, version: ProtocolVersion): number {
  switch (packet.type) {
    case 'publish':
      return writePublish(packet, version);
    case 'puback':
      return writeAcknowledgement(packet, 0x40, version);
    case 'pubrec':
      return writeAcknowledgement(packet, 0x50, version);
    case 'pubrel':
      return writeAcknowledgement(packet, 0x62, version);
    case 'pubcomp':
      return writeAcknowledgement(packet, 0x70, version);
    case 'connect':
      writer.begin('CONNECT', packet.protocolVersion);
      encodeConnect(writer, packet);
      return 0x10;
    case 'connack':
      return writeConnack(packet, version);
    case 'subscribe':
      return writeSubscribe(packet, version);
    case 'suback':
      return writeSuback(packet, version);
    case 'unsubscribe':
      return writeUnsubscribe(packet, version);
    case 'unsuback':
      return writeUnsuback(packet, version);
    case 'pingreq':
      writer.begin('PINGREQ', version);
      return 0xc0;
    case 'pingresp':
      writer.begin('PINGRESP', version);
      return 0xd0;
    case 'disconnect':
      return writeDisconnect(packet, version);
    case 'auth':
      return writeAuth(packet, version);
    default:
      writer.begin('packet', version);
      return writer.malformed(
        `there is no type ${String((packet as Packet).type)}`,
        '3.1.1/2.2.1',
        '5.0/2.1.2',
      );
  }
}

/** A whole PUBLISH with nothing about it that has to be looked at more closely; undefined for any other. */
export function plainPublish(packet: Publish, version: ProtocolVersion): Uint8Array | undefined {
  const { topic, payload, qos, dup, packetId = 0 } = packet;
  if (packet.properties !== undefined) return undefined;
  if (qos === 0) {
    if (dup || packet.packetId !== undefined) return undefined;
  } else if (
    (qos !== 1 && qos !== 2) ||
    !(packetId >= 1 && packetId <= 65_535) ||
    (packetId | 0) !== packetId
  )
    return undefined;
  const first = 0x30 | (dup ? 8 : 0) | (qos << 1) | (packet.retain ? 1 : 0);
  return writer.plainPublish(first, topic, packetId, version, payload);
}

function writePublish(packet: Publish, version: ProtocolVersion): number {
  writer.begin('PUBLISH', version);
  const { topic, qos, packetId } = packet;
  if (!writer.plainTopicName(topic)) writeTopicName(packet, version);
  if (qos === 0) {
    if (packet.dup) writer.malformed('DUP is 1 with QoS 0', '3.1.1/MQTT-3.3.1-2', '5.0/MQTT-3.3.1-2');
    if (packetId !== undefined) {
      writer.malformed('Packet Identifier stands with QoS 0', '3.1.1/MQTT-2.3.1-5', '5.0/MQTT-2.2.1-2');
    }
  } else {
    if (qos !== 1 && qos !== 2) {
      writer.malformed(`QoS is ${String(qos)}`, '3.1.1/MQTT-3.3.1-4', '5.0/MQTT-3.3.1-4');
    }
    writePacketId(packetId, '3.1.1/MQTT-2.3.1-1', '5.0/2.2.1');
  }
  writeProperties('publish', packet.properties, version, '3.1.1/3.3.2');
  writer.bytes(packet.payload);
  return 0x30 | (packet.dup ? 8 : 0) | (qos << 1) | (packet.retain ? 1 : 0);
}

/** A Topic Name that is empty, beyond ASCII or wrong. */
function writeTopicName(packet: Publish, version: ProtocolVersion): void {
  const { topic } = packet;
  if (topic !== '' || version < 5) {
    const fault = topicNameFault(topic);
    if (fault !== undefined) {
      const wildcard = fault.since5 === '5.0/MQTT-4.7.0-1';
      writer.malformed(
        `Topic Name ${fault.text}`,
        wildcard ? '3.1.1/MQTT-3.3.2-2' : fault.before5,
        wildcard ? '5.0/MQTT-3.3.2-2' : fault.since5,
      );
    }
  } else if (packet.properties?.topicAlias === undefined) {
    writer.protocolError('Topic Name is empty and there is no Topic Alias', '5.0/3.3.2.1', '5.0/3.3.2.1');
  }
  writer.string('Topic Name', topic);
}

const ACKNOWLEDGEMENT_RULES = {
  puback: '5.0/MQTT-3.4.2-1',
  pubrec: '5.0/MQTT-3.5.2-1',
  pubrel: '5.0/MQTT-3.6.2-1',
  pubcomp: '5.0/MQTT-3.7.2-1',
} as const;

function writeAcknowledgement(
  packet: Puback | Pubrec | Pubrel | Pubcomp,
  firstByte: number,
  version: ProtocolVersion,
): number {
  const { type, packetId, reasonCode, properties } = packet;
  writer.begin(packetName(type), version);
  writePacketId(packetId, '3.1.1/MQTT-2.3.1-6', '5.0/MQTT-2.2.1-5');
  if (isPlain(reasonCode, properties)) return firstByte;
  const rule = ACKNOWLEDGEMENT_RULES[type];
  checkReasonCode(type, reasonCode ?? 0, version, '3.1.1/2.3', rule);
  if (version < 5) {
    refuseProperties(properties, '3.1.1/2.3');
  } else if (hasProperties(properties)) {
    writer.byte(reasonCode ?? 0);
    encodeProperties(writer, type, properties);
  } else if (reasonCode !== undefined && reasonCode !== 0) {
    writer.byte(reasonCode);
  }
  return firstByte;
}

function writeConnack(packet: Connack, version: ProtocolVersion): number {
  writer.begin('CONNACK', version);
  const { sessionPresent, reasonCode } = packet;
  if (sessionPresent && version === 3) {
    writer.malformed('3.1 has no Session Present flag', '3.1/3.2', '3.1/3.2');
  }
  if (sessionPresent && reasonCode !== 0) {
    writer.protocolError(
      'Session Present is 1 although the connection is refused',
      '3.1.1/MQTT-3.2.2-4',
      '5.0/MQTT-3.2.2-6',
    );
  }
  writer.byte(sessionPresent ? 1 : 0);
  checkReasonCode('connack', reasonCode, version, '3.1.1/3.2.2.3', '5.0/MQTT-3.2.2-8');
  writer.byte(reasonCode);
  writeProperties('connack', packet.properties, version, '3.1.1/3.2.2');
  return 0x20;
}

function writeSubscribe(packet: Subscribe, version: ProtocolVersion): number {
  writer.begin('SUBSCRIBE', version);
  writePacketId(packet.packetId, '3.1.1/MQTT-2.3.1-1', '5.0/MQTT-2.2.1-3');
  writeProperties('subscribe', packet.properties, version, '3.1.1/3.8.2');
  if (packet.subscriptions.length === 0) {
    writer.protocolError('there is no Topic Filter', '3.1.1/MQTT-3.8.3-3', '5.0/MQTT-3.8.3-2');
  }
  for (const subscription of packet.subscriptions) {
    writeTopicFilter(subscription.filter, version);
    writeOptions(subscription, version);
  }
  return 0x82;
}

function writeOptions(subscription: Subscription, version: ProtocolVersion): void {
  const { filter, qos, noLocal = false, retainAsPublished = false, retainHandling = 0 } = subscription;
  if (qos !== 0 && qos !== 1 && qos !== 2) {
    writer.malformed(`Requested QoS is ${String(qos)}`, '3.1.1/MQTT-3-8.3-4', '5.0/3.8.3.1');
  }
  if (version < 5) {
    if (noLocal || retainAsPublished || retainHandling !== 0) {
      writer.malformed(
        'there are no Subscription Options but QoS before 5.0',
        '3.1.1/MQTT-3-8.3-4',
        '5.0/3.8.3.1',
      );
    }
    writer.byte(qos);
    return;
  }
  if (retainHandling !== 0 && retainHandling !== 1 && retainHandling !== 2) {
    writer.protocolError(`Retain Handling is ${String(retainHandling)}`, '5.0/3.8.3.1', '5.0/3.8.3.1');
  }
  if (noLocal && parseShared(filter) !== undefined) {
    writer.protocolError('No Local is 1 on a Shared Subscription', '5.0/MQTT-3.8.3-4', '5.0/MQTT-3.8.3-4');
  }
  writer.byte(qos | (noLocal ? 4 : 0) | (retainAsPublished ? 8 : 0) | (retainHandling << 4));
}

function writeSuback(packet: Suback, version: ProtocolVersion): number {
  writer.begin('SUBACK', version);
  writePacketId(packet.packetId, '3.1.1/MQTT-2.3.1-7', '5.0/MQTT-2.2.1-6');
  writeProperties('suback', packet.properties, version, '3.1.1/3.9.2');
  if (packet.reasonCodes.length === 0) {
    writer.protocolError('there is no Reason Code', '3.1.1/MQTT-3.8.4-5', '5.0/MQTT-3.8.4-6');
  }
  const before5 = version === 3 ? '3.1/3.9' : '3.1.1/MQTT-3.9.3-2';
  for (const code of packet.reasonCodes) {
    checkReasonCode('suback', code, version, before5, '5.0/MQTT-3.9.3-2');
    writer.byte(code);
  }
  return 0x90;
}

function writeUnsubscribe(packet: Unsubscribe, version: ProtocolVersion): number {
  writer.begin('UNSUBSCRIBE', version);
  writePacketId(packet.packetId, '3.1.1/MQTT-2.3.1-1', '5.0/MQTT-2.2.1-3');
  writeProperties('unsubscribe', packet.properties, version, '3.1.1/3.10.2');
  if (packet.filters.length === 0) {
    writer.protocolError('there is no Topic Filter', '3.1.1/MQTT-3.10.3-2', '5.0/MQTT-3.10.3-2');
  }
  for (const filter of packet.filters) writeTopicFilter(filter, version);
  return 0xa2;
}

function writeUnsuback(packet: Unsuback, version: ProtocolVersion): number {
  writer.begin('UNSUBACK', version);
  writePacketId(packet.packetId, '3.1.1/MQTT-2.3.1-7', '5.0/MQTT-2.2.1-6');
  writeProperties('unsuback', packet.properties, version, '3.1.1/3.11.2');
  const codes = packet.reasonCodes ?? [];
  if (version < 5) {
    if (codes.length > 0)
      writer.malformed('there are no Reason Codes before 5.0', '3.1.1/3.11.3', '5.0/3.11.3');
    return 0xb0;
  }
  if (codes.length === 0) writer.protocolError('there is no Reason Code', '5.0/3.11.3', '5.0/3.11.3');
  for (const code of codes) {
    checkReasonCode('unsuback', code, version, '5.0/MQTT-3.11.3-2', '5.0/MQTT-3.11.3-2');
    writer.byte(code);
  }
  return 0xb0;
}

function writeDisconnect(packet: Disconnect, version: ProtocolVersion): number {
  writer.begin('DISCONNECT', version);
  const { reasonCode = 0, properties } = packet;
  checkReasonCode('disconnect', reasonCode, version, '3.1.1/3.14.2', '5.0/MQTT-3.14.2-1');
  if (version < 5) {
    refuseProperties(properties, '3.1.1/3.14.2');
  } else if (hasProperties(properties)) {
    writer.byte(reasonCode);
    encodeProperties(writer, 'disconnect', properties);
  } else if (reasonCode !== 0) {
    writer.byte(reasonCode);
  }
  return 0xe0;
}

function writeAuth(packet: Auth, version: ProtocolVersion): number {
  writer.begin('AUTH', version);
  if (version < 5) writer.malformed('there is no AUTH before 5.0', '3.1.1/2.2.1', '5.0/2.1.2');
  const { reasonCode, properties } = packet;
  checkReasonCode('auth', reasonCode, version, '5.0/MQTT-3.15.2-1', '5.0/MQTT-3.15.2-1');
  if (reasonCode === 0 && !hasProperties(properties)) return 0xf0;
  writer.byte(reasonCode);
  if (properties?.authenticationMethod === undefined) {
    writer.protocolError('there is no Authentication Method', '5.0/3.15.2.2.2', '5.0/3.15.2.2.2');
  }
  encodeProperties(writer, 'auth', properties);
  return 0xf0;
}

function writePacketId(packetId: number | undefined, before5: string, since5: string): void {
  if (packetId === undefined || packetId < 1 || packetId > 65_535 || !Number.isInteger(packetId)) {
    const reason =
      packetId === undefined ? 'is missing' : `is ${packetId}, not a whole number from 1 to 65535`;
    writer.protocolError(`Packet Identifier ${reason}`, before5, since5);
  }
  writer.twoBytes(packetId);
}

function writeTopicFilter(filter: string, version: ProtocolVersion): void {
  const fault = filterFault(filter, version === 5);
  if (fault !== undefined) writer.malformed(`Topic Filter ${fault.text}`, fault.before5, fault.since5);
  writer.string('Topic Filter', filter);
}

function writeProperties(
  owner: PacketType,
  properties: object | undefined,
  version: ProtocolVersion,
  before5: string,
): void {
  if (version === 5) encodeProperties(writer, owner, properties);
  else refuseProperties(properties, before5);
}

function refuseProperties(properties: object | undefined, rule: string): void {
  if (hasProperties(properties)) writer.malformed('there are no properties before 5.0', rule, '5.0/2.2.2');
}

function checkReasonCode(
  type: PacketType,
  code: number,
  version: ProtocolVersion,
  before5: string,
  since5: string,
): void {
  if (isReasonCode(type, code, version)) return;
  writer.protocolError(`may not carry Reason Code ${String(code)}`, before5, since5);
}
