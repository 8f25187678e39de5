import type { PacketType } from './packet.ts';

/** Where a property may stand: a packet, or the Will Properties in the payload of CONNECT. */
export type PropertyOwner = PacketType | 'will';

export type PropertyWireType =
  | 'byte'
  | 'two byte integer'
  | 'four byte integer'
  | 'variable byte integer'
  | 'string'
  | 'binary'
  | 'string pair';

/** A row of Table 2-4 of 5.0. */
export interface PropertyDefinition {
  id: number;
  /** As the standard writes it. */
  name: string;
  /** Its name in our packets; a PUBLISH may hold several Subscription Identifiers and says so in the plural. */
  key: string;
  wireType: PropertyWireType;
  owners: readonly PropertyOwner[];
  /** The owners in which it may stand more than once. */
  repeatableIn: readonly PropertyOwner[];
  /** Bounds of an integer value that are narrower than its wire type. */
  least?: number;
  most?: number;
  /** The section or statement of 5.0 that says so, and that allows only one, for each owner. */
  rules: Readonly<Partial<Record<PropertyOwner, string>>>;
  /** The statement that forbids a value below `least`, where it is not the section. */
  leastRule?: string;
}

const EVERYWHERE: readonly PropertyOwner[] = [
  'connect',
  'connack',
  'publish',
  'will',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'disconnect',
  'auth',
];

