import { describe, expect, it } from 'vitest';
import {
  encode,
  isReasonCode,
  PACKET_TYPES,
  type Packet,
  type PacketType,
  PROPERTIES,
  packetName,
  packetSender,
  propertyById,
  propertyByKey,
  REASON_CODES,
  reasonCodeDefinition,
  reasonName,
} from '../../../src/mqtt/codec/index.ts';

/** Table 2-4 of 5.0, as it stands there. */
const TABLE_2_4 = `
1 | Payload Format Indicator | Byte | PUBLISH, Will Properties
2 | Message Expiry Interval | Four Byte Integer | PUBLISH, Will Properties
3 | Content Type | UTF-8 Encoded String | PUBLISH, Will Properties
8 | Response Topic | UTF-8 Encoded String | PUBLISH, Will Properties
9 | Correlation Data | Binary Data | PUBLISH, Will Properties
11 | Subscription Identifier | Variable Byte Integer | PUBLISH, SUBSCRIBE
17 | Session Expiry Interval | Four Byte Integer | CONNECT, CONNACK, DISCONNECT
18 | Assigned Client Identifier | UTF-8 Encoded String | CONNACK
19 | Server Keep Alive | Two Byte Integer | CONNACK
21 | Authentication Method | UTF-8 Encoded String | CONNECT, CONNACK, AUTH
22 | Authentication Data | Binary Data | CONNECT, CONNACK, AUTH
23 | Request Problem Information | Byte | CONNECT
24 | Will Delay Interval | Four Byte Integer | Will Properties
25 | Request Response Information | Byte | CONNECT
26 | Response Information | UTF-8 Encoded String | CONNACK
28 | Server Reference | UTF-8 Encoded String | CONNACK, DISCONNECT
31 | Reason String | UTF-8 Encoded String | CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH
33 | Receive Maximum | Two Byte Integer | CONNECT, CONNACK
34 | Topic Alias Maximum | Two Byte Integer | CONNECT, CONNACK
35 | Topic Alias | Two Byte Integer | PUBLISH
36 | Maximum QoS | Byte | CONNACK
37 | Retain Available | Byte | CONNACK
38 | User Property | UTF-8 String Pair | CONNECT, CONNACK, PUBLISH, Will Properties, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, DISCONNECT, AUTH
39 | Maximum Packet Size | Four Byte Integer | CONNECT, CONNACK
40 | Wildcard Subscription Available | Byte | CONNACK
41 | Subscription Identifier Available | Byte | CONNACK
42 | Shared Subscription Available | Byte | CONNACK`;

/** Table 2-6 of 5.0, as it stands there. */
const TABLE_2_6 = `
0 | Success | CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, UNSUBACK, AUTH
0 | Normal disconnection | DISCONNECT
0 | Granted QoS 0 | SUBACK
1 | Granted QoS 1 | SUBACK
2 | Granted QoS 2 | SUBACK
4 | Disconnect with Will Message | DISCONNECT
16 | No matching subscribers | PUBACK, PUBREC
17 | No subscription existed | UNSUBACK
24 | Continue authentication | AUTH
25 | Re-authenticate | AUTH
128 | Unspecified error | CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT
129 | Malformed Packet | CONNACK, DISCONNECT
130 | Protocol Error | CONNACK, DISCONNECT
131 | Implementation specific error | CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT
132 | Unsupported Protocol Version | CONNACK
133 | Client Identifier not valid | CONNACK
134 | Bad User Name or Password | CONNACK
135 | Not authorized | CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT
136 | Server unavailable | CONNACK
137 | Server busy | CONNACK, DISCONNECT
138 | Banned | CONNACK
139 | Server shutting down | DISCONNECT
140 | Bad authentication method | CONNACK, DISCONNECT
141 | Keep Alive timeout | DISCONNECT
142 | Session taken over | DISCONNECT
143 | Topic Filter invalid | SUBACK, UNSUBACK, DISCONNECT
144 | Topic Name invalid | CONNACK, PUBACK, PUBREC, DISCONNECT
145 | Packet Identifier in use | PUBACK, PUBREC, SUBACK, UNSUBACK
146 | Packet Identifier not found | PUBREL, PUBCOMP
147 | Receive Maximum exceeded | DISCONNECT
148 | Topic Alias invalid | DISCONNECT
149 | Packet too large | CONNACK, DISCONNECT
150 | Message rate too high | DISCONNECT
151 | Quota exceeded | CONNACK, PUBACK, PUBREC, SUBACK, DISCONNECT
152 | Administrative action | DISCONNECT
153 | Payload format invalid | CONNACK, PUBACK, PUBREC, DISCONNECT
154 | Retain not supported | CONNACK, DISCONNECT
155 | QoS not supported | CONNACK, DISCONNECT
156 | Use another server | CONNACK, DISCONNECT
157 | Server moved | CONNACK, DISCONNECT
158 | Shared Subscriptions not supported | SUBACK, DISCONNECT
159 | Connection rate exceeded | CONNACK, DISCONNECT
160 | Maximum connect time | DISCONNECT
161 | Subscription Identifiers not supported | SUBACK, DISCONNECT
162 | Wildcard Subscriptions not supported | SUBACK, DISCONNECT`;

