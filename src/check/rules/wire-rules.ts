/** The rules of the wire: what the two sides of a connection owe each other packet by packet. */
import type { Vantage } from '../../trace/event.ts';
import type { Rule } from './rules.ts';

/** What the packets on one wire show: for some halves of a rule that takes a client's eyes, see `wire.ts`. */
const WIRE: readonly Vantage[] = ['both-ends', 'broker', 'client', 'wire'];
/** What takes the time at which a broker closed. */
const BROKER: readonly Vantage[] = ['both-ends', 'broker'];
/** What takes the time at which a client wrote, or what it had read by then. */
const CLIENT: readonly Vantage[] = ['both-ends', 'client'];

export const WIRE_RULES = {
  'flow.receive-maximum': {
    meaning: 'no more messages of QoS 1 and 2 are in flight than their reader takes',
    statements: ['5.0/MQTT-3.3.4-7', '5.0/MQTT-3.3.4-9', '5.0/MQTT-4.9.0-1', '5.0/MQTT-4.9.0-2'],
    vantage: WIRE,
  },
  'flow.others-go-on': {
    meaning: 'a quota that is spent holds back PUBLISH and nothing else',
    statements: ['5.0/MQTT-3.3.4-8', '5.0/MQTT-3.3.4-10', '5.0/MQTT-4.9.0-3'],
    vantage: WIRE,
  },
  'identifier.unused': {
    meaning: 'a client gives a new request an identifier that is not in use',
    statements: ['3.1.1/MQTT-2.3.1-2', '5.0/MQTT-2.2.1-3', '5.0/MQTT-4.3.2-1', '5.0/MQTT-4.3.3-1'],
    vantage: WIRE,
  },
  'answer.connect': {
    meaning: 'CONNECT is answered with CONNACK',
    statements: ['3.1.1/MQTT-3.1.4-4', '5.0/MQTT-3.1.4-5'],
    vantage: WIRE,
  },
  'answer.identifier': {
    meaning: 'no client is refused for an identifier of 1 to 23 letters and digits',
    statements: ['3.1.1/MQTT-3.1.3-5', '5.0/MQTT-3.1.3-5'],
    vantage: WIRE,
  },
  'answer.publish': {
    meaning: 'PUBLISH is answered as its QoS demands, with its identifier, and nothing else is',
    statements: [
      '3.1.1/MQTT-2.3.1-6',
      '3.1.1/MQTT-3.3.4-1',
      '3.1.1/MQTT-4.5.0-2',
      '5.0/MQTT-2.2.1-5',
      '5.0/MQTT-3.3.4-1',
      '5.0/MQTT-4.3.2-4',
      '5.0/MQTT-4.3.3-8',
      '5.0/MQTT-4.5.0-2',
    ],
    vantage: WIRE,
  },
  'answer.release': {
    meaning: 'PUBREC is answered with PUBREL, and PUBREL with PUBCOMP',
    statements: ['3.1.1/MQTT-4.3.3-1', '3.1.1/MQTT-4.3.3-2', '5.0/MQTT-4.3.3-4', '5.0/MQTT-4.3.3-11'],
    vantage: WIRE,
  },
  'answer.granted': {
    meaning: 'SUBACK has its codes in the order of the filters, and none grants more than was asked for',
    statements: ['3.1.1/MQTT-3.9.3-1', '5.0/MQTT-3.9.3-1'],
    vantage: WIRE,
  },
  'answer.subscribe': {
    meaning: 'SUBSCRIBE is answered with one SUBACK of its identifier, with a code for each filter',
    statements: [
      '3.1.1/MQTT-2.3.1-7',
      '3.1.1/MQTT-3.8.4-1',
      '3.1.1/MQTT-3.8.4-2',
      '3.1.1/MQTT-3.8.4-5',
      '5.0/MQTT-2.2.1-6',
      '5.0/MQTT-3.8.4-1',
      '5.0/MQTT-3.8.4-2',
      '5.0/MQTT-3.8.4-6',
    ],
    vantage: WIRE,
  },
  'answer.several-filters': {
    meaning: 'several filters of one SUBSCRIBE or UNSUBSCRIBE are answered by one packet',
    statements: ['3.1.1/MQTT-3.8.4-4', '3.1.1/MQTT-3.10.4-6', '5.0/MQTT-3.8.4-5', '5.0/MQTT-3.10.4-6'],
    vantage: WIRE,
  },
  'answer.unsubscribe': {
    meaning:
      'UNSUBSCRIBE is answered with UNSUBACK of its identifier, whether or not there was a subscription',
    statements: ['3.1.1/MQTT-3.10.4-4', '3.1.1/MQTT-3.10.4-5', '5.0/MQTT-3.10.4-4', '5.0/MQTT-3.10.4-5'],
    vantage: WIRE,
  },
  'answer.unsubscribed': {
    meaning: 'UNSUBACK has its codes in the order of the filters',
    statements: ['5.0/MQTT-3.11.3-1'],
    vantage: WIRE,
  },
  'answer.ping': {
    meaning: 'PINGREQ is answered with PINGRESP',
    statements: ['3.1.1/MQTT-3.12.4-1', '5.0/MQTT-3.12.4-1'],
    vantage: WIRE,
  },
  'alias.unasked': {
    meaning: 'who takes no topic aliases is sent none',
    statements: ['5.0/MQTT-3.1.2-27', '5.0/MQTT-3.2.2-18'],
    vantage: WIRE,
  },
  'alias.maximum': {
    meaning: 'a topic alias is at most what its reader takes, and never 0',
    statements: [
      '5.0/MQTT-3.1.2-26',
      '5.0/MQTT-3.2.2-17',
      '5.0/MQTT-3.3.2-8',
      '5.0/MQTT-3.3.2-9',
      '5.0/MQTT-3.3.2-11',
    ],
    vantage: WIRE,
  },
  'alias.set': {
    meaning: 'a topic alias stands for a topic only where it was set on the same connection',
    statements: ['5.0/MQTT-3.3.2-7'],
    vantage: WIRE,
  },
  'alias.accepted': {
    meaning: 'a topic alias within the announced maximum is accepted',
    statements: ['5.0/MQTT-3.3.2-10', '5.0/MQTT-3.3.2-12'],
    vantage: WIRE,
  },
  'size.maximum': {
    meaning:
      'no packet is larger than its reader takes; a message that would be is left out, and nothing else',
    statements: ['5.0/MQTT-3.1.2-24', '5.0/MQTT-3.1.2-25', '5.0/MQTT-3.2.2-15'],
    vantage: WIRE,
  },
  'size.explanations': {
    meaning: 'Reason String and User Properties are left out of what would be too large with them',
    statements: [
      '5.0/MQTT-3.2.2-19',
      '5.0/MQTT-3.2.2-20',
      '5.0/MQTT-3.4.2-2',
      '5.0/MQTT-3.4.2-3',
      '5.0/MQTT-3.5.2-2',
      '5.0/MQTT-3.5.2-3',
      '5.0/MQTT-3.6.2-2',
      '5.0/MQTT-3.6.2-3',
      '5.0/MQTT-3.7.2-2',
      '5.0/MQTT-3.7.2-3',
      '5.0/MQTT-3.9.2-1',
      '5.0/MQTT-3.9.2-2',
      '5.0/MQTT-3.11.2-1',
      '5.0/MQTT-3.11.2-2',
      '5.0/MQTT-3.14.2-3',
      '5.0/MQTT-3.14.2-4',
      '5.0/MQTT-3.15.2-2',
      '5.0/MQTT-3.15.2-3',
    ],
    vantage: WIRE,
  },
  'keep-alive.client': {
    meaning: 'a client is never silent for longer than its keep-alive',
    statements: ['3.1.1/MQTT-3.1.2-23', '5.0/MQTT-3.1.2-20'],
    vantage: CLIENT,
  },
  'keep-alive.server-value': {
    meaning: 'a client keeps to Server Keep Alive instead of its own',
    statements: ['5.0/MQTT-3.1.2-21', '5.0/MQTT-3.2.2-21'],
    vantage: CLIENT,
  },
  'keep-alive.server': {
    meaning: 'a server closes a connection on which nothing comes for one and a half times the keep-alive',
    statements: ['3.1.1/MQTT-3.1.2-24', '5.0/MQTT-3.1.2-22', '5.0/MQTT-3.2.2-22'],
    vantage: BROKER,
  },
  'keep-alive.patience': {
    meaning: 'a server does not close for silence before one and a half times the keep-alive',
    statements: ['5.0/MQTT-3.1.2-22'],
    vantage: WIRE,
  },
  'order.connect': {
    meaning: 'a client sends CONNECT first, and once',
    statements: ['3.1.1/MQTT-3.1.0-1', '5.0/MQTT-3.1.0-1'],
    vantage: WIRE,
  },
  'order.connack': {
    meaning: 'a server sends nothing before CONNACK but AUTH, and one CONNACK',
    statements: ['3.1.1/MQTT-3.2.0-1', '5.0/MQTT-3.2.0-1', '5.0/MQTT-3.2.0-2', '5.0/MQTT-3.14.0-1'],
    vantage: WIRE,
  },
  'order.direction': {
    meaning: 'a packet is sent by the side that may send it',
    statements: [],
    vantage: WIRE,
  },
  'order.refused': {
    meaning: 'after a CONNACK that refuses, the server sends nothing more and closes',
    statements: [
      '3.1.1/MQTT-3.2.2-5',
      '3.1.1/MQTT-3.1.3-9',
      '3.1.1/MQTT-3.1.4-5',
      '5.0/MQTT-3.1.3-8',
      '5.0/MQTT-3.1.4-2',
      '5.0/MQTT-3.2.2-7',
      '5.0/MQTT-3.1.4-6',
      '5.0/MQTT-4.13.2-1',
    ],
    vantage: WIRE,
  },
  'order.disconnect': {
    meaning: 'after DISCONNECT its sender sends nothing more and closes',
    statements: ['3.1.1/MQTT-3.14.4-1', '3.1.1/MQTT-3.14.4-2', '5.0/MQTT-3.14.4-1', '5.0/MQTT-3.14.4-2'],
    vantage: WIRE,
  },
  'error.closes': {
    meaning: 'who reads what cannot come, or what is no packet, closes the connection',
    statements: [
      '3.1.1/MQTT-2.2.2-2',
      '3.1.1/MQTT-3.1.0-2',
      '3.1.1/MQTT-3.14.1-1',
      '3.1.1/MQTT-4.8.0-1',
      '5.0/MQTT-3.1.0-2',
      '5.0/MQTT-4.13.1-1',
    ],
    vantage: BROKER,
  },
  'error.options': {
    meaning: 'a SUBSCRIBE with bits that are reserved ends its connection',
    statements: ['3.1.1/MQTT-3-8.3-4', '5.0/MQTT-3.8.3-5'],
    vantage: BROKER,
  },
  'error.connect': {
    meaning: 'a malformed CONNECT ends its connection, before 5.0 without a word',
    statements: ['3.1.1/MQTT-3.1.2-3', '3.1.1/MQTT-3.1.4-1', '5.0/MQTT-3.1.2-3', '5.0/MQTT-3.1.4-1'],
    vantage: WIRE,
  },
  'error.protocol': {
    meaning: 'a CONNECT of a protocol that is not known ends its connection',
    statements: ['3.1.1/MQTT-3.1.2-1', '3.1.1/MQTT-3.1.2-2', '5.0/MQTT-3.1.2-1', '5.0/MQTT-3.1.2-2'],
    vantage: WIRE,
  },
  'authentication.refused': {
    meaning: 'who fails to authenticate is refused and the connection closed',
    statements: ['5.0/MQTT-4.12.0-1', '5.0/MQTT-4.12.0-4'],
    vantage: WIRE,
  },
  'authentication.again': {
    meaning: 'who fails to authenticate again loses the connection',
    statements: ['5.0/MQTT-4.12.1-2'],
    vantage: WIRE,
  },
  'authentication.unasked': {
    meaning: 'without an Authentication Method in CONNECT nobody sends AUTH or a method',
    statements: ['5.0/MQTT-4.12.0-6', '5.0/MQTT-4.12.0-7'],
    vantage: WIRE,
  },
  'authentication.before-connack': {
    meaning: 'a client that authenticates sends only AUTH or DISCONNECT before CONNACK',
    statements: ['5.0/MQTT-3.1.2-30'],
    vantage: WIRE,
  },
  'authentication.method': {
    meaning: 'AUTH and the CONNACK that accepts repeat the method of CONNECT',
    statements: ['5.0/MQTT-4.12.0-5', '5.0/MQTT-4.12.1-1'],
    vantage: WIRE,
  },
  'authentication.code': {
    meaning: 'AUTH has the reason code of its place in the exchange',
    statements: ['5.0/MQTT-4.12.0-2', '5.0/MQTT-4.12.0-3'],
    vantage: WIRE,
  },
  'request.problem-information': {
    meaning:
      'who asks for no problem information gets Reason String and User Properties only on PUBLISH, CONNACK and DISCONNECT',
    statements: ['5.0/MQTT-3.1.2-29'],
    vantage: WIRE,
  },
  'request.response-information': {
    meaning: 'Response Information comes only to who asked for it',
    statements: ['5.0/MQTT-3.1.2-28'],
    vantage: WIRE,
  },
  'announced.maximum-qos': {
    meaning: 'a server that takes less than QoS 2 says so in CONNACK',
    statements: ['5.0/MQTT-3.2.2-9'],
    vantage: WIRE,
  },
  'announced.subscribe': {
    meaning: 'a server that takes less than QoS 2 takes a SUBSCRIBE for it all the same',
    statements: ['5.0/MQTT-3.2.2-10'],
    vantage: WIRE,
  },
  'announced.qos': {
    meaning: 'a client does not publish above the Maximum QoS of its server',
    statements: ['5.0/MQTT-3.2.2-11'],
    vantage: CLIENT,
  },
  'announced.retain': {
    meaning: 'a client does not publish with RETAIN where nothing is retained',
    statements: ['5.0/MQTT-3.2.2-14'],
    vantage: CLIENT,
  },
  'announced.will': {
    meaning: 'a will that its server could not publish is refused',
    statements: ['5.0/MQTT-3.2.2-12', '5.0/MQTT-3.2.2-13'],
    vantage: WIRE,
  },
  'announced.subscriptions': {
    meaning: 'a client does not ask for wildcards, shared subscriptions or identifiers that are not offered',
    statements: [],
    vantage: CLIENT,
  },
} as const satisfies Readonly<Record<string, Rule>>;
