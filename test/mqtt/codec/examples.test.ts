import { describe, expect, it } from 'vitest';
import { decode, encode, type Packet, type ProtocolVersion } from '../../../src/mqtt/codec/index.ts';
import { bytesOf, hexOf, plain } from './bytes.ts';

const payload = new Uint8Array(0);

/** The non-normative examples of the OASIS texts, whole packets made of the fields they show. */
const EXAMPLES: [figure: string, version: ProtocolVersion, bytes: string, packet: Packet][] = [
  [
    '3.1.1 figure 3.6: the variable header of a CONNECT',
    4,
    '10 19 00 04 "MQTT" 04 ce 00 0a 00 01 "c" 00 01 "w" 00 01 "m" 00 01 "u" 00 01 "p"',
    {
      type: 'connect',
      protocolVersion: 4,
      clientId: 'c',
      cleanStart: true,
      keepAlive: 10,
      will: { topic: 'w', payload: bytesOf('"m"'), qos: 1, retain: false },
      username: 'u',
      password: bytesOf('"p"'),
    },
  ],
  [
    '3.1.1 figure 3.11: PUBLISH to a/b with Packet Identifier 10',
    4,
    '32 07 00 03 "a/b" 00 0a',
    { type: 'publish', topic: 'a/b', payload, qos: 1, retain: false, dup: false, packetId: 10 },
  ],
  [
    '3.1.1 figures 3.21 and 3.23: SUBSCRIBE to a/b with QoS 1 and c/d with QoS 2',
    4,
    '82 0e 00 0a 00 03 "a/b" 01 00 03 "c/d" 02',
    {
      type: 'subscribe',
      packetId: 10,
      subscriptions: [
        { filter: 'a/b', qos: 1 },
        { filter: 'c/d', qos: 2 },
      ],
    },
  ],
  [
    '3.1.1 figure 3.27: SUBACK with QoS 0, QoS 2 and a failure',
    4,
    '90 05 00 0a 00 02 80',
    { type: 'suback', packetId: 10, reasonCodes: [0, 2, 0x80] },
  ],
  [
    '3.1.1 figure 3.30: UNSUBSCRIBE from a/b and c/d',
    4,
    'a2 0c 00 0a 00 03 "a/b" 00 03 "c/d"',
    { type: 'unsubscribe', packetId: 10, filters: ['a/b', 'c/d'] },
  ],
  [
    '5.0 figure 3-6: the variable header of a CONNECT with Session Expiry Interval 10',
    5,
    '10 20 00 04 "MQTT" 05 ce 00 0a 05 11 00 00 00 0a 00 01 "c" 00 00 01 "w" 00 01 "m" 00 01 "u" 00 01 "p"',
    {
      type: 'connect',
      protocolVersion: 5,
      clientId: 'c',
      cleanStart: true,
      keepAlive: 10,
      properties: { sessionExpiryInterval: 10 },
      will: { topic: 'w', payload: bytesOf('"m"'), qos: 1, retain: false },
      username: 'u',
      password: bytesOf('"p"'),
    },
  ],
  [
    '5.0 figure 3-9: PUBLISH to a/b with Packet Identifier 10 and no properties',
    5,
    '32 08 00 03 "a/b" 00 0a 00',
    { type: 'publish', topic: 'a/b', payload, qos: 1, retain: false, dup: false, packetId: 10 },
  ],
  [
    '5.0 figures 3-19 and 3-21: SUBSCRIBE to a/b with QoS 1 and c/d with QoS 2',
    5,
    '82 0f 00 0a 00 00 03 "a/b" 01 00 03 "c/d" 02',
    {
      type: 'subscribe',
      packetId: 10,
      subscriptions: [
        { filter: 'a/b', qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 },
        { filter: 'c/d', qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0 },
      ],
    },
  ],
  [
    '5.0 figure 3.30: UNSUBSCRIBE from a/b and c/d',
    5,
    'a2 0d 00 0a 00 00 03 "a/b" 00 03 "c/d"',
    { type: 'unsubscribe', packetId: 10, filters: ['a/b', 'c/d'] },
  ],
  [
    '5.0 figure 3-24: DISCONNECT with Session Expiry Interval 0',
    5,
    'e0 07 00 05 11 00 00 00 00',
    { type: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 0 } },
  ],
  [
    '5.0 4.12: AUTH of a SCRAM challenge',
    5,
    'f0 1c 18 1a 15 00 0b "SCRAM-SHA-1" 16 00 09 "some data"',
    {
      type: 'auth',
      reasonCode: 0x18,
      properties: { authenticationMethod: 'SCRAM-SHA-1', authenticationData: bytesOf('"some data"') },
    },
  ],
];

describe('examples of the standard', () => {
  it.each(EXAMPLES)('%s', (_, version, text, packet) => {
    const bytes = bytesOf(text);
    expect(plain(decode(bytes, version))).toEqual(plain(packet));
    expect(hexOf(encode(packet, version))).toBe(hexOf(bytes));
  });

  it('figure 1-2: the string A U+2A6D4', () => {
    const packet: Packet = {
      type: 'publish',
      topic: 'A\u{2A6D4}',
      payload,
      qos: 0,
      retain: false,
      dup: false,
    };
    expect(hexOf(encode(packet, 4))).toBe(`3007${'0005'}41f0aa9b94`);
    expect(decode(encode(packet, 4), 4)).toMatchObject({ topic: 'A\u{2A6D4}' });
  });

  it('table 2.4: 321 takes two bytes, 0xC1 and 0x02', () => {
    const packet: Packet = {
      type: 'publish',
      topic: 'a',
      payload: new Uint8Array(318),
      qos: 0,
      retain: false,
      dup: false,
    };
    expect(hexOf(encode(packet, 4).subarray(0, 3))).toBe('30c102');
  });
});

describe('the short forms of 5.0', () => {
  it.each<[Packet, string]>([
    [{ type: 'puback', packetId: 1, reasonCode: 0 }, '40 02 00 01'],
    [{ type: 'pubrec', packetId: 1, reasonCode: 0x10 }, '50 03 00 01 10'],
    [{ type: 'pubrel', packetId: 1, reasonCode: 0x92 }, '62 03 00 01 92'],
    [
      { type: 'pubcomp', packetId: 1, reasonCode: 0, properties: { reasonString: '' } },
      '70 07 00 01 00 03 1f 00 00',
    ],
    [{ type: 'disconnect', reasonCode: 0 }, 'e0 00'],
    [{ type: 'disconnect', reasonCode: 4 }, 'e0 01 04'],
    [{ type: 'auth', reasonCode: 0 }, 'f0 00'],
  ])('%j', (packet, text) => {
    expect(hexOf(encode(packet, 5))).toBe(hexOf(bytesOf(text)));
    expect(decode(bytesOf(text), 5)).toEqual(packet);
  });

  it.each([
    ['40 03 00 01 00', '40 02 00 01'],
    ['40 04 00 01 00 00', '40 02 00 01'],
    ['e0 02 00 00', 'e0 00'],
    ['e0 01 00', 'e0 00'],
    ['f0 02 00 00', 'f0 00'],
  ])('%s means the same as %s', (long, short) => {
    expect(decode(bytesOf(long), 5)).toEqual(decode(bytesOf(short), 5));
  });

  it('a missing Reason Code counts as 0', () => {
    expect(hexOf(encode({ type: 'puback', packetId: 258 }, 5))).toBe('40020102');
    expect(hexOf(encode({ type: 'disconnect' }, 5))).toBe('e000');
  });
});
