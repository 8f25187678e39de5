import { describe, expect, it } from 'vitest';
import { decode, encode, type Packet, type ProtocolVersion } from '../../../src/mqtt/codec/index.ts';
import { codecErrorOf } from './bytes.ts';
import {
  CONNECT_3,
  CONNECT_4,
  CONNECT_5,
  packet,
  type Refused,
  refused31,
  refused50,
  refused311,
  refusedBytes,
} from './refused.ts';

function refuses(version: ProtocolVersion, rows: readonly Refused[]): void {
  for (const [what, text, offset, rule, reasonCode] of rows) {
    it(`${what} [${rule}]`, () => {
      expect(codecErrorOf(() => decode(refusedBytes(text), version))).toMatchObject({
        offset,
        rule,
        reasonCode,
      });
    });
  }
}

describe('decoding 3.1.1 refuses', () => refuses(4, refused311));

describe('decoding 5.0 refuses', () => refuses(5, refused50));

describe('decoding 3.1 refuses', () => {
  refuses(3, refused31);

  it('but takes a SUBSCRIBE sent again with the DUP flag of its section 2.1', () => {
    expect(decode(packet('8a', '00 01 00 01 "a" 00'), 3)).toMatchObject({ type: 'subscribe' });
  });

  it('but takes the flags of User Name and Password for a promise that need not be kept', () => {
    const bytes = packet('10', `${CONNECT_3} c2 00 00 00 01 "a"`);
    expect(decode(bytes, 3)).toEqual({
      type: 'connect',
      protocolVersion: 3,
      clientId: 'a',
      cleanStart: true,
      keepAlive: 0,
    });
  });
});

describe('decoding takes', () => {
  it.each<[string, ProtocolVersion, string]>([
    ['a 3.1.1 CONNECT the server has to answer with return code 2', 4, `10|${CONNECT_4} 00 00 00 00 00`],
    ['a Password without User Name in 5.0', 5, `10|${CONNECT_5} 42 00 00 00 00 00 00 01 "p"`],
    ['a Protocol Version other than that of the connection', 4, `10|${CONNECT_5} 02 00 00 00 00 00`],
    ['control and non-characters, which only SHOULD NOT be there', 4, '30|00 04 01 ef bf bf'],
    ['a filter of 3.1.1 that would be a broken shared one in 5.0', 4, '82|00 01 00 08 "$share/g" 00'],
    ['a filter that only looks like a shared one', 5, '82|00 01 00 00 06 "$share" 00'],
    ['an AUTH of nothing', 5, 'f0 00'],
    ['the same AUTH written out', 5, 'f0|00 00'],
    ['a PUBACK with a Reason Code and no Property Length', 5, '40|00 01 10'],
    ['a DISCONNECT with a Reason Code and no Property Length', 5, 'e0|04'],
    ['a Topic Alias instead of a Topic Name', 5, '30|00 00 03 23 00 01'],
    ['0x8C in DISCONNECT, which Table 2-6 alone allows', 5, 'e0|8c 00'],
  ])('%s', (_, version, text) => {
    const found = decode(refusedBytes(text), version);
    expect(decode(encode(found, version), version)).toEqual(found);
  });

  it('a U+FEFF as the character it is [3.1.1/MQTT-1.5.3-3] [5.0/MQTT-1.5.4-3] [trap 46]', () => {
    const bytes = packet('30', '00 04 ef bb bf "a"');
    expect(decode(bytes, 4)).toMatchObject({ topic: '\uFEFFa' });
    expect(encode(decode(bytes, 4), 4)).toEqual(bytes);
    const since5 = packet('30', '00 04 ef bb bf "a" 07 03 00 04 ef bb bf "b"');
    expect(decode(since5, 5)).toMatchObject({ topic: '\uFEFFa', properties: { contentType: '\uFEFFb' } });
    expect(encode(decode(since5, 5), 5)).toEqual(since5);
  });
});

