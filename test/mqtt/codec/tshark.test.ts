import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Dissection,
  dissect,
  encode,
  type Packet,
  type PacketType,
  PROPERTIES,
  type ProtocolVersion,
  packetSender,
  packetTypeDefinition,
} from '../../../src/mqtt/codec/index.ts';
import { program } from '../../programs.ts';
import { anyPacket, packets, SEED, VERSIONS } from './arbitrary.ts';
import { bytesOf, hexOf } from './bytes.ts';
import { type TsharkField, tsharkOf } from './tshark.ts';

const executable = program('tshark');

const payload = bytesOf('"21.5"');
const userProperties = [
  ['name', 'value'],
  ['name', 'other'],
] as const;

/** One packet of every type at least, and between them every property 5.0 has. */
const CONNECTION_5: Packet[] = [
  {
    type: 'connect',
    protocolVersion: 5,
    clientId: 'sensor',
    cleanStart: true,
    keepAlive: 60,
    will: {
      topic: 'will/topic',
      payload,
      qos: 2,
      retain: true,
      properties: {
        willDelayInterval: 5,
        payloadFormatIndicator: 1,
        messageExpiryInterval: 70_000,
        contentType: 'text/plain',
        responseTopic: 'answer',
        correlationData: bytesOf('"key"'),
        userProperties,
      },
    },
    username: 'user',
    password: bytesOf('"secret"'),
    properties: {
      sessionExpiryInterval: 0xffff_ffff,
      receiveMaximum: 20,
      maximumPacketSize: 100_000,
      topicAliasMaximum: 10,
      requestResponseInformation: 1,
      requestProblemInformation: 0,
      userProperties,
      authenticationMethod: 'SCRAM-SHA-1',
      authenticationData: bytesOf('"first"'),
    },
  },
  {
    type: 'auth',
    reasonCode: 0x18,
    properties: {
      authenticationMethod: 'SCRAM-SHA-1',
      authenticationData: bytesOf('"next"'),
      reasonString: 'go on',
    },
  },
  {
    type: 'connack',
    sessionPresent: true,
    reasonCode: 0,
    properties: {
      sessionExpiryInterval: 3600,
      receiveMaximum: 10,
      maximumQoS: 1,
      retainAvailable: 1,
      maximumPacketSize: 65_536,
      assignedClientIdentifier: 'assigned',
      topicAliasMaximum: 5,
      reasonString: 'welcome',
      wildcardSubscriptionAvailable: 1,
      subscriptionIdentifiersAvailable: 0,
      sharedSubscriptionAvailable: 1,
      serverKeepAlive: 30,
      responseInformation: 'response/',
      serverReference: 'other:1883',
      authenticationMethod: 'SCRAM-SHA-1',
      authenticationData: bytesOf('"final"'),
      userProperties,
    },
  },
  {
    type: 'subscribe',
    packetId: 1,
    subscriptions: [
      { filter: 'plant/+/temperature', qos: 2, noLocal: true, retainAsPublished: true, retainHandling: 1 },
      { filter: '$share/group/#', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 2 },
    ],
    properties: { subscriptionIdentifier: 300, userProperties },
  },
  {
    type: 'suback',
    packetId: 1,
    reasonCodes: [2, 0x87],
    properties: { reasonString: 'partly', userProperties },
  },
  {
    type: 'publish',
    topic: 'plant/1/temperature',
    payload,
    qos: 1,
    retain: true,
    dup: true,
    packetId: 2,
    properties: {
      payloadFormatIndicator: 1,
      messageExpiryInterval: 10,
      contentType: 'text/plain',
      responseTopic: 'answer',
      correlationData: bytesOf('"key"'),
      topicAlias: 3,
      userProperties,
    },
  },
  { type: 'publish', topic: '', payload, qos: 0, retain: false, dup: false, properties: { topicAlias: 3 } },
  { type: 'puback', packetId: 2, reasonCode: 0 },
  { type: 'puback', packetId: 3, reasonCode: 0x10 },
  { type: 'pubrec', packetId: 4, reasonCode: 0, properties: { reasonString: 'received' } },
  { type: 'pubrel', packetId: 4, reasonCode: 0x92, properties: { userProperties } },
  { type: 'pubcomp', packetId: 4, reasonCode: 0 },
  { type: 'unsubscribe', packetId: 5, filters: ['plant/+/temperature', 'x'], properties: { userProperties } },
  { type: 'unsuback', packetId: 5, reasonCodes: [0, 0x11], properties: { reasonString: 'gone' } },
  { type: 'pingreq' },
  { type: 'pingresp' },
  {
    type: 'disconnect',
    reasonCode: 0x9c,
    properties: { sessionExpiryInterval: 1, reasonString: 'moved', serverReference: 'other', userProperties },
  },
  { type: 'disconnect', reasonCode: 0 },
];

