/**
 * The promises that are judged: one row each, with the statements of the standards it stands for, what it means in a line, and from
 * where it can be seen.
 *
 * A rule is a black box's: it can be decided from packets, from what applications called and were handed, and from the life of nodes,
 * links and connections.
 */
import type { Vantage } from '../../trace/event.ts';
import { FORMAT_RULES } from './format-rules.ts';
import { WIRE_RULES } from './wire-rules.ts';

export interface Rule {
  /** What the statements mean for a person. */
  meaning: string;
  /** Statements of 3.1.1 and 5.0, each with its version in front. */
  statements: readonly string[];
  /** From where packets have to be seen to judge it; anywhere else it is neither kept nor broken. */
  vantage: readonly Vantage[];
  /** Somebody who was not seen, with messages of his own, could explain what breaks it: not judged where there is one. */
  needsAll?: true;
}

/** What the packets on one wire show. */
const WIRE: readonly Vantage[] = ['both-ends', 'broker', 'client', 'wire'];
/** What takes all that the broker was ever sent: who sees some of its wires cannot tell what came over another. */
const BROKER: readonly Vantage[] = ['both-ends', 'broker'];
/** What takes applications, or what the far end has read. */
const BOTH_ENDS: readonly Vantage[] = ['both-ends'];

export const RULES = {
  'delivery.phantom': {
    meaning: 'nothing is delivered that nobody published',
    statements: ['3.1.1/MQTT-4.5.0-1', '5.0/MQTT-4.5.0-1'],
    vantage: BROKER,
  },
  'delivery.unchanged': {
    meaning: 'topic, payload and properties arrive as they were published',
    statements: [
      '5.0/MQTT-3.3.2-4',
      '5.0/MQTT-3.3.2-15',
      '5.0/MQTT-3.3.2-16',
      '5.0/MQTT-3.3.2-17',
      '5.0/MQTT-3.3.2-18',
      '5.0/MQTT-3.3.2-20',
      '5.0/MQTT-3.1.3-10',
    ],
    vantage: BROKER,
  },
  'delivery.byte-order-mark': {
    meaning: 'U+FEFF in a topic is a character like others, and stays there',
    statements: ['3.1.1/MQTT-1.5.3-3', '5.0/MQTT-1.5.4-3'],
    vantage: BROKER,
  },
  'delivery.subscribed': {
    meaning: 'a client is sent only what one of its filters matches',
    statements: [
      '3.1.1/MQTT-3.3.2-3',
      '3.1.1/MQTT-3.10.4-2',
      '3.1.1/MQTT-4.7.2-1',
      '5.0/MQTT-3.3.2-3',
      '5.0/MQTT-3.10.4-2',
      '5.0/MQTT-4.7.2-1',
      '3.1.1/MQTT-3.10.4-1',
      '3.1.1/MQTT-4.7.3-4',
      '5.0/MQTT-3.10.4-1',
      '5.0/MQTT-4.7.3-4',
    ],
    vantage: WIRE,
  },
  'delivery.at-most-once': {
    meaning: 'a message of QoS 0 comes once or not at all',
    statements: ['3.1.1/MQTT-4.3.1-1', '5.0/MQTT-4.3.1-1'],
    vantage: WIRE,
    needsAll: true,
  },
  'delivery.at-least-once': {
    meaning: 'an accepted message of QoS 1 comes to every session that subscribed',
    statements: [
      '3.1.1/MQTT-4.3.2-1',
      '3.1.1/MQTT-4.5.0-1',
      '3.1.1/MQTT-3.1.2-5',
      '5.0/MQTT-4.3.2-3',
      '5.0/MQTT-4.5.0-1',
      '5.0/MQTT-4.3.2-5',
    ],
    vantage: WIRE,
  },
  'delivery.needless-duplicate': {
    meaning: 'a message of QoS 1 comes again only when its acknowledgement may have been lost',
    statements: ['3.1.1/MQTT-4.3.2-2', '5.0/MQTT-4.3.2-3'],
    vantage: WIRE,
    needsAll: true,
  },
  'delivery.exactly-once': {
    meaning: 'an accepted message of QoS 2 comes once to every session that subscribed',
    statements: [
      '3.1.1/MQTT-4.3.3-1',
      '3.1.1/MQTT-4.3.3-2',
      '5.0/MQTT-4.3.3-10',
      '5.0/MQTT-4.5.0-1',
      '5.0/MQTT-4.3.3-9',
      '5.0/MQTT-4.3.3-12',
      '5.0/MQTT-3.8.4-3',
    ],
    vantage: WIRE,
    needsAll: true,
  },
  'delivery.qos': {
    meaning: 'QoS on delivery is the lower of published and granted',
    statements: [
      '3.1.1/MQTT-3.8.4-6',
      '3.1.1/MQTT-3.3.5-1',
      '5.0/MQTT-3.8.4-8',
      '5.0/MQTT-3.3.4-2',
      '5.0/MQTT-4.8.2-3',
    ],
    vantage: WIRE,
    needsAll: true,
  },
  'delivery.dup-flag': {
    meaning: 'DUP is 1 on every re-delivery, 0 on the first and 0 at QoS 0',
    statements: [
      '3.1.1/MQTT-3.3.1-1',
      '3.1.1/MQTT-3.3.1-2',
      '3.1.1/MQTT-3.3.1-3',
      '5.0/MQTT-3.3.1-1',
      '5.0/MQTT-3.3.1-2',
      '5.0/MQTT-3.3.1-3',
      '5.0/MQTT-4.3.2-2',
      '5.0/MQTT-4.3.3-2',
      '5.0/MQTT-4.4.0-2',
      '5.0/MQTT-3.2.2-5',
    ],
    vantage: WIRE,
  },
  'delivery.retain-flag': {
    meaning: 'RETAIN is 1 for what a new subscription brings, 0 for what comes live',
    statements: [
      '3.1.1/MQTT-3.3.1-8',
      '3.1.1/MQTT-3.3.1-9',
      '5.0/MQTT-3.3.1-12',
      '5.0/MQTT-3.3.1-13',
      '3.1.1/MQTT-3.3.1-12',
      '3.1.1/MQTT-3.1.2-16',
      '5.0/MQTT-3.3.1-8',
      '5.0/MQTT-3.1.2-14',
    ],
    vantage: WIRE,
    needsAll: true,
  },
  'delivery.identifier': {
    meaning: 'a packet identifier belongs to one message until that is acknowledged',
    statements: [
      '3.1.1/MQTT-2.3.1-2',
      '3.1.1/MQTT-2.3.1-3',
      '3.1.1/MQTT-2.3.1-4',
      '5.0/MQTT-2.2.1-3',
      '5.0/MQTT-2.2.1-4',
    ],
    vantage: WIRE,
  },
  'delivery.handshake': {
    meaning: 'after PUBREC the message is not sent again, only PUBREL',
    statements: ['3.1.1/MQTT-4.3.3-1', '5.0/MQTT-4.3.3-6'],
    vantage: WIRE,
  },
  'delivery.handed-over': {
    meaning: 'what a client acknowledged, its application was handed',
    statements: ['3.1.1/MQTT-4.3.2-2', '5.0/MQTT-4.3.2-4'],
    vantage: BOTH_ENDS,
  },
  'ordering.messages': {
    meaning: 'messages of one publisher, topic and QoS come in the order in which they were published',
    statements: ['3.1.1/MQTT-4.6.0-5', '3.1.1/MQTT-4.6.0-6', '5.0/MQTT-4.6.0-5', '5.0/MQTT-4.6.0-6'],
    vantage: WIRE,
    needsAll: true,
  },
  'ordering.redelivery': {
    meaning: 'messages sent again come in the order of their first sending',
    statements: ['3.1.1/MQTT-4.6.0-1', '5.0/MQTT-4.6.0-1'],
    vantage: WIRE,
  },
  'ordering.acknowledgements': {
    meaning: 'a client acknowledges in the order in which it received',
    statements: [
      '3.1.1/MQTT-4.6.0-2',
      '3.1.1/MQTT-4.6.0-3',
      '3.1.1/MQTT-4.6.0-4',
      '5.0/MQTT-4.6.0-2',
      '5.0/MQTT-4.6.0-3',
      '5.0/MQTT-4.6.0-4',
    ],
    vantage: WIRE,
  },
  'expiry.counted-down': {
    meaning: 'Message Expiry Interval tells what is left of it when the message is sent on',
    statements: ['5.0/MQTT-3.3.2-6'],
    vantage: BROKER,
  },
  'expiry.not-sent': {
    meaning: 'a message that expired before it could be sent is not sent any more',
    statements: ['5.0/MQTT-3.3.2-5'],
    vantage: BROKER,
  },
  'retained.sent': {
    meaning: 'a subscription brings the retained message of every topic that it matches',
    statements: [
      '3.1.1/MQTT-3.3.1-5',
      '3.1.1/MQTT-3.3.1-6',
      '5.0/MQTT-3.3.1-5',
      '5.0/MQTT-3.3.1-9',
      '3.1.1/MQTT-3.1.2-7',
      '3.1.1/MQTT-3.8.4-3',
      '5.0/MQTT-3.8.4-4',
    ],
    vantage: BROKER,
  },
  'retained.current': {
    meaning: 'what was replaced or cleared is not sent as retained any more',
    statements: [
      '3.1.1/MQTT-3.3.1-7',
      '3.1.1/MQTT-3.3.1-10',
      '3.1.1/MQTT-3.3.1-11',
      '5.0/MQTT-3.3.1-5',
      '5.0/MQTT-3.3.1-6',
      '5.0/MQTT-3.3.1-7',
    ],
    vantage: BROKER,
  },
  'retained.asked': {
    meaning: 'a retained message comes once for each subscription that asks for it',
    statements: ['5.0/MQTT-3.3.1-10', '5.0/MQTT-3.3.1-11'],
    vantage: BROKER,
  },
  'subscription.no-local': {
    meaning: 'with No Local a client is not sent what it published itself',
    statements: ['5.0/MQTT-3.8.3-3'],
    vantage: BROKER,
  },
  'subscription.retain-as-published': {
    meaning: 'with Retain As Published RETAIN comes as it was published',
    statements: ['5.0/MQTT-3.3.1-13', '5.0/MQTT-3.1.2-15'],
    vantage: BROKER,
  },
  'subscription.identifiers': {
    meaning: 'a message bears the identifiers of the subscriptions that brought it, and no others',
    statements: ['5.0/MQTT-3.3.4-3', '5.0/MQTT-3.3.4-4', '5.0/MQTT-3.3.4-5'],
    vantage: WIRE,
  },
  'shared.one-member': {
    meaning: 'a message goes to one member of each group that shares a subscription',
    statements: ['5.0/MQTT-4.8.2-4', '5.0/MQTT-4.8.2-5', '5.0/MQTT-4.8.2-6'],
    vantage: BROKER,
  },
  'shared.delivered': {
    meaning: 'an accepted message goes to a member of each group that shares a matching subscription',
    statements: ['5.0/MQTT-4.5.0-1'],
    vantage: BROKER,
  },
  'will.due': {
    meaning: 'a will is published when its connection ends without DISCONNECT',
    statements: ['3.1.1/MQTT-3.1.2-8', '5.0/MQTT-3.1.2-8', '5.0/MQTT-3.1.2-7'],
    vantage: WIRE,
  },
  'will.withheld': {
    meaning: 'a will is not published while its connection stands, nor after DISCONNECT',
    statements: [
      '3.1.1/MQTT-3.1.2-10',
      '3.1.1/MQTT-3.14.4-3',
      '5.0/MQTT-3.1.2-10',
      '5.0/MQTT-3.14.4-3',
      '3.1.1/MQTT-3.1.2-12',
    ],
    vantage: WIRE,
    needsAll: true,
  },
  'will.once': {
    meaning: 'a will is published once',
    statements: ['3.1.1/MQTT-3.1.2-10', '5.0/MQTT-3.1.2-10'],
    vantage: WIRE,
    needsAll: true,
  },
  'will.delay': {
    meaning:
      'a will waits for its delay or the end of its session, and is taken back when its client returns to that',
    statements: ['5.0/MQTT-3.1.2-8', '5.0/MQTT-3.1.3-9'],
    vantage: BROKER,
  },
  'session.present': {
    meaning: 'Session Present tells the truth',
    statements: [
      '3.1.1/MQTT-3.2.2-1',
      '3.1.1/MQTT-3.2.2-2',
      '3.1.1/MQTT-3.2.2-3',
      '3.1.1/MQTT-3.2.2-4',
      '5.0/MQTT-3.2.2-2',
      '5.0/MQTT-3.2.2-3',
      '5.0/MQTT-3.2.2-6',
      '3.1.1/MQTT-3.1.2-4',
      '3.1.1/MQTT-3.1.2-6',
      '3.1.1/MQTT-3.1.4-3',
      '3.1.1/MQTT-4.1.0-1',
      '3.1.1/MQTT-4.1.0-2',
      '3.1.1/MQTT-3.1.3-2',
      '5.0/MQTT-3.1.2-4',
      '5.0/MQTT-3.1.2-5',
      '5.0/MQTT-3.1.2-6',
      '5.0/MQTT-3.1.2-23',
      '5.0/MQTT-3.1.3-2',
      '5.0/MQTT-3.1.4-4',
      '5.0/MQTT-4.1.0-1',
      '5.0/MQTT-4.1.0-2',
    ],
    vantage: WIRE,
  },
  'session.resumed': {
    meaning: 'what was unacknowledged is sent again when the session is resumed',
    statements: [
      '3.1.1/MQTT-4.4.0-1',
      '5.0/MQTT-4.3.3-3',
      '5.0/MQTT-4.3.3-5',
      '5.0/MQTT-4.4.0-1',
      '3.1.1/MQTT-3.10.4-3',
      '5.0/MQTT-3.10.4-3',
      '5.0/MQTT-4.3.3-7',
      '5.0/MQTT-4.3.3-13',
    ],
    vantage: WIRE,
  },
  'session.retransmission': {
    meaning: 'in 5.0 nothing is sent again while its connection stands',
    statements: ['5.0/MQTT-4.4.0-1'],
    vantage: WIRE,
  },
  'session.identifier': {
    meaning:
      'a client without an identifier is given one of its own: in 5.0 it is told which, before that its session does not last',
    statements: [
      '3.1.1/MQTT-3.1.3-6',
      '3.1.1/MQTT-3.1.3-8',
      '5.0/MQTT-3.1.3-6',
      '5.0/MQTT-3.1.3-7',
      '5.0/MQTT-3.2.2-16',
    ],
    vantage: WIRE,
  },
  'session.strange': {
    meaning: 'a client of 5.0 that is told of a session, and never had one, closes the connection',
    statements: ['5.0/MQTT-3.2.2-4'],
    vantage: BOTH_ENDS,
  },
  'session.takeover-told': {
    meaning: 'a connection of 5.0 that is ended by another one of its client is told so',
    statements: ['5.0/MQTT-3.1.4-3'],
    vantage: WIRE,
  },
  'session.takeover': {
    meaning: 'a second connection of a client ends the first',
    statements: ['3.1.1/MQTT-3.1.4-2', '5.0/MQTT-3.1.4-3'],
    vantage: WIRE,
  },
  ...WIRE_RULES,
  ...FORMAT_RULES,
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof RULES;
