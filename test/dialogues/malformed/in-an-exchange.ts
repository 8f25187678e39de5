/**
 * Well-formed packets that come at the wrong moment. 3.1.1 closes at what breaks the protocol [3.1.1/MQTT-4.8.0-1]; 5.0 calls it a Protocol
 * Error when a packet does not fit the state of its exchange [5.0/1.2], though a server may have forgotten the state and then does nothing.
 */
import type { Offence } from './offence.ts';

/** A message of the offender's own comes back to it, under an identifier that the server has chosen. */
function receives(qos: 1 | 2): string[] {
  const published = `offender > publish own/### "x" qos=${qos} id=7`;
  // Whether a server hands a message of QoS 2 on before or after PUBREL is its own affair.
  const exchange =
    qos === 1
      ? [published, 'any order:', '  offender < puback 7 *']
      : [
          published,
          'offender > pubrel 7',
          'any order:',
          '  offender < pubrec 7 *',
          '  offender < pubcomp 7 *',
        ];
  return [
    `offender > subscribe 1 own/###@${qos}`,
    `offender < suback 1 ${qos}`,
    ...exchange,
    `  offender < publish own/### "x" qos=${qos} id=?own`,
  ];
}

type Row = readonly [
  what: string,
  before: readonly string[],
  sent: string,
  rules: readonly [before5: string, since5: string],
];

const QOS_1: Row[3] = ['3.1.1/MQTT-4.3.2-2', '5.0/MQTT-4.3.2-4'];
const QOS_2: Row[3] = ['3.1.1/MQTT-4.3.3-2', '5.0/MQTT-4.3.3-8'];

const rows: readonly Row[] = [
  ['PUBREC for a message of QoS 1', receives(1), 'pubrec ?own', QOS_1],
  ['PUBACK for a message of QoS 2', receives(2), 'puback ?own', QOS_2],
  ['PUBCOMP for a message that had no PUBREC', receives(2), 'pubcomp ?own', QOS_2],
  [
    'PUBACK for a message that is released',
    [...receives(2), 'offender > pubrec ?own', 'offender < pubrel ?own *'],
    'puback ?own',
    QOS_2,
  ],
  [
    'a second CONNECT in the middle of an exchange',
    receives(2),
    'connect clientId=offender### cleanStart=1',
    ['3.1.1/MQTT-3.1.0-2', '5.0/MQTT-3.1.0-2'],
  ],
  [
    'a malformed PUBREL of what was received',
    ['offender > publish own/### "x" qos=2 id=7', 'offender < pubrec 7 *'],
    '60|00 07',
    ['3.1.1/MQTT-3.6.1-1', '5.0/MQTT-3.6.1-1'],
  ],
];

/** What each of them is answered with in 5.0, where it is not a Protocol Error. */
const MALFORMED: ReadonlySet<string> = new Set(['a malformed PUBREL of what was received']);

export const offencesInAnExchange: readonly Offence[] = [
  ...rows.flatMap(([what, before, sent, [before5, since5]]): Offence[] => [
    { what, version: '3.1.1', state: 'in an exchange', before, sent, rule: before5, answer: 'close' },
    {
      ...{ what, version: '5.0', state: 'in an exchange', before, sent, rule: since5 },
      answer: MALFORMED.has(what) ? 'refusal 0x81' : 'refusal 0x82',
    },
  ]),
  {
    what: 'one message more than the Receive Maximum',
    version: '5.0',
    state: 'in an exchange',
    before: ['offender > publish own/### "x" qos=2 id=7', 'offender < pubrec 7 *'],
    sent: 'publish own/### "y" qos=2 id=8',
    rule: '5.0/MQTT-3.3.4-7',
    answer: 'refusal 0x93',
    broker: 'receiveMaximum=1',
  },
  {
    what: 'a Topic Alias of another connection',
    version: '5.0',
    state: 'in an exchange',
    before: ['watcher > publish news/alias "x" topicAlias=1'],
    sent: '30|00 00 03 23 00 01 "x"',
    rule: '5.0/MQTT-3.3.2-7',
    answer: 'refusal 0x82',
  },
];