/** The codes of Table 3-10 that only a server sends, or only a client. */
const DISCONNECT_BY_SERVER = [
  0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
];

function rows(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((row) => row.split(' | '));
}

const WIRE_TYPES: Record<string, string> = {
  byte: 'Byte',
  'two byte integer': 'Two Byte Integer',
  'four byte integer': 'Four Byte Integer',
  'variable byte integer': 'Variable Byte Integer',
  string: 'UTF-8 Encoded String',
  binary: 'Binary Data',
  'string pair': 'UTF-8 String Pair',
};

describe('the properties', () => {
  it('are those of Table 2-4', () => {
    const ours = PROPERTIES.map(({ id, name, wireType, owners }) => [
      String(id),
      name,
      WIRE_TYPES[wireType],
      owners.map((owner) => (owner === 'will' ? 'Will Properties' : packetName(owner))).sort(),
    ]);
    expect(ours).toEqual(
      rows(TABLE_2_4).map(([id, name, type, owners]) => [id, name, type, owners!.split(', ').sort()]),
    );
  });

  it('have a rule for every packet in which they may stand once', () => {
    for (const { rules, owners, repeatableIn, name } of PROPERTIES) {
      const named = owners.filter((owner) => rules[owner] !== undefined);
      const needed = name === 'User Property' ? [] : owners;
      expect(named, name).toEqual(needed);
      expect(repeatableIn.every((owner) => owners.includes(owner))).toBe(true);
    }
  });

  it('are found by identifier and by our name, where they may stand', () => {
    expect(propertyById(0x23)?.name).toBe('Topic Alias');
    expect(propertyById(0x04)).toBeUndefined();
    expect(propertyByKey('topicAlias', 'publish')?.id).toBe(0x23);
    expect(propertyByKey('topicAlias', 'connect')).toBeUndefined();
    expect(propertyByKey('subscriptionIdentifiers', 'publish')?.id).toBe(0x0b);
    expect(propertyByKey('subscriptionIdentifier', 'publish')).toBeUndefined();
    expect(propertyByKey('subscriptionIdentifier', 'subscribe')?.id).toBe(0x0b);
    expect(propertyByKey('subscriptionIdentifiers', 'subscribe')).toBeUndefined();
    expect(propertyByKey('constructor', 'publish')).toBeUndefined();
  });
});