const CONNECTION_4: Packet[] = [
  {
    type: 'connect',
    protocolVersion: 4,
    clientId: 'sensor',
    cleanStart: false,
    keepAlive: 60,
    will: { topic: 'will/topic', payload, qos: 1, retain: false },
    username: 'user',
    password: bytesOf('"secret"'),
  },
  { type: 'connack', sessionPresent: true, reasonCode: 0 },
  {
    type: 'subscribe',
    packetId: 1,
    subscriptions: [
      { filter: 'plant/+/temperature', qos: 2 },
      { filter: '#', qos: 0 },
    ],
  },
  { type: 'suback', packetId: 1, reasonCodes: [2, 0x80] },
  { type: 'publish', topic: 'plant/1/temperature', payload, qos: 2, retain: true, dup: true, packetId: 2 },
  { type: 'publish', topic: 'plant/2/temperature', payload, qos: 0, retain: false, dup: false },
  { type: 'puback', packetId: 2 },
  { type: 'pubrec', packetId: 3 },
  { type: 'pubrel', packetId: 3 },
  { type: 'pubcomp', packetId: 3 },
  { type: 'unsubscribe', packetId: 4, filters: ['plant/+/temperature', '#'] },
  { type: 'unsuback', packetId: 4 },
  { type: 'pingreq' },
  { type: 'pingresp' },
  { type: 'disconnect' },
];

const CONNECTION_3: Packet[] = [
  { type: 'connect', protocolVersion: 3, clientId: 'sensor', cleanStart: true, keepAlive: 60 },
  { type: 'connack', sessionPresent: false, reasonCode: 4 },
  {
    type: 'subscribe',
    packetId: 1,
    subscriptions: [{ filter: 'plant/#', qos: 1 }],
  },
  { type: 'suback', packetId: 1, reasonCodes: [1] },
  ...CONNECTION_4.slice(4),
];

/** The values of a packet in the order of the wire: numbers as such, texts and bytes as hexadecimal. */
function valuesOf(packet: Packet, version: ProtocolVersion): (number | string)[] {
  const values: (number | string)[] = [packetTypeDefinition(packet.type).code];
  const text = (value: string) => values.push(hexOf(Buffer.from(value)));
  // 3.1 gave requests QoS and DUP of their own [3.1/2.1].
  if (version === 3 && packetTypeDefinition(packet.type).flags === 2) values.push(0, 1);
  const properties = (found: object | undefined) => {
    if (version === 5) values.push(...propertyValues(found ?? {}));
  };
  switch (packet.type) {
    case 'connect': {
      const { will, username, password } = packet;
      text(version === 3 ? 'MQIsdp' : 'MQTT');
      values.push(version, Number(username !== undefined), Number(password !== undefined));
      values.push(
        Number(will?.retain ?? false),
        will?.qos ?? 0,
        Number(will !== undefined),
        Number(packet.cleanStart),
      );
      values.push(packet.keepAlive);
      properties(packet.properties);
      text(packet.clientId);
      if (will !== undefined) {
        properties(will.properties);
        text(will.topic);
        values.push(hexOf(will.payload));
      }
      if (username !== undefined) text(username);
      if (password !== undefined) values.push(hexOf(password));
      break;
    }
    case 'connack':
      // 3.1 has no Session Present.
      if (version > 3) values.push(Number(packet.sessionPresent));
      values.push(packet.reasonCode);
      properties(packet.properties);
      break;
    case 'publish':
      values.push(Number(packet.dup), packet.qos, Number(packet.retain));
      text(packet.topic);
      if (packet.packetId !== undefined) values.push(packet.packetId);
      properties(packet.properties);
      values.push(hexOf(packet.payload));
      break;
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      values.push(packet.packetId);
      if (packet.properties !== undefined || packet.reasonCode) values.push(packet.reasonCode!);
      if (packet.properties !== undefined) properties(packet.properties);
      break;
    case 'subscribe':
      values.push(packet.packetId);
      properties(packet.properties);
      for (const { filter, qos, noLocal, retainAsPublished, retainHandling } of packet.subscriptions) {
        text(filter);
        if (version === 5) values.push(retainHandling!, Number(retainAsPublished), Number(noLocal));
        values.push(qos);
      }
      break;
    case 'suback':
    case 'unsuback':
      values.push(packet.packetId);
      properties(packet.properties);
      values.push(...(packet.reasonCodes ?? []));
      break;
    case 'unsubscribe':
      values.push(packet.packetId);
      properties(packet.properties);
      packet.filters.forEach(text);
      break;
    case 'disconnect':
    case 'auth':
      if (packet.properties !== undefined || packet.reasonCode) values.push(packet.reasonCode!);
      if (packet.properties !== undefined) properties(packet.properties);
      break;
  }
  return values.filter((value) => value !== '');
}

