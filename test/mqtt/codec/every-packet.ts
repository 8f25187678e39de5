/** Packets of every type and with every property, as connections of 5.0, 3.1.1 and 3.1 that an outside dissector can be asked about. */
import type { Packet } from '../../../src/mqtt/codec/index.ts';
import { bytesOf } from './bytes.ts';

const payload = bytesOf('"21.5"');
const userProperties = [
  ['name', 'value'],
  ['name', 'other'],
] as const;

/** One packet of every type at least, and between them every property 5.0 has. */
export const CONNECTION_5: Packet[] = [
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

export const CONNECTION_4: Packet[] = [
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

export const CONNECTION_3: Packet[] = [
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
