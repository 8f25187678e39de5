import { describe, expect, it } from 'vitest';
import {
  decode,
  encode,
  PACKET_TYPES,
  type Packet,
  PROPERTIES,
  type PropertyOwner,
} from '../../../src/mqtt/codec/index.ts';
import { bytesOf, codecErrorOf, hexOf } from './bytes.ts';

const payload = new Uint8Array(0);
const connect = {
  type: 'connect',
  protocolVersion: 5,
  clientId: 'a',
  cleanStart: true,
  keepAlive: 0,
} as const;
const publish = { type: 'publish', topic: 't', payload, qos: 0, retain: false, dup: false } as const;
const will = { topic: 'w', payload, qos: 0, retain: false } as const;
const authenticationMethod = 'm';

/** One of every type, as short as it may be but for what it must have. */
const ONE_OF_EACH: readonly Packet[] = [
  connect,
  { type: 'connack', sessionPresent: false, reasonCode: 0 },
  publish,
  { type: 'puback', packetId: 1, reasonCode: 0x10 },
  { type: 'pubrec', packetId: 1, reasonCode: 0x10 },
  { type: 'pubrel', packetId: 1, reasonCode: 0x92 },
  { type: 'pubcomp', packetId: 1, reasonCode: 0x92 },
  { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'f', qos: 0 }] },
  { type: 'suback', packetId: 1, reasonCodes: [0] },
  { type: 'unsubscribe', packetId: 1, filters: ['f'] },
  { type: 'unsuback', packetId: 1, reasonCodes: [0] },
  { type: 'pingreq' },
  { type: 'pingresp' },
  { type: 'disconnect', reasonCode: 4 },
  { type: 'auth', reasonCode: 0x18, properties: { authenticationMethod } },
];

describe('the flags of the fixed header', () => {
  it('are those of Table 2-2 in every packet that is sent, and in every one that is taken [5.0/MQTT-2.1.3-1] [5.0/MQTT-3.6.1-1] [5.0/MQTT-3.8.1-1] [5.0/MQTT-3.10.1-1] [5.0/MQTT-3.14.1-1] [5.0/MQTT-3.15.1-1]', () => {
    for (const packet of ONE_OF_EACH) {
      if (packet.type === 'publish') continue;
      const bytes = encode(packet, 5).slice();
      const requests = ['pubrel', 'subscribe', 'unsubscribe'];
      const expected = requests.includes(packet.type) ? 0b0010 : 0;
      expect(bytes[0]! & 0x0f, packet.type).toBe(expected);
      for (let flags = 0; flags < 16; flags++) {
        if (flags === expected) continue;
        bytes[0] = (bytes[0]! & 0xf0) | flags;
        const error = codecErrorOf(() => decode(bytes, 5));
        const rule = PACKET_TYPES[bytes[0] >> 4]!.flagsRule[1];
        expect(error, `${packet.type} ${flags}`).toMatchObject({ reasonCode: 0x81, rule });
      }
    }
  });
});

describe('a packet of 5.0 without properties', () => {
  it('says so with a Property Length of 0, and is none without it [5.0/MQTT-2.2.2-1]', () => {
    const places: [packet: Packet, hex: string, at: number][] = [
      [connect, '100e 0004 4d515454 05 02 0000 00 0001 61', 12],
      [{ ...connect, will }, '1014 0004 4d515454 05 06 0000 00 0001 61 00 0001 77 0000', 16],
      [{ type: 'connack', sessionPresent: false, reasonCode: 0 }, '2003 00 00 00', 4],
      [publish, '3004 0001 74 00', 5],
      [
        { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'f', qos: 0 }] },
        '8207 0001 00 0001 66 00',
        4,
      ],
      [{ type: 'suback', packetId: 1, reasonCodes: [0] }, '9004 0001 00 00', 4],
      [{ type: 'unsubscribe', packetId: 1, filters: ['f'] }, 'a206 0001 00 0001 66', 4],
      [{ type: 'unsuback', packetId: 1, reasonCodes: [0] }, 'b004 0001 00 00', 4],
    ];
    for (const [packet, hex, at] of places) {
      const bytes = encode(packet, 5);
      expect(hexOf(bytes)).toBe(hexOf(bytesOf(hex)));
      const without = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1)]);
      without[1]!--;
      expect(codecErrorOf(() => decode(without, 5)).reasonCode, hex).toBeGreaterThanOrEqual(0x81);
    }
  });
});

