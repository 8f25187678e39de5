import { filterFault, parseShared } from '../topic/index.ts';
import { decodeProperties } from './decode-properties.ts';
import type {
  PacketType,
  QoS,
  ReasonProperties,
  Suback,
  Subscribe,
  SubscribeProperties,
  Subscription,
  Unsuback,
  Unsubscribe,
} from './packet.ts';
import type { Reader } from './reader.ts';

export function decodeSubscribe(reader: Reader): Subscribe {
  const packetId = reader.packetId('3.1.1/MQTT-2.3.1-1', '5.0/MQTT-2.2.1-3');
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

export function decodeSuback(reader: Reader): Suback {
  const packetId = reader.packetId('3.1.1/MQTT-2.3.1-7', '5.0/MQTT-2.2.1-6');
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

export function decodeUnsubscribe(reader: Reader): Unsubscribe {
  const packetId = reader.packetId('3.1.1/MQTT-2.3.1-1', '5.0/MQTT-2.2.1-3');
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

export function decodeUnsuback(reader: Reader): Unsuback {
  const packetId = reader.packetId('3.1.1/MQTT-2.3.1-7', '5.0/MQTT-2.2.1-6');
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

/** Of SUBSCRIBE [3.1.1/MQTT-3.8.3-1] [5.0/MQTT-3.8.3-1] or UNSUBSCRIBE [3.1.1/MQTT-3.10.3-1] [5.0/MQTT-3.10.3-1]. */
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
    reader.checkReasonCode(type, code, at, before5, since5);
    codes.push(code);
  }
  return codes;
}