function propertyValues(properties: object): (number | string)[] {
  const values: (number | string)[] = [];
  for (const [key, value] of Object.entries(properties)) {
    const singular = key === 'subscriptionIdentifiers' ? 'subscriptionIdentifier' : key;
    const { id } = PROPERTIES.find((definition) => definition.key === singular)!;
    for (const one of Array.isArray(value) ? value : [value]) {
      values.push(id);
      for (const part of Array.isArray(one) ? one : [one]) {
        if (typeof part === 'number') values.push(part);
        else values.push(hexOf(typeof part === 'string' ? Buffer.from(part) : part));
      }
    }
  }
  return values;
}

/** Lengths, reserved bits and headings: they hold no value of the packet. */
const NO_VALUE =
  /_len$|\.len$|reserved|^mqtt\.(properties|will_properties|hdrflags|conflags|conack\.flags|subscription_options)$/;
/** Fields whose value is text or bytes. */
const TEXT =
  /^mqtt\.(protoname|clientid|willtopic|willmsg|username|passwd|topic|msg|prop_string|prop_key|prop_value|prop_binary.*|property\.content_type)$/;

function seenValue(field: TsharkField): number | string {
  if (!TEXT.test(field.name)) return Number(field.show);
  // This one is shown with its length before it.
  return field.name === 'mqtt.property.content_type' ? field.value.slice(4) : field.value;
}

/** Ranges of all fields of a dissection, as `offset+length`. */
function ranges(tree: Dissection): Set<string> {
  const found = new Set<string>([`${tree.offset}+${tree.length}`]);
  for (const child of tree.children ?? []) for (const range of ranges(child)) found.add(range);
  return found;
}

function expectTsharkAgrees(sent: Packet[], version: ProtocolVersion): void {
  const connection = sent.map((packet) => ({
    packet,
    bytes: encode(packet, version),
    fromClient: packetSender(packet.type, version) !== 'server',
  }));
  const seen = tsharkOf(executable!, connection);
  expect(seen).toHaveLength(sent.length);
  connection.forEach(({ packet, bytes }, i) => {
    const { fields, complaints } = seen[i]!;
    const what = `${i}: ${packet.type} ${hexOf(bytes)}`;
    expect(complaints, what).toEqual([]);
    const values = fields.filter((field) => !NO_VALUE.test(field.name)).map(seenValue);
    expect(
      values.filter((value) => value !== ''),
      what,
    ).toEqual(valuesOf(packet, version));
    const ours = ranges(dissect(bytes, version));
    for (const { name, offset, length } of fields) {
      if (length > 0) expect(ours, `${what} ${name}`).toContain(`${offset}+${length}`);
    }
  });
}

describe.runIf(executable !== undefined)('tshark', () => {
  it.each<[ProtocolVersion, Packet[]]>([
    [5, CONNECTION_5],
    [4, CONNECTION_4],
    [3, CONNECTION_3],
  ])('dissects every packet type of version %i with equal values in equal places', (version, sent) => {
    const types = new Set<PacketType>(sent.map((packet) => packet.type));
    const missing = Object.keys(packets(version)).filter((type) => !types.has(type as PacketType));
    expect(missing).toEqual(version === 5 ? [] : ['auth']);
    expectTsharkAgrees(sent, version);
  });

  it('has seen every property there is', () => {
    const keys = JSON.stringify(CONNECTION_5);
    expect(PROPERTIES.filter(({ key }) => !keys.includes(`"${key}"`)).map(({ name }) => name)).toEqual([]);
  });

  it.each(VERSIONS)(
    'dissects any valid packets of version %i with equal values in equal places',
    (version) => {
      const first = { 3: CONNECTION_3, 4: CONNECTION_4, 5: CONNECTION_5 }[version][0]!;
      const any = fc.sample(anyPacket(version), { seed: SEED, numRuns: 400 });
      // A second CONNECT could change the version, and an alias has to be known: both are for whole connections.
      const middle = any.filter(
        (packet) => packet.type !== 'connect' && !(packet.type === 'publish' && packet.topic === ''),
      );
      expectTsharkAgrees([first, ...middle], version);
    },
  );
});