/** A packet with this text in each place that is a UTF-8 string. */
const STRINGS: readonly (readonly [field: string, packet: (text: string) => Packet])[] = [
  ['Client Identifier [5.0/MQTT-3.1.3-4]', (clientId) => ({ ...connect, clientId })],
  ['Will Topic [5.0/MQTT-3.1.3-11]', (topic) => ({ ...connect, will: { ...will, topic } })],
  ['User Name [5.0/MQTT-3.1.3-12]', (username) => ({ ...connect, username })],
  ['Topic Name [5.0/MQTT-3.3.2-1]', (topic) => ({ ...publish, topic })],
  ['Response Topic [5.0/MQTT-3.3.2-13]', (responseTopic) => ({ ...publish, properties: { responseTopic } })],
  ['Content Type [5.0/MQTT-3.3.2-19]', (contentType) => ({ ...publish, properties: { contentType } })],
  [
    'filter of SUBSCRIBE [5.0/MQTT-3.8.3-1]',
    (filter) => ({ type: 'subscribe', packetId: 1, subscriptions: [{ filter, qos: 0 }] }),
  ],
  [
    'filter of UNSUBSCRIBE [5.0/MQTT-3.10.3-1]',
    (filter) => ({ type: 'unsubscribe', packetId: 1, filters: [filter] }),
  ],
  [
    'name of a user property [5.0/MQTT-1.5.7-1]',
    (name) => ({ ...publish, properties: { userProperties: [[name, 'v']] } }),
  ],
  [
    'value of a user property [5.0/MQTT-1.5.7-1]',
    (value) => ({ ...publish, properties: { userProperties: [['n', value]] } }),
  ],
];

describe('a UTF-8 string of 5.0', () => {
  for (const [field, packet] of STRINGS) {
    it(`in the ${field} is written and read as it is, and not when it is ill-formed or has U+0000 [5.0/MQTT-1.5.4-1] [5.0/MQTT-1.5.4-2] [5.0/MQTT-1.5.4-3]`, () => {
      for (const text of ['x', '\u00fc', '\uFEFFx', 'x\uFEFF', '\u{2A6D4}']) {
        const bytes = encode(packet(text), 5);
        expect(hexOf(bytes)).toContain(Buffer.from(text).toString('hex'));
        expect(encode(decode(bytes, 5), 5)).toEqual(bytes);
        expect(JSON.stringify(decode(bytes, 5))).toContain(JSON.stringify(text).slice(1, -1));
      }
      for (const text of ['\uD800', 'x\uDC00', '\0', 'x\0']) {
        expect(codecErrorOf(() => encode(packet(text), 5)).reasonCode).toBe(0x81);
      }
      // The same length as `xyz`: a lone surrogate as CESU-8 would write it, an overlong U+0000, a character cut short, U+0000.
      const good = hexOf(encode(packet('xyz'), 5));
      for (const [bad, rule] of [
        ['eda080', '5.0/MQTT-1.5.4-1'],
        ['edbfbf', '5.0/MQTT-1.5.4-1'],
        ['78c080', '5.0/MQTT-1.5.4-1'],
        ['7879c3', '5.0/MQTT-1.5.4-1'],
        ['780079', '5.0/MQTT-1.5.4-2'],
      ] as const) {
        const bytes = Uint8Array.from(Buffer.from(good.replace('78797a', bad), 'hex'));
        expect(
          codecErrorOf(() => decode(bytes, 5)),
          bad,
        ).toMatchObject({ rule, reasonCode: 0x81 });
      }
    });
  }
});

describe('the Topic Name', () => {
  it('is the first field of the Variable Header of PUBLISH [5.0/MQTT-3.3.2-1]', () => {
    const bytes = encode(
      { ...publish, topic: 'abc', qos: 1, packetId: 0x1234, properties: { topicAlias: 7 } },
      5,
    );
    expect(hexOf(bytes.subarray(2))).toBe('0003616263123403230007');
  });
});

