/** What no connection may begin with. */
import { CONNECT_4, CONNECT_5 } from '../../mqtt/codec/refused.ts';
import type { Offence } from './offence.ts';

type Row = readonly [what: string, sent: string, rule: string, answer: string, broker?: string];

const FIRST_311 = '3.1.1/MQTT-3.1.0-1';
const FIRST_50 = '5.0/MQTT-3.1.0-1';

/** 3.1.1 has no answer to these but to close [3.1.1/MQTT-3.1.4-1]. */
const before311: readonly Row[] = [
  ['CONNACK first', '20|00 00', FIRST_311, 'close'],
  ['PUBLISH of QoS 0 first', '30|00 08 "news/###" "x"', FIRST_311, 'close'],
  ['PUBLISH of QoS 1 first', '32|00 08 "news/###" 00 01 "x"', FIRST_311, 'close'],
  ['PUBACK first', '40|00 01', FIRST_311, 'close'],
  ['PUBREC first', '50|00 01', FIRST_311, 'close'],
  ['PUBREL first', '62|00 01', FIRST_311, 'close'],
  ['PUBCOMP first', '70|00 01', FIRST_311, 'close'],
  ['SUBSCRIBE first', '82|00 01 00 08 "news/###" 01', FIRST_311, 'close'],
  ['SUBACK first', '90|00 01 00', FIRST_311, 'close'],
  ['UNSUBSCRIBE first', 'a2|00 01 00 01 "a"', FIRST_311, 'close'],
  ['UNSUBACK first', 'b0|00 01', FIRST_311, 'close'],
  ['PINGREQ first', 'c0 00', FIRST_311, 'close'],
  ['PINGRESP first', 'd0 00', FIRST_311, 'close'],
  ['DISCONNECT first', 'e0 00', FIRST_311, 'close'],
  [
    'a request of HTTP',
    '"GET / HTTP/1.1" 0d 0a "Host: a" 0d 0a "Accept: text/html,application/xml,application/json" 0d 0a 0d 0a',
    FIRST_311,
    'close',
  ],
  ['a ClientHello of TLS', '16 03 01 00 f4 01 00 00 f0 03 03', FIRST_311, 'close'],
  ['a first packet with a length of five bytes', '10 ff ff ff ff 01', '3.1.1/2.2.3', 'close'],
  ['a CONNECT of nothing', '10 00', '3.1.1/MQTT-3.1.4-1', 'close'],
  ['a CONNECT with an empty protocol name', '10|00 00 04 02 00 00 00 01 "a"', '3.1.1/MQTT-3.1.2-1', 'close'],
  ['a CONNECT that ends after its level', `10|${CONNECT_4}`, '3.1.1/MQTT-3.1.4-1', 'close'],
  ['a CONNECT that ends in its Keep Alive', `10|${CONNECT_4} 02 00`, '3.1.1/MQTT-3.1.4-1', 'close'],
  [
    'a Client Identifier beyond the packet',
    `10|${CONNECT_4} 02 00 00 00 05 "abcd"`,
    '3.1.1/MQTT-3.1.4-1',
    'close',
  ],
  [
    'a level that has the bit of a bridge',
    '10|00 04 "MQTT" 84 02 00 00 00 01 "a"',
    '3.1.1/MQTT-3.1.2-2',
    'connack 0x01',
  ],
  ['a level of 0', '10|00 04 "MQTT" 00 02 00 00 00 01 "a"', '3.1.1/MQTT-3.1.2-2', 'connack 0x01'],
  [
    'an empty Client Identifier without Clean Session',
    `10|${CONNECT_4} 00 00 00 00 00`,
    '3.1.1/MQTT-3.1.3-8',
    'connack 0x02',
  ],
  [
    'ill-formed UTF-8 in a Client Identifier',
    `10|${CONNECT_4} 02 00 00 00 02 "a" ff`,
    '3.1.1/MQTT-3.1.3-4',
    'close',
  ],
  ['U+0000 in a Client Identifier', `10|${CONNECT_4} 02 00 00 00 02 "a" 00`, '3.1.1/MQTT-1.5.3-2', 'close'],
  [
    'ill-formed UTF-8 in a Will Topic',
    `10|${CONNECT_4} 06 00 00 00 01 "a" 00 02 "w" c0 00 00`,
    '3.1.1/MQTT-3.1.3-10',
    'close',
  ],
  [
    'U+0000 in a Will Topic',
    `10|${CONNECT_4} 06 00 00 00 01 "a" 00 02 "w" 00 00 00`,
    '3.1.1/MQTT-1.5.3-2',
    'close',
  ],
  [
    "a '+' in a Will Topic",
    `10|${CONNECT_4} 06 00 00 00 01 "a" 00 03 "w/+" 00 00`,
    '3.1.1/MQTT-4.7.1-1',
    'close',
  ],
  [
    'a will without its message',
    `10|${CONNECT_4} 06 00 00 00 01 "a" 00 01 "w"`,
    '3.1.1/MQTT-3.1.2-9',
    'close',
  ],
  [
    'ill-formed UTF-8 in a User Name',
    `10|${CONNECT_4} 82 00 00 00 01 "a" 00 02 "u" ff`,
    '3.1.1/MQTT-3.1.3-11',
    'close',
  ],
  [
    'a Password that is not there',
    `10|${CONNECT_4} c2 00 00 00 01 "a" 00 01 "u"`,
    '3.1.1/MQTT-3.1.2-21',
    'close',
  ],
  [
    'a User Name without its flag',
    `10|${CONNECT_4} 02 00 00 00 01 "a" 00 01 "u"`,
    '3.1.1/MQTT-3.1.2-18',
    'close',
  ],
  [
    'a malformed CONNECT and a PUBLISH behind it',
    `10 0d ${CONNECT_4} 03 00 00 00 01 "a" 30 0b 00 08 "news/###" "x"`,
    '3.1.1/MQTT-3.1.2-3',
    'close',
  ],
  [
    'a rejected CONNECT and a PUBLISH behind it',
    `10 0c ${CONNECT_4} 00 00 00 00 00 30 0b 00 08 "news/###" "x"`,
    '3.1.1/MQTT-3.1.4-5',
    'connack 0x02',
  ],
];

