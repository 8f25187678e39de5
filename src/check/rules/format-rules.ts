/** The rules of the form of packets; each is reached by a packet that has what it is about. */
import type { Vantage } from '../../trace/event.ts';
import type { Rule } from './rules.ts';

/** What the packets on one wire show. */
const WIRE: readonly Vantage[] = ['both-ends', 'broker', 'client', 'wire'];

export const FORMAT_RULES = {
  'format.packet': {
    meaning: 'what is sent is a packet: its type, its flags and its lengths',
    statements: ['3.1.1/MQTT-2.2.2-1', '5.0/MQTT-1.5.5-1', '5.0/MQTT-2.1.3-1', '5.0/MQTT-2.2.2-1'],
    vantage: WIRE,
  },
  'format.text': {
    meaning: 'strings are well-formed UTF-8 without U+0000',
    statements: [
      '3.1.1/MQTT-1.5.3-1',
      '3.1.1/MQTT-1.5.3-2',
      '5.0/MQTT-1.5.4-1',
      '5.0/MQTT-1.5.4-2',
      '5.0/MQTT-1.5.7-1',
    ],
    vantage: WIRE,
  },
  'format.identifier': {
    meaning: 'packet identifiers are there where they have to be, and not 0',
    statements: ['3.1.1/MQTT-2.3.1-1', '5.0/MQTT-2.2.1-3', '5.0/MQTT-2.2.1-4'],
    vantage: WIRE,
  },
  'format.connect': {
    meaning:
      'CONNECT has what its flags say, in its order, and nothing else; before 5.0 an identifier for a session that lasts',
    statements: [
      '3.1.1/MQTT-3.1.2-11',
      '3.1.1/MQTT-3.1.2-13',
      '3.1.1/MQTT-3.1.2-15',
      '3.1.1/MQTT-3.1.2-18',
      '3.1.1/MQTT-3.1.2-20',
      '3.1.1/MQTT-3.1.2-22',
      '3.1.1/MQTT-3.1.3-1',
      '3.1.1/MQTT-3.1.3-3',
      '3.1.1/MQTT-3.1.3-4',
      '3.1.1/MQTT-3.1.3-7',
      '5.0/MQTT-3.1.2-11',
      '5.0/MQTT-3.1.2-13',
      '5.0/MQTT-3.1.2-16',
      '5.0/MQTT-3.1.2-18',
      '5.0/MQTT-3.1.3-1',
      '5.0/MQTT-3.1.3-3',
      '5.0/MQTT-3.1.3-4',
    ],
    vantage: WIRE,
  },
  'format.will': {
    meaning: 'a will in CONNECT is whole',
    statements: [
      '3.1.1/MQTT-3.1.2-9',
      '3.1.1/MQTT-3.1.2-14',
      '3.1.1/MQTT-3.1.3-10',
      '5.0/MQTT-3.1.2-9',
      '5.0/MQTT-3.1.2-12',
      '5.0/MQTT-3.1.3-11',
    ],
    vantage: WIRE,
  },
  'format.credentials': {
    meaning: 'user name and password are in CONNECT when its flags say so',
    statements: [
      '3.1.1/MQTT-3.1.2-19',
      '3.1.1/MQTT-3.1.2-21',
      '3.1.1/MQTT-3.1.3-11',
      '5.0/MQTT-3.1.2-17',
      '5.0/MQTT-3.1.2-19',
      '5.0/MQTT-3.1.3-12',
    ],
    vantage: WIRE,
  },
  'format.connack': {
    meaning: 'CONNACK has a listed code and no other flag than Session Present',
    statements: ['5.0/MQTT-3.2.2-1', '5.0/MQTT-3.2.2-8'],
    vantage: WIRE,
  },
  'format.publish': {
    meaning: 'PUBLISH has a topic name without wildcards, a QoS, and an identifier only above QoS 0',
    statements: [
      '3.1.1/MQTT-2.3.1-5',
      '3.1.1/MQTT-3.3.1-4',
      '3.1.1/MQTT-3.3.2-1',
      '3.1.1/MQTT-3.3.2-2',
      '3.1.1/MQTT-4.7.1-1',
      '3.1.1/MQTT-4.7.3-1',
      '3.1.1/MQTT-4.7.3-2',
      '3.1.1/MQTT-4.7.3-3',
      '5.0/MQTT-2.2.1-2',
      '5.0/MQTT-3.3.1-4',
      '5.0/MQTT-3.3.2-1',
      '5.0/MQTT-3.3.2-2',
      '5.0/MQTT-4.7.0-1',
      '5.0/MQTT-4.7.3-1',
      '5.0/MQTT-4.7.3-2',
      '5.0/MQTT-4.7.3-3',
    ],
    vantage: WIRE,
  },
  'format.message-properties': {
    meaning: 'a response topic is a topic name, a content type is text',
    statements: ['5.0/MQTT-3.3.2-13', '5.0/MQTT-3.3.2-14', '5.0/MQTT-3.3.2-19'],
    vantage: WIRE,
  },
  'format.subscription-identifier': {
    meaning: 'a client’s PUBLISH has no Subscription Identifier',
    statements: ['5.0/MQTT-3.3.4-6'],
    vantage: WIRE,
  },
  'format.acknowledgement': {
    meaning:
      'PUBACK, PUBREC, PUBREL and PUBCOMP have the flags of their type and a code that their sender may use',
    statements: [
      '3.1.1/MQTT-3.6.1-1',
      '5.0/MQTT-3.4.2-1',
      '5.0/MQTT-3.5.2-1',
      '5.0/MQTT-3.6.1-1',
      '5.0/MQTT-3.6.2-1',
      '5.0/MQTT-3.7.2-1',
    ],
    vantage: WIRE,
  },
  'format.subscribe': {
    meaning: 'SUBSCRIBE has at least one well-formed filter',
    statements: [
      '3.1.1/MQTT-3.8.1-1',
      '3.1.1/MQTT-3.8.3-1',
      '3.1.1/MQTT-3.8.3-3',
      '3.1.1/MQTT-4.7.1-2',
      '3.1.1/MQTT-4.7.1-3',
      '5.0/MQTT-3.8.1-1',
      '5.0/MQTT-3.8.3-1',
      '5.0/MQTT-3.8.3-2',
      '5.0/MQTT-4.7.1-1',
      '5.0/MQTT-4.7.1-2',
    ],
    vantage: WIRE,
  },
  'format.shared': {
    meaning: 'a shared filter has a share name and a filter, and no No Local',
    statements: ['5.0/MQTT-3.8.3-4', '5.0/MQTT-4.8.2-1', '5.0/MQTT-4.8.2-2'],
    vantage: WIRE,
  },
  'format.suback': {
    meaning: 'SUBACK has listed codes',
    statements: ['3.1.1/MQTT-3.9.3-2', '5.0/MQTT-3.8.4-7', '5.0/MQTT-3.9.3-2'],
    vantage: WIRE,
  },
  'format.unsubscribe': {
    meaning: 'UNSUBSCRIBE has at least one filter',
    statements: [
      '3.1.1/MQTT-3.10.1-1',
      '3.1.1/MQTT-3.10.3-1',
      '3.1.1/MQTT-3.10.3-2',
      '5.0/MQTT-3.10.1-1',
      '5.0/MQTT-3.10.3-1',
      '5.0/MQTT-3.10.3-2',
    ],
    vantage: WIRE,
  },
  'format.unsuback': {
    meaning: 'UNSUBACK has listed codes',
    statements: ['5.0/MQTT-3.11.3-2'],
    vantage: WIRE,
  },
  'format.disconnect': {
    meaning:
      'DISCONNECT has a code that its sender may use, and a Session Expiry Interval only from a client',
    statements: ['5.0/MQTT-3.14.1-1', '5.0/MQTT-3.14.2-1', '5.0/MQTT-3.14.2-2'],
    vantage: WIRE,
  },
  'format.auth': {
    meaning: 'AUTH has the flags of its type and a code that its sender may use',
    statements: ['5.0/MQTT-3.15.1-1', '5.0/MQTT-3.15.2-1'],
    vantage: WIRE,
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type FormatRuleId = keyof typeof FORMAT_RULES;