describe('encoding refuses', () => {
  const payload = new Uint8Array(0);
  const publish = { type: 'publish', topic: 'a', payload, qos: 0, retain: false, dup: false } as const;
  const connect = {
    type: 'connect',
    protocolVersion: 4,
    clientId: 'a',
    cleanStart: true,
    keepAlive: 0,
  } as const;
  const will = { topic: 'w', payload, qos: 0, retain: false } as const;
  const rows: [what: string, version: ProtocolVersion, packet: unknown, rule: string, reasonCode: number][] =
    [
      ['an empty Topic Name', 4, { ...publish, topic: '' }, '3.1.1/MQTT-4.7.3-1', 0x81],
      ['an empty Topic Name without alias', 5, { ...publish, topic: '' }, '5.0/3.3.2.1', 0x82],
      ['a wildcard in a Topic Name', 4, { ...publish, topic: 'a/#' }, '3.1.1/MQTT-3.3.2-2', 0x81],
      ['a lone surrogate', 5, { ...publish, topic: 'a\uD800' }, '5.0/MQTT-1.5.4-1', 0x81],
      ['surrogates in the wrong order', 5, { ...publish, topic: '\uDC00\uD800' }, '5.0/MQTT-1.5.4-1', 0x81],
      ['U+0000', 4, { ...publish, topic: 'a\0' }, '3.1.1/MQTT-4.7.3-2', 0x81],
      ['U+0000 in a Client Identifier', 4, { ...connect, clientId: '\0' }, '3.1.1/MQTT-1.5.3-2', 0x81],
      ['a topic of 65536 bytes', 4, { ...publish, topic: 'x'.repeat(65_536) }, '3.1.1/MQTT-4.7.3-3', 0x81],
      [
        'a topic of 65536 bytes in fewer characters',
        5,
        { ...publish, topic: 'ü'.repeat(32_768) },
        '5.0/MQTT-4.7.3-3',
        0x81,
      ],
      ['a User Name of 65536 bytes', 4, { ...connect, username: 'x'.repeat(65_536) }, '3.1.1/1.5.3', 0x81],
      [
        'a Password of 65536 bytes',
        5,
        { ...connect, protocolVersion: 5, password: new Uint8Array(65_536) },
        '5.0/1.5.6',
        0x81,
      ],
      ['DUP with QoS 0', 4, { ...publish, dup: true }, '3.1.1/MQTT-3.3.1-2', 0x81],
      ['QoS 3', 4, { ...publish, qos: 3, packetId: 1 }, '3.1.1/MQTT-3.3.1-4', 0x81],
      ['a Packet Identifier with QoS 0', 4, { ...publish, packetId: 1 }, '3.1.1/MQTT-2.3.1-5', 0x81],
      ['QoS 1 without Packet Identifier', 4, { ...publish, qos: 1 }, '3.1.1/MQTT-2.3.1-1', 0x82],
      ['Packet Identifier 0', 4, { ...publish, qos: 1, packetId: 0 }, '3.1.1/MQTT-2.3.1-1', 0x82],
      ['Packet Identifier 65536', 5, { type: 'puback', packetId: 65_536 }, '5.0/MQTT-2.2.1-5', 0x82],
      ['a broken Packet Identifier', 5, { type: 'pubrel', packetId: 1.5 }, '5.0/MQTT-2.2.1-5', 0x82],
      ['properties before 5.0', 4, { ...publish, properties: { topicAlias: 1 } }, '3.1.1/3.3.2', 0x81],
      [
        'Will Properties before 5.0',
        4,
        { ...connect, will: { ...will, properties: { willDelayInterval: 1 } } },
        '3.1.1/3.1.2',
        0x81,
      ],
      [
        'a property that does not exist',
        5,
        { ...publish, properties: { topicAlais: 1 } },
        '5.0/2.2.2.2',
        0x81,
      ],
      [
        'a property of another packet',
        5,
        { ...publish, properties: { receiveMaximum: 1 } },
        '5.0/2.2.2.2',
        0x81,
      ],
      ['Topic Alias 0', 5, { ...publish, properties: { topicAlias: 0 } }, '5.0/MQTT-3.3.2-8', 0x94],
      ['Topic Alias 65536', 5, { ...publish, properties: { topicAlias: 65_536 } }, '5.0/3.3.2.3.4', 0x81],
      [
        'Subscription Identifier 0',
        5,
        { ...publish, properties: { subscriptionIdentifiers: [0] } },
        '5.0/3.3.2.3.8',
        0x82,
      ],
      [
        'Subscription Identifier 268435456',
        5,
        { ...publish, properties: { subscriptionIdentifiers: [268_435_456] } },
        '5.0/3.3.2.3.8',
        0x81,
      ],
      [
        'a wildcard in a Response Topic',
        5,
        { ...publish, properties: { responseTopic: '+' } },
        '5.0/MQTT-3.3.2-14',
        0x81,
      ],
      [
        'Receive Maximum 0',
        5,
        { type: 'connack', sessionPresent: false, reasonCode: 0, properties: { receiveMaximum: 0 } },
        '5.0/3.2.2.3.3',
        0x82,
      ],
      [
        'Maximum QoS 2',
        5,
        { type: 'connack', sessionPresent: false, reasonCode: 0, properties: { maximumQoS: 2 } },
        '5.0/3.2.2.3.4',
        0x82,
      ],
      [
        'Session Present in a refusal',
        4,
        { type: 'connack', sessionPresent: true, reasonCode: 5 },
        '3.1.1/MQTT-3.2.2-4',
        0x82,
      ],
      [
        'a Reason Code of 5.0 in 3.1.1',
        4,
        { type: 'connack', sessionPresent: false, reasonCode: 0x87 },
        '3.1.1/3.2.2.3',
        0x82,
      ],
      [
        'a PUBACK that failed in 3.1.1',
        4,
        { type: 'puback', packetId: 1, reasonCode: 0x80 },
        '3.1.1/2.3',
        0x82,
      ],
      [
        'a PUBREL with a Reason Code of PUBACK',
        5,
        { type: 'pubrel', packetId: 1, reasonCode: 0x80 },
        '5.0/MQTT-3.6.2-1',
        0x82,
      ],
      ['a Will QoS of 3', 4, { ...connect, will: { ...will, qos: 3 } }, '3.1.1/MQTT-3.1.2-14', 0x81],
      [
        'a Will Topic with a wildcard',
        4,
        { ...connect, will: { ...will, topic: '+' } },
        '3.1.1/MQTT-4.7.1-1',
        0x81,
      ],
      [
        'a Password without User Name in 3.1.1',
        4,
        { ...connect, password: payload },
        '3.1.1/MQTT-3.1.2-22',
        0x81,
      ],
      ['a Keep Alive of 65536 seconds', 4, { ...connect, keepAlive: 65_536 }, '3.1.1/3.1.2.10', 0x81],
      [
        'a protocol version that does not exist',
        4,
        { ...connect, protocolVersion: 6 },
        '5.0/MQTT-3.1.2-2',
        0x84,
      ],
      [
        'a Client Identifier of 24 characters in 3.1',
        3,
        { ...connect, protocolVersion: 3, clientId: 'x'.repeat(24) },
        '3.1/3.1',
        0x85,
      ],
      [
        'a SUBSCRIBE without filter',
        4,
        { type: 'subscribe', packetId: 1, subscriptions: [] },
        '3.1.1/MQTT-3.8.3-3',
        0x82,
      ],
      [
        'No Local before 5.0',
        4,
        { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'a', qos: 0, noLocal: true }] },
        '3.1.1/MQTT-3-8.3-4',
        0x81,
      ],
      [
        'No Local on a Shared Subscription',
        5,
        { type: 'subscribe', packetId: 1, subscriptions: [{ filter: '$share/g/a', qos: 0, noLocal: true }] },
        '5.0/MQTT-3.8.3-4',
        0x82,
      ],
      [
        'Retain Handling 3',
        5,
        { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'a', qos: 0, retainHandling: 3 }] },
        '5.0/3.8.3.1',
        0x82,
      ],
      ['a broken filter', 5, { type: 'unsubscribe', packetId: 1, filters: ['a#'] }, '5.0/MQTT-4.7.1-1', 0x81],
      [
        'an UNSUBSCRIBE without filter',
        5,
        { type: 'unsubscribe', packetId: 1, filters: [] },
        '5.0/MQTT-3.10.3-2',
        0x82,
      ],
      [
        'a SUBACK without Reason Code',
        5,
        { type: 'suback', packetId: 1, reasonCodes: [] },
        '5.0/MQTT-3.8.4-6',
        0x82,
      ],
      ['an UNSUBACK without Reason Codes in 5.0', 5, { type: 'unsuback', packetId: 1 }, '5.0/3.11.3', 0x82],
      [
        'an UNSUBACK with Reason Codes in 3.1.1',
        4,
        { type: 'unsuback', packetId: 1, reasonCodes: [0] },
        '3.1.1/3.11.3',
        0x81,
      ],
      [
        'a Reason Code for DISCONNECT in 3.1.1',
        4,
        { type: 'disconnect', reasonCode: 4 },
        '3.1.1/3.14.2',
        0x82,
      ],
      ['AUTH in 3.1.1', 4, { type: 'auth', reasonCode: 0 }, '3.1.1/2.2.1', 0x81],
      ['AUTH without a method', 5, { type: 'auth', reasonCode: 0x18 }, '5.0/3.15.2.2.2', 0x82],
      ['a packet type that does not exist', 5, { type: 'ping' }, '5.0/2.1.2', 0x81],
    ];

  for (const [what, version, bad, rule, reasonCode] of rows) {
    it(`${what} [${rule}]`, () => {
      expect(codecErrorOf(() => encode(bad as Packet, version))).toMatchObject({ rule, reasonCode });
      // The next packet does not notice.
      expect(encode({ type: 'pingreq' }, version)).toEqual(Uint8Array.of(0xc0, 0));
    });
  }
});