/** 5.0 may say in CONNACK why it closes [5.0/MQTT-3.1.4-1]; before CONNECT it may say nothing at all [5.0/MQTT-3.14.0-1]. */
const before50: readonly Row[] = [
  ['AUTH first', 'f0|18 05 15 00 02 "m1"', FIRST_50, 'close'],
  ['PUBLISH first', '30|00 08 "news/###" 00 "x"', FIRST_50, 'close'],
  ['SUBSCRIBE first', '82|00 01 00 00 08 "news/###" 01', FIRST_50, 'close'],
  ['DISCONNECT with a Reason Code first', 'e0|04', FIRST_50, 'close'],
  [
    'ill-formed UTF-8 in a Client Identifier',
    `10|${CONNECT_5} 02 00 00 00 00 02 "a" ff`,
    '5.0/MQTT-3.1.3-4',
    'connack 0x81',
  ],
  [
    'U+0000 in a Client Identifier',
    `10|${CONNECT_5} 02 00 00 00 00 02 "a" 00`,
    '5.0/MQTT-1.5.4-2',
    'connack 0x81',
  ],
  [
    'ill-formed UTF-8 in a Will Topic',
    `10|${CONNECT_5} 06 00 00 00 00 01 "a" 00 00 02 "w" c0 00 00`,
    '5.0/MQTT-3.1.3-11',
    'connack 0x81',
  ],
  [
    'ill-formed UTF-8 in a User Name',
    `10|${CONNECT_5} 82 00 00 00 00 01 "a" 00 02 "u" ff`,
    '5.0/MQTT-3.1.3-12',
    'connack 0x81',
  ],
  [
    'a User Name that is not there',
    `10|${CONNECT_5} 82 00 00 00 00 01 "a"`,
    '5.0/MQTT-3.1.2-17',
    'connack 0x81',
  ],
  [
    'a Password that is not there',
    `10|${CONNECT_5} 42 00 00 00 00 01 "a"`,
    '5.0/MQTT-3.1.2-19',
    'connack 0x81',
  ],
  [
    'a User Name without its flag',
    `10|${CONNECT_5} 02 00 00 00 00 01 "a" 00 01 "u"`,
    '5.0/MQTT-3.1.2-16',
    'connack 0x81',
  ],
  [
    'a will without its properties',
    `10|${CONNECT_5} 06 00 00 00 00 01 "a"`,
    '5.0/MQTT-3.1.2-9',
    'connack 0x81',
  ],
  [
    'a will without its payload',
    `10|${CONNECT_5} 06 00 00 00 00 01 "a" 00 00 01 "w"`,
    '5.0/MQTT-3.1.2-9',
    'connack 0x81',
  ],
  [
    'an empty Will Topic',
    `10|${CONNECT_5} 06 00 00 00 00 01 "a" 00 00 00 00 00`,
    '5.0/MQTT-4.7.3-1',
    'connack 0x81',
  ],
  [
    'Receive Maximum twice',
    `10|${CONNECT_5} 02 00 00 06 21 00 01 21 00 01 00 01 "a"`,
    '5.0/3.1.2.11.3',
    'connack 0x82',
  ],
  [
    'Maximum Packet Size twice',
    `10|${CONNECT_5} 02 00 00 0a 27 00 00 01 00 27 00 00 01 00 00 01 "a"`,
    '5.0/3.1.2.11.4',
    'connack 0x82',
  ],
  [
    'Topic Alias Maximum twice',
    `10|${CONNECT_5} 02 00 00 06 22 00 01 22 00 01 00 01 "a"`,
    '5.0/3.1.2.11.5',
    'connack 0x82',
  ],
  [
    'Request Response Information twice',
    `10|${CONNECT_5} 02 00 00 04 19 01 19 01 00 01 "a"`,
    '5.0/3.1.2.11.6',
    'connack 0x82',
  ],
  [
    'Request Problem Information twice',
    `10|${CONNECT_5} 02 00 00 04 17 01 17 01 00 01 "a"`,
    '5.0/3.1.2.11.7',
    'connack 0x82',
  ],
  [
    'Authentication Method twice',
    `10|${CONNECT_5} 02 00 00 08 15 00 01 "m" 15 00 01 "m" 00 01 "a"`,
    '5.0/3.1.2.11.9',
    'connack 0x82',
  ],
  [
    'Authentication Data twice',
    `10|${CONNECT_5} 02 00 00 0a 15 00 01 "m" 16 00 00 16 00 00 00 01 "a"`,
    '5.0/3.1.2.11.10',
    'connack 0x82',
  ],
  [
    'an Authentication Method that nobody knows',
    `10|${CONNECT_5} 02 00 00 04 15 00 01 "m" 00 01 "a"`,
    '5.0/MQTT-4.12.0-1',
    'connack 0x8c',
  ],
  [
    'Will Delay Interval twice',
    `10|${CONNECT_5} 06 00 00 00 00 01 "a" 0a 18 00 00 00 01 18 00 00 00 01 00 01 "w" 00 00`,
    '5.0/3.1.3.2.2',
    'connack 0x82',
  ],
  [
    'Payload Format Indicator twice in the Will',
    `10|${CONNECT_5} 06 00 00 00 00 01 "a" 04 01 00 01 00 00 01 "w" 00 00`,
    '5.0/3.1.3.2.3',
    'connack 0x82',
  ],
  [
    'Message Expiry Interval twice in the Will',
    `10|${CONNECT_5} 06 00 00 00 00 01 "a" 0a 02 00 00 00 01 02 00 00 00 01 00 01 "w" 00 00`,
    '5.0/3.1.3.2.4',
    'connack 0x82',
  ],
  [
    'Content Type twice in the Will',
    `10|${CONNECT_5} 06 00 00 00 00 01 "a" 06 03 00 00 03 00 00 00 01 "w" 00 00`,
    '5.0/3.1.3.2.5',
    'connack 0x82',
  ],
  [
    'Response Topic twice in the Will',
    `10|${CONNECT_5} 06 00 00 00 00 01 "a" 08 08 00 01 "r" 08 00 01 "r" 00 01 "w" 00 00`,
    '5.0/3.1.3.2.6',
    'connack 0x82',
  ],
  [
    'Correlation Data twice in the Will',
    `10|${CONNECT_5} 06 00 00 00 00 01 "a" 06 09 00 00 09 00 00 00 01 "w" 00 00`,
    '5.0/3.1.3.2.7',
    'connack 0x82',
  ],
  [
    'a User Property with a name and no value',
    `10|${CONNECT_5} 02 00 00 04 26 00 01 "k" 00 01 "a"`,
    '5.0/1.5.7',
    'connack 0x81',
  ],
  [
    'ill-formed UTF-8 in the name of a User Property',
    `10|${CONNECT_5} 02 00 00 06 26 00 01 ff 00 00 00 01 "a"`,
    '5.0/MQTT-1.5.7-1',
    'connack 0x81',
  ],
  [
    'a Property Length in two bytes that needs one',
    `10|${CONNECT_5} 02 00 00 80 00 00 01 "a"`,
    '5.0/MQTT-1.5.5-1',
    'connack 0x81',
  ],
  [
    'a Property Length of five bytes',
    `10|${CONNECT_5} 02 00 00 80 80 80 80 01 00 01 "a"`,
    '5.0/1.5.5',
    'connack 0x81',
  ],
  [
    'a will above the Maximum QoS',
    `10|${CONNECT_5} 16 00 00 00 00 01 "a" 00 00 01 "w" 00 00`,
    '5.0/MQTT-3.2.2-12',
    'connack 0x9b',
    'maximumQoS=1',
  ],
  [
    'a will to be retained where nothing is',
    `10|${CONNECT_5} 26 00 00 00 00 01 "a" 00 00 01 "w" 00 00`,
    '5.0/MQTT-3.2.2-13',
    'connack 0x9a',
    'retainAvailable=false',
  ],
];

function offences(version: Offence['version'], rows: readonly Row[]): Offence[] {
  return rows.map(([what, sent, rule, answer, broker]) => ({
    ...{ what, version, state: 'before CONNECT', before: [], sent, rule, answer },
    ...(broker === undefined ? {} : { broker }),
  }));
}

export const offencesBeforeConnect: readonly Offence[] = [
  ...offences('3.1.1', before311),
  ...offences('5.0', before50),
];