/** All 27 properties by identifier. */
export const PROPERTIES: readonly PropertyDefinition[] = [
  {
    id: 0x01,
    name: 'Payload Format Indicator',
    key: 'payloadFormatIndicator',
    wireType: 'byte',
    owners: ['publish', 'will'],
    repeatableIn: [],
    most: 1,
    rules: { publish: '5.0/3.3.2.3.2', will: '5.0/3.1.3.2.3' },
  },
  {
    id: 0x02,
    name: 'Message Expiry Interval',
    key: 'messageExpiryInterval',
    wireType: 'four byte integer',
    owners: ['publish', 'will'],
    repeatableIn: [],
    rules: { publish: '5.0/3.3.2.3.3', will: '5.0/3.1.3.2.4' },
  },
  {
    id: 0x03,
    name: 'Content Type',
    key: 'contentType',
    wireType: 'string',
    owners: ['publish', 'will'],
    repeatableIn: [],
    rules: { publish: '5.0/3.3.2.3.9', will: '5.0/3.1.3.2.5' },
  },
  {
    id: 0x08,
    name: 'Response Topic',
    key: 'responseTopic',
    wireType: 'string',
    owners: ['publish', 'will'],
    repeatableIn: [],
    rules: { publish: '5.0/3.3.2.3.5', will: '5.0/3.1.3.2.6' },
  },
  {
    id: 0x09,
    name: 'Correlation Data',
    key: 'correlationData',
    wireType: 'binary',
    owners: ['publish', 'will'],
    repeatableIn: [],
    rules: { publish: '5.0/3.3.2.3.6', will: '5.0/3.1.3.2.7' },
  },
  {
    id: 0x0b,
    name: 'Subscription Identifier',
    key: 'subscriptionIdentifier',
    wireType: 'variable byte integer',
    owners: ['publish', 'subscribe'],
    repeatableIn: ['publish'],
    least: 1,
    rules: { publish: '5.0/3.3.2.3.8', subscribe: '5.0/3.8.2.1.2' },
  },
  {
    id: 0x11,
    name: 'Session Expiry Interval',
    key: 'sessionExpiryInterval',
    wireType: 'four byte integer',
    owners: ['connect', 'connack', 'disconnect'],
    repeatableIn: [],
    rules: { connect: '5.0/3.1.2.11.2', connack: '5.0/3.2.2.3.2', disconnect: '5.0/3.14.2.2.2' },
  },
  {
    id: 0x12,
    name: 'Assigned Client Identifier',
    key: 'assignedClientIdentifier',
    wireType: 'string',
    owners: ['connack'],
    repeatableIn: [],
    rules: { connack: '5.0/3.2.2.3.7' },
  },
  {
    id: 0x13,
    name: 'Server Keep Alive',
    key: 'serverKeepAlive',
    wireType: 'two byte integer',
    owners: ['connack'],
    repeatableIn: [],
    rules: { connack: '5.0/3.2.2.3.14' },
  },
  {
    id: 0x15,
    name: 'Authentication Method',
    key: 'authenticationMethod',
    wireType: 'string',
    owners: ['connect', 'connack', 'auth'],
    repeatableIn: [],
    rules: { connect: '5.0/3.1.2.11.9', connack: '5.0/3.2.2.3.17', auth: '5.0/3.15.2.2.2' },
  },
  {
    id: 0x16,
    name: 'Authentication Data',
    key: 'authenticationData',
    wireType: 'binary',
    owners: ['connect', 'connack', 'auth'],
    repeatableIn: [],
    rules: { connect: '5.0/3.1.2.11.10', connack: '5.0/3.2.2.3.18', auth: '5.0/3.15.2.2.3' },
  },
  {
    id: 0x17,
    name: 'Request Problem Information',
    key: 'requestProblemInformation',
    wireType: 'byte',
    owners: ['connect'],
    repeatableIn: [],
    most: 1,
    rules: { connect: '5.0/3.1.2.11.7' },
  },
  {
    id: 0x18,
    name: 'Will Delay Interval',
    key: 'willDelayInterval',
    wireType: 'four byte integer',
    owners: ['will'],
    repeatableIn: [],
    rules: { will: '5.0/3.1.3.2.2' },
  },
  {
    id: 0x19,
    name: 'Request Response Information',
    key: 'requestResponseInformation',
    wireType: 'byte',
    owners: ['connect'],
    repeatableIn: [],
    most: 1,
    rules: { connect: '5.0/3.1.2.11.6' },
  },
  {
    id: 0x1a,
    name: 'Response Information',
    key: 'responseInformation',
    wireType: 'string',
    owners: ['connack'],
    repeatableIn: [],
    rules: { connack: '5.0/3.2.2.3.15' },
  },
  {
    id: 0x1c,
    name: 'Server Reference',
    key: 'serverReference',
    wireType: 'string',
    owners: ['connack', 'disconnect'],
    repeatableIn: [],
    rules: { connack: '5.0/3.2.2.3.16', disconnect: '5.0/3.14.2.2.5' },
  },
  {
    id: 0x1f,
    name: 'Reason String',
    key: 'reasonString',
    wireType: 'string',
    owners: ['connack', 'puback', 'pubrec', 'pubrel', 'pubcomp', 'suback', 'unsuback', 'disconnect', 'auth'],
    repeatableIn: [],
    rules: {
      connack: '5.0/3.2.2.3.9',
      puback: '5.0/3.4.2.2.2',
      pubrec: '5.0/3.5.2.2.2',
      pubrel: '5.0/3.6.2.2.2',
      pubcomp: '5.0/3.7.2.2.2',
      suback: '5.0/3.9.2.1.2',
      unsuback: '5.0/3.11.2.1.2',
      disconnect: '5.0/3.14.2.2.3',
      auth: '5.0/3.15.2.2.4',
    },
  },
  {
    id: 0x21,
    name: 'Receive Maximum',
    key: 'receiveMaximum',
    wireType: 'two byte integer',
    owners: ['connect', 'connack'],
    repeatableIn: [],
    least: 1,
    rules: { connect: '5.0/3.1.2.11.3', connack: '5.0/3.2.2.3.3' },
  },
  {
    id: 0x22,
    name: 'Topic Alias Maximum',
    key: 'topicAliasMaximum',
    wireType: 'two byte integer',
    owners: ['connect', 'connack'],
    repeatableIn: [],
    rules: { connect: '5.0/3.1.2.11.5', connack: '5.0/3.2.2.3.8' },
  },
  {
    id: 0x23,
    name: 'Topic Alias',
    key: 'topicAlias',
    wireType: 'two byte integer',
    owners: ['publish'],
    repeatableIn: [],
    least: 1,
    rules: { publish: '5.0/3.3.2.3.4' },
    leastRule: '5.0/MQTT-3.3.2-8',
  },
  {
    id: 0x24,
    name: 'Maximum QoS',
    key: 'maximumQoS',
    wireType: 'byte',
    owners: ['connack'],
    repeatableIn: [],
    most: 1,
    rules: { connack: '5.0/3.2.2.3.4' },
  },
  {
    id: 0x25,
    name: 'Retain Available',
    key: 'retainAvailable',
    wireType: 'byte',
    owners: ['connack'],
    repeatableIn: [],
    most: 1,
    rules: { connack: '5.0/3.2.2.3.5' },
  },
  {
    id: 0x26,
    name: 'User Property',
    key: 'userProperties',
    wireType: 'string pair',
    owners: EVERYWHERE,
    repeatableIn: EVERYWHERE,
    rules: {},
  },
  {
    id: 0x27,
    name: 'Maximum Packet Size',
    key: 'maximumPacketSize',
    wireType: 'four byte integer',
    owners: ['connect', 'connack'],
    repeatableIn: [],
    least: 1,
    rules: { connect: '5.0/3.1.2.11.4', connack: '5.0/3.2.2.3.6' },
  },
  {
    id: 0x28,
    name: 'Wildcard Subscription Available',
    key: 'wildcardSubscriptionAvailable',
    wireType: 'byte',
    owners: ['connack'],
    repeatableIn: [],
    most: 1,
    rules: { connack: '5.0/3.2.2.3.11' },
  },
  {
    id: 0x29,
    name: 'Subscription Identifier Available',
    key: 'subscriptionIdentifiersAvailable',
    wireType: 'byte',
    owners: ['connack'],
    repeatableIn: [],
    most: 1,
    rules: { connack: '5.0/3.2.2.3.12' },
  },
  {
    id: 0x2a,
    name: 'Shared Subscription Available',
    key: 'sharedSubscriptionAvailable',
    wireType: 'byte',
    owners: ['connack'],
    repeatableIn: [],
    most: 1,
    rules: { connack: '5.0/3.2.2.3.13' },
  },
];

const BY_ID: (PropertyDefinition | undefined)[] = [];
const BY_KEY = new Map<string, PropertyDefinition>();
for (const definition of PROPERTIES) {
  BY_ID[definition.id] = definition;
  BY_KEY.set(definition.key, definition);
}

/** The property with this identifier; undefined when 5.0 has none. */
export function propertyById(id: number): PropertyDefinition | undefined {
  return BY_ID[id];
}

/** The property our packets call so; undefined when the owner may not have it. */
export function propertyByKey(key: string, owner: PropertyOwner): PropertyDefinition | undefined {
  if (owner === 'publish') {
    if (key === 'subscriptionIdentifiers') return BY_ID[0x0b];
    if (key === 'subscriptionIdentifier') return undefined;
  }
  const definition = BY_KEY.get(key);
  return definition?.owners.includes(owner) ? definition : undefined;
}