describe('a CONNECT of 5.0', () => {
  const fixed = '0004 "MQTT" 05';
  const read = (body: string) => {
    const rest = bytesOf(body);
    return decode(Uint8Array.from([0x10, rest.length, ...rest]), 5);
  };

  it('has its fields in one order [5.0/MQTT-3.1.3-1] [5.0/MQTT-3.1.3-3] [5.0/MQTT-3.1.2-9] [5.0/MQTT-3.1.2-17] [5.0/MQTT-3.1.2-19]', () => {
    const body = `${fixed} ee 0009 00 0002 "id" 05 18 00000001 0001 "w" 0002 "wp" 0002 "un" 0002 "pw"`;
    expect(read(body)).toEqual({
      type: 'connect',
      protocolVersion: 5,
      clientId: 'id',
      cleanStart: true,
      keepAlive: 9,
      will: {
        topic: 'w',
        payload: bytesOf('"wp"'),
        qos: 1,
        retain: true,
        properties: { willDelayInterval: 1 },
      },
      username: 'un',
      password: bytesOf('"pw"'),
    });
  });

  it('has to have what its flags promise, and nothing else [5.0/MQTT-3.1.2-9] [5.0/MQTT-3.1.2-16] [5.0/MQTT-3.1.2-17] [5.0/MQTT-3.1.2-18] [5.0/MQTT-3.1.2-19]', () => {
    const id = '0000 00 0002 "id"';
    const user = '0002 "un"';
    for (const body of [
      `${fixed} 06 ${id}`,
      `${fixed} 06 ${id} 00 0001 "w"`,
      `${fixed} 82 ${id}`,
      `${fixed} 42 ${id}`,
      `${fixed} c2 ${id} ${user}`,
      `${fixed} 02 ${id} ${user}`,
      `${fixed} 82 ${id} ${user} ${user}`,
      `${fixed} 42 ${id} ${user} ${user}`,
      `${fixed} 02 ${id} 00 0001 "w" 0000`,
    ]) {
      expect(codecErrorOf(() => read(body)).reasonCode, body).toBe(0x81);
    }
  });
});

describe('every property', () => {
  const VALUES: Record<string, string> = {
    byte: '01',
    'two byte integer': '0001',
    'four byte integer': '00000001',
    'variable byte integer': '01',
    string: '0001 "x"',
    binary: '0001 "x"',
    'string pair': '0001 "n" 0001 "v"',
  };
  /** A packet of each kind, before and after its properties. */
  const AROUND: Record<
    Exclude<PropertyOwner, 'pingreq' | 'pingresp'>,
    readonly [first: string, before: string, after: string]
  > = {
    connect: ['10', '0004 "MQTT" 05 02 0000', '0001 "a"'],
    will: ['10', '0004 "MQTT" 05 06 0000 00 0001 "a"', '0001 "w" 0000'],
    connack: ['20', '00 00', ''],
    publish: ['30', '0001 "t"', ''],
    puback: ['40', '0001 00', ''],
    pubrec: ['50', '0001 00', ''],
    pubrel: ['62', '0001 00', ''],
    pubcomp: ['70', '0001 00', ''],
    subscribe: ['82', '0001', '0001 "f" 00'],
    suback: ['90', '0001', '00'],
    unsubscribe: ['a2', '0001', '0001 "f"'],
    unsuback: ['b0', '0001', '00'],
    disconnect: ['e0', '00', ''],
    auth: ['f0', '18', ''],
  };
  const hexByte = (value: number): string => value.toString(16).padStart(2, '0');
  /** What has to stand beside a property so that the packet is whole. */
  const company = (owner: string, id: number): string => {
    if (owner === 'auth' && id !== 0x15) return '15 0001 "m"';
    return owner === 'connect' && id === 0x16 ? '15 0001 "m"' : '';
  };

  for (const [owner, [first, before, after]] of Object.entries(AROUND)) {
    it(`stands in ${owner} where Table 2-4 says, once unless it may repeat, and nowhere else [5.0/2.2.2.2]`, () => {
      for (const { id, name, wireType, owners, repeatableIn } of PROPERTIES) {
        const one = `${hexByte(id)} ${VALUES[wireType]}`;
        const read = (times: number) => {
          const properties = bytesOf(`${company(owner, id)} ${`${one} `.repeat(times)}`);
          const body = [...bytesOf(before), properties.length, ...properties, ...bytesOf(after)];
          return decode(Uint8Array.from([...bytesOf(first), body.length, ...body]), 5);
        };
        const allowed = owners.includes(owner as PropertyOwner);
        if (!allowed) {
          expect(
            codecErrorOf(() => read(1)),
            name,
          ).toMatchObject({ reasonCode: 0x81, rule: '5.0/2.2.2.2' });
          continue;
        }
        expect(() => read(1), name).not.toThrow();
        if (repeatableIn.includes(owner as PropertyOwner)) expect(() => read(2), name).not.toThrow();
        else
          expect(
            codecErrorOf(() => read(2)),
            name,
          ).toMatchObject({ reasonCode: 0x82 });
      }
    });
  }
});