describe('the Reason Codes', () => {
  it('are those of Table 2-6', () => {
    const ours = REASON_CODES.map(({ code, name, packets }) => [
      String(code),
      name,
      (Object.keys(packets) as PacketType[]).map(packetName).sort(),
    ]);
    expect(ours).toEqual(
      rows(TABLE_2_6).map(([code, name, packets]) => [code, name, packets!.split(', ').sort()]),
    );
  });

  it('of DISCONNECT are sent by whom Table 3-10 says', () => {
    const byServer: number[] = [];
    const byClient: number[] = [];
    for (const { code, packets } of REASON_CODES) {
      if (packets.disconnect === 'server') byServer.push(code);
      if (packets.disconnect === 'client') byClient.push(code);
    }
    expect(byServer).toEqual(DISCONNECT_BY_SERVER);
    expect(byClient).toEqual([0x04]);
  });

  it('of AUTH and of an acknowledgement nobody waited for come from one side only', () => {
    expect(reasonCodeDefinition('auth', 0)?.packets.auth).toBe('server');
    expect(reasonCodeDefinition('auth', 0x18)?.packets.auth).toBe('both');
    expect(reasonCodeDefinition('auth', 0x19)?.packets.auth).toBe('client');
    expect(reasonCodeDefinition('puback', 0x10)?.packets.puback).toBe('server');
  });

  it('have the name the packet and the version give them', () => {
    expect(reasonName('disconnect', 0, 5)).toBe('Normal disconnection');
    expect(reasonName('suback', 0, 5)).toBe('Granted QoS 0');
    expect(reasonName('puback', 0, 5)).toBe('Success');
    expect(reasonName('connack', 0x87, 5)).toBe('Not authorized');
    expect(reasonName('connack', 5, 4)).toBe('Connection Refused, not authorized');
    expect(reasonName('connack', 0, 3)).toBe('Connection Accepted');
    expect(reasonName('suback', 0x80, 4)).toBe('Failure');
    expect(reasonName('suback', 1, 4)).toBe('Granted QoS 1');
    expect(reasonName('connack', 6, 4)).toBe('Reserved (0x06)');
    expect(reasonName('puback', 0x81, 5)).toBe('Reserved (0x81)');
  });

  it('before 5.0 are Connect Return codes 0 to 5 and what SUBACK may say', () => {
    const allowed = (type: PacketType, version: 3 | 4) =>
      Array.from({ length: 256 }, (_, code) => code).filter((code) => isReasonCode(type, code, version));
    expect(allowed('connack', 4)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(allowed('suback', 4)).toEqual([0, 1, 2, 0x80]);
    expect(allowed('suback', 3)).toEqual([0, 1, 2]);
    expect(allowed('puback', 4)).toEqual([0]);
  });
});

describe('the packet types', () => {
  it('are those of Table 2-1, in their places', () => {
    expect(PACKET_TYPES.map((row) => row?.name)).toEqual([
      undefined,
      'CONNECT',
      'CONNACK',
      'PUBLISH',
      'PUBACK',
      'PUBREC',
      'PUBREL',
      'PUBCOMP',
      'SUBSCRIBE',
      'SUBACK',
      'UNSUBSCRIBE',
      'UNSUBACK',
      'PINGREQ',
      'PINGRESP',
      'DISCONNECT',
      'AUTH',
    ]);
    PACKET_TYPES.forEach((row, code) => {
      if (row === undefined) return;
      expect(row.code).toBe(code);
      expect(row.flags).toBe(['PUBREL', 'SUBSCRIBE', 'UNSUBSCRIBE'].includes(row.name) ? 2 : 0);
    });
  });

  it('have the flags of Table 2-2 in their first byte, and a PUBLISH its own [3.1.1/MQTT-2.2.2-1]', () => {
    const publish = { type: 'publish', topic: 'a', payload: new Uint8Array(), retain: false } as const;
    const packets: [first: number, packet: Packet][] = [
      [0x10, { type: 'connect', protocolVersion: 4, clientId: 'a', cleanStart: true, keepAlive: 0 }],
      [0x20, { type: 'connack', sessionPresent: false, reasonCode: 0 }],
      [0x30, { ...publish, qos: 0, dup: false }],
      [0x3d, { ...publish, qos: 2, dup: true, retain: true, packetId: 1 }],
      [0x40, { type: 'puback', packetId: 1 }],
      [0x50, { type: 'pubrec', packetId: 1 }],
      [0x62, { type: 'pubrel', packetId: 1 }],
      [0x70, { type: 'pubcomp', packetId: 1 }],
      [0x82, { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'a', qos: 0 }] }],
      [0x90, { type: 'suback', packetId: 1, reasonCodes: [0] }],
      [0xa2, { type: 'unsubscribe', packetId: 1, filters: ['a'] }],
      [0xb0, { type: 'unsuback', packetId: 1 }],
      [0xc0, { type: 'pingreq' }],
      [0xd0, { type: 'pingresp' }],
      [0xe0, { type: 'disconnect' }],
    ];
    for (const [first, packet] of packets) expect(encode(packet, 4)[0], packet.type).toBe(first);
  });

  it('flow from whom the version says', () => {
    expect(packetSender('connect', 5)).toBe('client');
    expect(packetSender('connack', 4)).toBe('server');
    expect(packetSender('publish', 4)).toBe('both');
    expect(packetSender('disconnect', 4)).toBe('client');
    expect(packetSender('disconnect', 5)).toBe('both');
    expect(packetSender('auth', 5)).toBe('both');
    expect(packetSender('auth', 4)).toBeUndefined();
  });
});
