import { describe, expect, it } from 'vitest';
import { decode, encode, type Packet, type ProtocolVersion } from '../../../src/mqtt/codec/index.ts';
import { bytesOf, codecErrorOf } from './bytes.ts';

type Row = readonly [what: string, bytes: string, offset: number, rule: string, reasonCode: number];

/** A packet from its first byte and its body: the Remaining Length is put between them. */
function packet(first: string, body: string): Uint8Array {
  const rest = bytesOf(body);
  return Uint8Array.of(...bytesOf(first), rest.length, ...rest);
}

function refuses(version: ProtocolVersion, rows: readonly Row[]): void {
  for (const [what, text, offset, rule, reasonCode] of rows) {
    it(`${what} [${rule}]`, () => {
      const [first, ...rest] = text.split('|');
      const bytes = rest.length === 0 ? bytesOf(text) : packet(first!, rest.join(' '));
      expect(codecErrorOf(() => decode(bytes, version))).toMatchObject({ offset, rule, reasonCode });
    });
  }
}

const CONNECT_4 = '00 04 "MQTT" 04';
const CONNECT_5 = '00 04 "MQTT" 05';

describe('decoding 3.1.1 refuses', () => {
  refuses(4, [
    ['no bytes at all', '', 0, '3.1.1/2.2.1', 0x81],
    ['the reserved type 0', '00 00', 0, '3.1.1/2.2.1', 0x81],
    ['type 15, which came with 5.0', 'f0 00', 0, '3.1.1/2.2.1', 0x81],
    ['a packet without a length', 'c0', 1, '3.1.1/2.2.3', 0x81],
    ['a length that is not the length', 'c0 01', 1, '3.1.1/2.2.3', 0x81],
    ['a length of five bytes', 'c0 80 80 80 80 00', 1, '3.1.1/2.2.3', 0x81],
    ['a length with a byte too many', 'c0 80 00', 1, '3.1.1/2.2.3', 0x81],

    ['reserved flags of CONNECT', `11|${CONNECT_4} 02 00 00 00 00`, 0, '3.1.1/MQTT-2.2.2-2', 0x81],
    ['another protocol', '10|00 04 "HTTP" 04 02 00 00 00 00', 2, '3.1.1/MQTT-3.1.2-1', 0x84],
    ['a protocol name in lower case', '10|00 04 "mqtt" 04 02 00 00 00 00', 2, '3.1.1/MQTT-3.1.2-1', 0x84],
    [
      'the level of 3.1 with the name of 3.1.1',
      '10|00 04 "MQTT" 03 02 00 00 00 01 "a"',
      8,
      '3.1.1/MQTT-3.1.2-2',
      0x84,
    ],
    [
      'the name of 3.1 with the level of 3.1.1',
      '10|00 06 "MQIsdp" 04 02 00 00 00 01 "a"',
      10,
      '3.1.1/MQTT-3.1.2-2',
      0x84,
    ],
    ['a level that is not there yet', '10|00 04 "MQTT" 06 02 00 00 00 01 "a"', 8, '3.1.1/MQTT-3.1.2-2', 0x84],
    ['the reserved Connect Flag', `10|${CONNECT_4} 03 00 00 00 00`, 9, '3.1.1/MQTT-3.1.2-3', 0x81],
    ['a Will QoS without a Will', `10|${CONNECT_4} 0a 00 00 00 00`, 9, '3.1.1/MQTT-3.1.2-13', 0x81],
    ['a Will Retain without a Will', `10|${CONNECT_4} 22 00 00 00 00`, 9, '3.1.1/MQTT-3.1.2-15', 0x81],
    ['a Will QoS of 3', `10|${CONNECT_4} 1e 00 00 00 00 00 01 "w" 00 00`, 9, '3.1.1/MQTT-3.1.2-14', 0x81],
    [
      'a Password without User Name [trap 47]',
      `10|${CONNECT_4} 42 00 00 00 00 00 01 "p"`,
      9,
      '3.1.1/MQTT-3.1.2-22',
      0x81,
    ],
    ['a CONNECT without Client Identifier', `10|${CONNECT_4} 02 00 00`, 12, '3.1.1/2.2.3', 0x81],
    ['a Will Flag without Will', `10|${CONNECT_4} 06 00 00 00 00`, 14, '3.1.1/2.2.3', 0x81],
    [
      'a Will Topic with a wildcard',
      `10|${CONNECT_4} 06 00 00 00 00 00 01 "#" 00 00`,
      14,
      '3.1.1/MQTT-4.7.1-1',
      0x81,
    ],
    ['an empty Will Topic', `10|${CONNECT_4} 06 00 00 00 00 00 00 00 00`, 14, '3.1.1/MQTT-4.7.3-1', 0x81],
    ['a User Name that is not there', `10|${CONNECT_4} 82 00 00 00 00`, 14, '3.1.1/2.2.3', 0x81],
    ['more than the flags announce', `10|${CONNECT_4} 02 00 00 00 00 00 01 "x"`, 14, '3.1.1/3.1.1', 0x81],

    ['reserved CONNACK flags', '20|02 00', 2, '3.1.1/3.2.2.1', 0x81],
    ['Session Present in a refusal', '20|01 05', 2, '3.1.1/MQTT-3.2.2-4', 0x82],
    ['a Connect Return code of 6', '20|00 06', 3, '3.1.1/3.2.2.3', 0x82],
    ['a CONNACK of three bytes', '20|00 00 00', 4, '3.1.1/3.2.1', 0x81],

    ['QoS 3', '36|00 01 "a" 00 01', 0, '3.1.1/MQTT-3.3.1-4', 0x81],
    ['DUP with QoS 0', '38|00 01 "a"', 0, '3.1.1/MQTT-3.3.1-2', 0x81],
    ['an empty Topic Name', '30|00 00', 2, '3.1.1/MQTT-4.7.3-1', 0x81],
    ["a '+' in a Topic Name", '30|00 03 "a/+"', 2, '3.1.1/MQTT-3.3.2-2', 0x81],
    ["a '#' in a Topic Name", '30|00 01 "#"', 2, '3.1.1/MQTT-3.3.2-2', 0x81],
    ['U+0000 in a Topic Name', '30|00 03 "a" 00 "b"', 5, '3.1.1/MQTT-1.5.3-2', 0x81],
    ['a surrogate in a Topic Name', '30|00 04 "a" ed a0 80', 5, '3.1.1/MQTT-1.5.3-1', 0x81],
    ['an overlong NUL in a Topic Name', '30|00 02 c0 80', 4, '3.1.1/MQTT-1.5.3-1', 0x81],
    ['a code point beyond Unicode', '30|00 04 f4 90 80 80', 4, '3.1.1/MQTT-1.5.3-1', 0x81],
    ['a character that is cut short', '30|00 02 "a" c3', 5, '3.1.1/MQTT-1.5.3-1', 0x81],
    ['a Topic Name longer than the packet', '30|00 05 "abcd"', 2, '3.1.1/2.2.3', 0x81],
    ['a PUBLISH without Packet Identifier', '32|00 01 "a" 00', 5, '3.1.1/2.2.3', 0x81],
    ['Packet Identifier 0 in a PUBLISH', '32|00 01 "a" 00 00', 5, '3.1.1/MQTT-2.3.1-1', 0x82],

    ['flags of PUBACK', '41|00 01', 0, '3.1.1/MQTT-2.2.2-2', 0x81],
    ['a PUBACK with a Reason Code', '40|00 01 00', 4, '3.1.1/3.4.1', 0x81],
    ['a PUBACK of one byte', '40|00', 2, '3.1.1/2.2.3', 0x81],
    ['Packet Identifier 0 in a PUBACK', '40|00 00', 2, '3.1.1/MQTT-2.3.1-6', 0x82],
    ['PUBREL with flags 0000', '60|00 01', 0, '3.1.1/MQTT-3.6.1-1', 0x81],
    ['PUBREL with DUP', '6a|00 01', 0, '3.1.1/MQTT-3.6.1-1', 0x81],

    ['SUBSCRIBE with flags 0000', '80|00 01 00 01 "a" 00', 0, '3.1.1/MQTT-3.8.1-1', 0x81],
    ['Packet Identifier 0 in a SUBSCRIBE', '82|00 00 00 01 "a" 00', 2, '3.1.1/MQTT-2.3.1-1', 0x82],
    ['a SUBSCRIBE without filter', '82|00 01', 4, '3.1.1/MQTT-3.8.3-3', 0x82],
    ['a filter without Requested QoS', '82|00 01 00 01 "a"', 7, '3.1.1/2.2.3', 0x81],
    ['Requested QoS 3', '82|00 01 00 01 "a" 03', 7, '3.1.1/MQTT-3-8.3-4', 0x81],
    ['reserved bits of Requested QoS', '82|00 01 00 01 "a" 04', 7, '3.1.1/MQTT-3-8.3-4', 0x81],
    ['an empty filter', '82|00 01 00 00 00', 4, '3.1.1/MQTT-4.7.3-1', 0x81],
    ["a '#' that is not last", '82|00 01 00 03 "#/a" 00', 4, '3.1.1/MQTT-4.7.1-2', 0x81],
    ["a '#' that is not alone", '82|00 01 00 02 "a#" 00', 4, '3.1.1/MQTT-4.7.1-2', 0x81],
    ["a '+' that is not alone", '82|00 01 00 04 "a/+b" 00', 4, '3.1.1/MQTT-4.7.1-3', 0x81],
    ["a '+' that is not alone in its level", '82|00 01 00 02 "a+" 00', 4, '3.1.1/MQTT-4.7.1-3', 0x81],
    ['a SUBACK without return code', '90|00 01', 4, '3.1.1/MQTT-3.8.4-5', 0x82],
    ['a SUBACK return code of 3', '90|00 01 00 03', 5, '3.1.1/MQTT-3.9.3-2', 0x82],
    ['a SUBACK return code of 5.0', '90|00 01 87', 4, '3.1.1/MQTT-3.9.3-2', 0x82],
    ['UNSUBSCRIBE with flags 0000', 'a0|00 01 00 01 "a"', 0, '3.1.1/MQTT-3.10.1-1', 0x81],
    ['an UNSUBSCRIBE without filter', 'a2|00 01', 4, '3.1.1/MQTT-3.10.3-2', 0x82],
    ['Packet Identifier 0 in an UNSUBACK', 'b0|00 00', 2, '3.1.1/MQTT-2.3.1-7', 0x82],
    ['an UNSUBACK with Reason Codes', 'b0|00 01 00', 4, '3.1.1/3.11.1', 0x81],
    ['a PINGREQ with a payload', 'c0|00', 2, '3.1.1/3.12.1', 0x81],
    ['a PINGRESP with a payload', 'd0|00', 2, '3.1.1/3.13.1', 0x81],
    ['flags of PINGREQ', 'c1 00', 0, '3.1.1/MQTT-2.2.2-2', 0x81],
    ['flags of DISCONNECT', 'e1 00', 0, '3.1.1/MQTT-3.14.1-1', 0x81],
    ['a DISCONNECT with a Reason Code', 'e0|00', 2, '3.1.1/3.14.1', 0x81],
  ]);
});

describe('decoding 5.0 refuses', () => {
  refuses(5, [
    ['the reserved type 0', '00 00', 0, '5.0/2.1.2', 0x81],
    ['a length that is not in its shortest form', 'c0 80 00', 1, '5.0/MQTT-1.5.5-1', 0x81],
    ['a length of five bytes', 'c0 80 80 80 80 00', 1, '5.0/1.5.5', 0x81],
    ['another protocol', '10|00 04 "HTTP" 04 02 00 00 00 00', 2, '5.0/MQTT-3.1.2-1', 0x84],
    ['a level that is not there yet', '10|00 04 "MQTT" 06 02 00 00 00 01 "a"', 8, '5.0/MQTT-3.1.2-2', 0x84],
    ['the reserved Connect Flag', `10|${CONNECT_5} 03 00 00 00 00 00`, 9, '5.0/MQTT-3.1.2-3', 0x81],
    ['a Will QoS without a Will', `10|${CONNECT_5} 0a 00 00 00 00 00`, 9, '5.0/MQTT-3.1.2-11', 0x81],
    ['a Will Retain without a Will', `10|${CONNECT_5} 22 00 00 00 00 00`, 9, '5.0/MQTT-3.1.2-13', 0x81],
    ['a Will QoS of 3', `10|${CONNECT_5} 1e 00 00 00 00 00 00 00 01 "w" 00 00`, 9, '5.0/MQTT-3.1.2-12', 0x81],
    ['a CONNECT without Property Length', `10|${CONNECT_5} 02 00 00`, 12, '5.0/2.1.4', 0x81],
    ['a Property Length beyond the packet', `10|${CONNECT_5} 02 00 00 05 11 00`, 12, '5.0/2.2.2.1', 0x81],
    [
      'a property cut short by its Property Length',
      `10|${CONNECT_5} 02 00 00 03 11 00 00 00 00 00 00`,
      14,
      '5.0/2.1.4',
      0x81,
    ],
    [
      'a Property Identifier that does not exist',
      `10|${CONNECT_5} 02 00 00 02 7e 00 00 00`,
      13,
      '5.0/2.2.2.2',
      0x81,
    ],
    [
      'a Property Identifier in two bytes',
      `10|${CONNECT_5} 02 00 00 03 91 00 00 00 00`,
      13,
      '5.0/MQTT-1.5.5-1',
      0x81,
    ],
    ['a property of another packet', `10|${CONNECT_5} 02 00 00 03 23 00 01 00 00`, 13, '5.0/2.2.2.2', 0x81],
    [
      'Session Expiry Interval twice',
      `10|${CONNECT_5} 02 00 00 0a 11 00 00 00 01 11 00 00 00 01 00 00`,
      18,
      '5.0/3.1.2.11.2',
      0x82,
    ],
    ['Receive Maximum 0', `10|${CONNECT_5} 02 00 00 03 21 00 00 00 00`, 14, '5.0/3.1.2.11.3', 0x82],
    ['Maximum Packet Size 0', `10|${CONNECT_5} 02 00 00 05 27 00 00 00 00 00 00`, 14, '5.0/3.1.2.11.4', 0x82],
    ['Request Response Information 2', `10|${CONNECT_5} 02 00 00 02 19 02 00 00`, 14, '5.0/3.1.2.11.6', 0x82],
    ['Request Problem Information 2', `10|${CONNECT_5} 02 00 00 02 17 02 00 00`, 14, '5.0/3.1.2.11.7', 0x82],
    [
      'Authentication Data without Method',
      `10|${CONNECT_5} 02 00 00 03 16 00 00 00 00`,
      12,
      '5.0/3.1.2.11.10',
      0x82,
    ],
    [
      'a Will Delay Interval outside the Will',
      `10|${CONNECT_5} 02 00 00 05 18 00 00 00 00 00 00`,
      13,
      '5.0/2.2.2.2',
      0x81,
    ],
    [
      'a Topic Alias in the Will',
      `10|${CONNECT_5} 06 00 00 00 00 00 03 23 00 01 00 01 "w" 00 00`,
      16,
      '5.0/2.2.2.2',
      0x81,
    ],
    [
      'Payload Format Indicator 2 in the Will',
      `10|${CONNECT_5} 06 00 00 00 00 00 02 01 02 00 01 "w" 00 00`,
      17,
      '5.0/3.1.3.2.3',
      0x82,
    ],
    [
      'a wildcard in the Response Topic of the Will',
      `10|${CONNECT_5} 06 00 00 00 00 00 04 08 00 01 "#" 00 01 "w" 00 00`,
      17,
      '5.0/MQTT-4.7.0-1',
      0x81,
    ],
    [
      'a Will Topic with a wildcard',
      `10|${CONNECT_5} 06 00 00 00 00 00 00 00 01 "#" 00 00`,
      16,
      '5.0/MQTT-4.7.0-1',
      0x81,
    ],

    ['reserved CONNACK flags', '20|02 00 00', 2, '5.0/MQTT-3.2.2-1', 0x81],
    ['Session Present in a refusal', '20|01 87 00', 2, '5.0/MQTT-3.2.2-6', 0x82],
    ['a Connect Return code of 3.1.1', '20|00 05 00', 3, '5.0/MQTT-3.2.2-8', 0x82],
    ['a CONNACK without Property Length', '20|00 00', 4, '5.0/2.1.4', 0x81],
    ['Maximum QoS 2', '20|00 00 02 24 02', 6, '5.0/3.2.2.3.4', 0x82],
    ['Retain Available 2', '20|00 00 02 25 02', 6, '5.0/3.2.2.3.5', 0x82],
    ['Wildcard Subscription Available 2', '20|00 00 02 28 02', 6, '5.0/3.2.2.3.11', 0x82],
    ['Subscription Identifier Available 2', '20|00 00 02 29 02', 6, '5.0/3.2.2.3.12', 0x82],
    ['Shared Subscription Available 2', '20|00 00 02 2a 02', 6, '5.0/3.2.2.3.13', 0x82],
    ['Receive Maximum 0 of a server', '20|00 00 03 21 00 00', 6, '5.0/3.2.2.3.3', 0x82],
    ['Maximum Packet Size 0 of a server', '20|00 00 05 27 00 00 00 00', 6, '5.0/3.2.2.3.6', 0x82],
    ['Server Keep Alive twice', '20|00 00 06 13 00 01 13 00 01', 8, '5.0/3.2.2.3.14', 0x82],

    ['QoS 3', '36|00 01 "a" 00 01 00', 0, '5.0/MQTT-3.3.1-4', 0x81],
    ['DUP with QoS 0', '38|00 01 "a" 00', 0, '5.0/MQTT-3.3.1-2', 0x81],
    ['an empty Topic Name without alias', '30|00 00 00', 2, '5.0/3.3.2.1', 0x82],
    ['a wildcard in a Topic Name', '30|00 01 "+" 00', 2, '5.0/MQTT-3.3.2-2', 0x81],
    ['U+0000 in a Topic Name', '30|00 01 00 00', 4, '5.0/MQTT-1.5.4-2', 0x81],
    ['ill-formed UTF-8', '30|00 01 ff 00', 4, '5.0/MQTT-1.5.4-1', 0x81],
    ['Topic Alias 0', '30|00 01 "a" 03 23 00 00', 7, '5.0/MQTT-3.3.2-8', 0x94],
    ['Topic Alias twice', '30|00 01 "a" 06 23 00 01 23 00 01', 9, '5.0/3.3.2.3.4', 0x82],
    ['Payload Format Indicator 2', '30|00 01 "a" 02 01 02', 7, '5.0/3.3.2.3.2', 0x82],
    ['Subscription Identifier 0', '30|00 01 "a" 02 0b 00', 7, '5.0/3.3.2.3.8', 0x82],
    ['a Subscription Identifier of five bytes', '30|00 01 "a" 06 0b 80 80 80 80 01', 7, '5.0/1.5.5', 0x81],
    ['a wildcard in a Response Topic', '30|00 01 "a" 04 08 00 01 "#"', 7, '5.0/MQTT-3.3.2-14', 0x81],
    ['an empty Response Topic', '30|00 01 "a" 03 08 00 00', 7, '5.0/MQTT-4.7.3-1', 0x81],
    [
      'ill-formed UTF-8 in a user property',
      '30|00 01 "a" 06 26 00 00 00 01 ff',
      11,
      '5.0/MQTT-1.5.4-1',
      0x81,
    ],
    ['Packet Identifier 0 in a PUBLISH', '32|00 01 "a" 00 00 00', 5, '5.0/2.2.1', 0x82],

    ['a PUBACK with a Reason Code of PUBREL', '40|00 01 92', 4, '5.0/MQTT-3.4.2-1', 0x82],
    ['a PUBREC with a reserved Reason Code', '50|00 01 01', 4, '5.0/MQTT-3.5.2-1', 0x82],
    ['a PUBREL with a Reason Code of PUBREC', '62|00 01 10', 4, '5.0/MQTT-3.6.2-1', 0x82],
    ['a PUBCOMP with a Reason Code of PUBACK', '70|00 01 80', 4, '5.0/MQTT-3.7.2-1', 0x82],
    ['Packet Identifier 0 in a PUBCOMP', '70|00 00', 2, '5.0/MQTT-2.2.1-5', 0x82],
    ['PUBREL with flags 0000', '60|00 01', 0, '5.0/MQTT-3.6.1-1', 0x81],
    ['Reason String twice', '40|00 01 00 06 1f 00 00 1f 00 00', 9, '5.0/3.4.2.2.2', 0x82],
    ['bytes after the properties of PUBACK', '40|00 01 00 00 00', 6, '5.0/3.4.1', 0x81],

    ['SUBSCRIBE with flags 0000', '80|00 01 00 00 01 "a" 00', 0, '5.0/MQTT-3.8.1-1', 0x81],
    ['a SUBSCRIBE without filter', '82|00 01 00', 5, '5.0/MQTT-3.8.3-2', 0x82],
    ['Packet Identifier 0 in a SUBSCRIBE', '82|00 00 00 00 01 "a" 00', 2, '5.0/MQTT-2.2.1-3', 0x82],
    ['two Subscription Identifiers', '82|00 01 04 0b 01 0b 02 00 01 "a" 00', 7, '5.0/3.8.2.1.2', 0x82],
    ['Subscription Identifier 0 in SUBSCRIBE', '82|00 01 02 0b 00 00 01 "a" 00', 6, '5.0/3.8.2.1.2', 0x82],
    ['reserved Subscription Options', '82|00 01 00 00 01 "a" 40', 8, '5.0/MQTT-3.8.3-5', 0x81],
    ['Maximum QoS 3', '82|00 01 00 00 01 "a" 03', 8, '5.0/3.8.3.1', 0x82],
    ['Retain Handling 3', '82|00 01 00 00 01 "a" 30', 8, '5.0/3.8.3.1', 0x82],
    ['No Local on a Shared Subscription', '82|00 01 00 00 0a "$share/g/a" 04', 17, '5.0/MQTT-3.8.3-4', 0x82],
    [
      'a Shared Subscription without ShareName',
      '82|00 01 00 00 09 "$share//a" 00',
      5,
      '5.0/MQTT-4.8.2-1',
      0x81,
    ],
    ['a ShareName without filter', '82|00 01 00 00 08 "$share/g" 00', 5, '5.0/MQTT-4.8.2-2', 0x81],
    ['a ShareName with an empty filter', '82|00 01 00 00 09 "$share/g/" 00', 5, '5.0/MQTT-4.8.2-2', 0x81],
    ['a ShareName with a wildcard', '82|00 01 00 00 0b "$share/g+/a" 00', 5, '5.0/MQTT-4.8.2-2', 0x81],
    ['a SUBACK without Reason Code', '90|00 01 00', 5, '5.0/MQTT-3.8.4-6', 0x82],
    ['a SUBACK with Reason Code 3', '90|00 01 00 03', 5, '5.0/MQTT-3.9.3-2', 0x82],
    ['an UNSUBSCRIBE without filter', 'a2|00 01 00', 5, '5.0/MQTT-3.10.3-2', 0x82],
    ['an UNSUBACK without Reason Code', 'b0|00 01 00', 5, '5.0/3.11.3', 0x82],
    ['an UNSUBACK with Reason Code 1', 'b0|00 01 00 01', 5, '5.0/MQTT-3.11.3-2', 0x82],
    ['a DISCONNECT with a Reason Code of CONNACK', 'e0|84', 2, '5.0/MQTT-3.14.2-1', 0x82],
    ['a property of CONNECT in DISCONNECT', 'e0|00 03 21 00 01', 4, '5.0/2.2.2.2', 0x81],
    ['flags of AUTH', 'f1 00', 0, '5.0/MQTT-3.15.1-1', 0x81],
    ['an AUTH with a Reason Code of CONNACK', 'f0|80 00', 2, '5.0/MQTT-3.15.2-1', 0x82],
    ['an AUTH without Authentication Method', 'f0|18 00', 3, '5.0/3.15.2.2.2', 0x82],
    ['an AUTH with data and no method', 'f0|00 03 16 00 00', 3, '5.0/3.15.2.2.2', 0x82],
  ]);
});

describe('decoding 3.1 refuses', () => {
  const CONNECT_3 = '00 06 "MQIsdp" 03';
  refuses(3, [
    ['an empty Client Identifier', `10|${CONNECT_3} 02 00 00 00 00`, 14, '3.1/3.1', 0x85],
    [
      'a Client Identifier of 24 characters',
      `10|${CONNECT_3} 02 00 00 00 18 "123456789012345678901234"`,
      14,
      '3.1/3.1',
      0x85,
    ],
    ['Session Present, which came with 3.1.1', '20|01 00', 2, '3.1/3.2', 0x81],
    ['a failed SUBACK, which came with 3.1.1', '90|00 01 80', 4, '3.1/3.9', 0x82],
  ]);

  it('but takes a SUBSCRIBE sent again with the DUP flag of its section 2.1', () => {
    expect(decode(packet('8a', '00 01 00 01 "a" 00'), 3)).toMatchObject({ type: 'subscribe' });
  });

  it('but takes the flags of User Name and Password for a promise that need not be kept', () => {
    const bytes = packet('10', `${CONNECT_3} c2 00 00 00 01 "a"`);
    expect(decode(bytes, 3)).toEqual({
      type: 'connect',
      protocolVersion: 3,
      clientId: 'a',
      cleanStart: true,
      keepAlive: 0,
    });
  });
});

describe('decoding takes', () => {
  it.each<[string, ProtocolVersion, string]>([
    ['a 3.1.1 CONNECT the server has to answer with return code 2', 4, `10|${CONNECT_4} 00 00 00 00 00`],
    ['a Password without User Name in 5.0', 5, `10|${CONNECT_5} 42 00 00 00 00 00 00 01 "p"`],
    ['a Protocol Version other than that of the connection', 4, `10|${CONNECT_5} 02 00 00 00 00 00`],
    ['control and non-characters, which only SHOULD NOT be there', 4, '30|00 04 01 ef bf bf'],
    ['a filter of 3.1.1 that would be a broken shared one in 5.0', 4, '82|00 01 00 08 "$share/g" 00'],
    ['a filter that only looks like a shared one', 5, '82|00 01 00 00 06 "$share" 00'],
    ['an AUTH of nothing', 5, 'f0 00'],
    ['the same AUTH written out', 5, 'f0|00 00'],
    ['a PUBACK with a Reason Code and no Property Length', 5, '40|00 01 10'],
    ['a DISCONNECT with a Reason Code and no Property Length', 5, 'e0|04'],
    ['a Topic Alias instead of a Topic Name', 5, '30|00 00 03 23 00 01'],
    ['0x8C in DISCONNECT, which Table 2-6 alone allows', 5, 'e0|8c 00'],
  ])('%s', (_, version, text) => {
    const [first, ...rest] = text.split('|');
    const bytes = rest.length === 0 ? bytesOf(text) : packet(first!, rest.join(' '));
    const found = decode(bytes, version);
    expect(decode(encode(found, version), version)).toEqual(found);
  });

  it('a U+FEFF as the character it is [3.1.1/MQTT-1.5.3-3] [5.0/MQTT-1.5.4-3] [trap 46]', () => {
    const bytes = packet('30', '00 04 ef bb bf "a"');
    expect(decode(bytes, 4)).toMatchObject({ topic: '\uFEFFa' });
    expect(encode(decode(bytes, 4), 4)).toEqual(bytes);
    const since5 = packet('30', '00 04 ef bb bf "a" 07 03 00 04 ef bb bf "b"');
    expect(decode(since5, 5)).toMatchObject({ topic: '\uFEFFa', properties: { contentType: '\uFEFFb' } });
    expect(encode(decode(since5, 5), 5)).toEqual(since5);
  });
});

describe('encoding refuses', () => {
  const payload = new Uint8Array(0);
  const publish = { type: 'publish', topic: 'a', payload, qos: 0, retain: false, dup: false } as const;
  const connect = {
    type: 'connect',
    protocolVersion: 4,
    clientId: 'a',
    cleanStart: true,
    keepAlive: 0,
  } as const;
  const will = { topic: 'w', payload, qos: 0, retain: false } as const;
  const rows: [what: string, version: ProtocolVersion, packet: unknown, rule: string, reasonCode: number][] =
    [
      ['an empty Topic Name', 4, { ...publish, topic: '' }, '3.1.1/MQTT-4.7.3-1', 0x81],
      ['an empty Topic Name without alias', 5, { ...publish, topic: '' }, '5.0/3.3.2.1', 0x82],
      ['a wildcard in a Topic Name', 4, { ...publish, topic: 'a/#' }, '3.1.1/MQTT-3.3.2-2', 0x81],
      ['a lone surrogate', 5, { ...publish, topic: 'a\uD800' }, '5.0/MQTT-1.5.4-1', 0x81],
      ['surrogates in the wrong order', 5, { ...publish, topic: '\uDC00\uD800' }, '5.0/MQTT-1.5.4-1', 0x81],
      ['U+0000', 4, { ...publish, topic: 'a\0' }, '3.1.1/MQTT-4.7.3-2', 0x81],
      ['U+0000 in a Client Identifier', 4, { ...connect, clientId: '\0' }, '3.1.1/MQTT-1.5.3-2', 0x81],
      ['a topic of 65536 bytes', 4, { ...publish, topic: 'x'.repeat(65_536) }, '3.1.1/MQTT-4.7.3-3', 0x81],
      [
        'a topic of 65536 bytes in fewer characters',
        5,
        { ...publish, topic: 'ü'.repeat(32_768) },
        '5.0/MQTT-4.7.3-3',
        0x81,
      ],
      ['a User Name of 65536 bytes', 4, { ...connect, username: 'x'.repeat(65_536) }, '3.1.1/1.5.3', 0x81],
      [
        'a Password of 65536 bytes',
        5,
        { ...connect, protocolVersion: 5, password: new Uint8Array(65_536) },
        '5.0/1.5.6',
        0x81,
      ],
      ['DUP with QoS 0', 4, { ...publish, dup: true }, '3.1.1/MQTT-3.3.1-2', 0x81],
      ['QoS 3', 4, { ...publish, qos: 3, packetId: 1 }, '3.1.1/MQTT-3.3.1-4', 0x81],
      ['a Packet Identifier with QoS 0', 4, { ...publish, packetId: 1 }, '3.1.1/MQTT-2.3.1-5', 0x81],
      ['QoS 1 without Packet Identifier', 4, { ...publish, qos: 1 }, '3.1.1/MQTT-2.3.1-1', 0x82],
      ['Packet Identifier 0', 4, { ...publish, qos: 1, packetId: 0 }, '3.1.1/MQTT-2.3.1-1', 0x82],
      ['Packet Identifier 65536', 5, { type: 'puback', packetId: 65_536 }, '5.0/MQTT-2.2.1-5', 0x82],
      ['a broken Packet Identifier', 5, { type: 'pubrel', packetId: 1.5 }, '5.0/MQTT-2.2.1-5', 0x82],
      ['properties before 5.0', 4, { ...publish, properties: { topicAlias: 1 } }, '3.1.1/3.3.2', 0x81],
      [
        'Will Properties before 5.0',
        4,
        { ...connect, will: { ...will, properties: { willDelayInterval: 1 } } },
        '3.1.1/3.1.2',
        0x81,
      ],
      [
        'a property that does not exist',
        5,
        { ...publish, properties: { topicAlais: 1 } },
        '5.0/2.2.2.2',
        0x81,
      ],
      [
        'a property of another packet',
        5,
        { ...publish, properties: { receiveMaximum: 1 } },
        '5.0/2.2.2.2',
        0x81,
      ],
      ['Topic Alias 0', 5, { ...publish, properties: { topicAlias: 0 } }, '5.0/MQTT-3.3.2-8', 0x94],
      ['Topic Alias 65536', 5, { ...publish, properties: { topicAlias: 65_536 } }, '5.0/3.3.2.3.4', 0x81],
      [
        'Subscription Identifier 0',
        5,
        { ...publish, properties: { subscriptionIdentifiers: [0] } },
        '5.0/3.3.2.3.8',
        0x82,
      ],
      [
        'Subscription Identifier 268435456',
        5,
        { ...publish, properties: { subscriptionIdentifiers: [268_435_456] } },
        '5.0/3.3.2.3.8',
        0x81,
      ],
      [
        'a wildcard in a Response Topic',
        5,
        { ...publish, properties: { responseTopic: '+' } },
        '5.0/MQTT-3.3.2-14',
        0x81,
      ],
      [
        'Receive Maximum 0',
        5,
        { type: 'connack', sessionPresent: false, reasonCode: 0, properties: { receiveMaximum: 0 } },
        '5.0/3.2.2.3.3',
        0x82,
      ],
      [
        'Maximum QoS 2',
        5,
        { type: 'connack', sessionPresent: false, reasonCode: 0, properties: { maximumQoS: 2 } },
        '5.0/3.2.2.3.4',
        0x82,
      ],
      [
        'Session Present in a refusal',
        4,
        { type: 'connack', sessionPresent: true, reasonCode: 5 },
        '3.1.1/MQTT-3.2.2-4',
        0x82,
      ],
      [
        'a Reason Code of 5.0 in 3.1.1',
        4,
        { type: 'connack', sessionPresent: false, reasonCode: 0x87 },
        '3.1.1/3.2.2.3',
        0x82,
      ],
      [
        'a PUBACK that failed in 3.1.1',
        4,
        { type: 'puback', packetId: 1, reasonCode: 0x80 },
        '3.1.1/2.3',
        0x82,
      ],
      [
        'a PUBREL with a Reason Code of PUBACK',
        5,
        { type: 'pubrel', packetId: 1, reasonCode: 0x80 },
        '5.0/MQTT-3.6.2-1',
        0x82,
      ],
      ['a Will QoS of 3', 4, { ...connect, will: { ...will, qos: 3 } }, '3.1.1/MQTT-3.1.2-14', 0x81],
      [
        'a Will Topic with a wildcard',
        4,
        { ...connect, will: { ...will, topic: '+' } },
        '3.1.1/MQTT-4.7.1-1',
        0x81,
      ],
      [
        'a Password without User Name in 3.1.1',
        4,
        { ...connect, password: payload },
        '3.1.1/MQTT-3.1.2-22',
        0x81,
      ],
      ['a Keep Alive of 65536 seconds', 4, { ...connect, keepAlive: 65_536 }, '3.1.1/3.1.2.10', 0x81],
      [
        'a protocol version that does not exist',
        4,
        { ...connect, protocolVersion: 6 },
        '5.0/MQTT-3.1.2-2',
        0x84,
      ],
      [
        'a Client Identifier of 24 characters in 3.1',
        3,
        { ...connect, protocolVersion: 3, clientId: 'x'.repeat(24) },
        '3.1/3.1',
        0x85,
      ],
      [
        'a SUBSCRIBE without filter',
        4,
        { type: 'subscribe', packetId: 1, subscriptions: [] },
        '3.1.1/MQTT-3.8.3-3',
        0x82,
      ],
      [
        'No Local before 5.0',
        4,
        { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'a', qos: 0, noLocal: true }] },
        '3.1.1/MQTT-3-8.3-4',
        0x81,
      ],
      [
        'No Local on a Shared Subscription',
        5,
        { type: 'subscribe', packetId: 1, subscriptions: [{ filter: '$share/g/a', qos: 0, noLocal: true }] },
        '5.0/MQTT-3.8.3-4',
        0x82,
      ],
      [
        'Retain Handling 3',
        5,
        { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'a', qos: 0, retainHandling: 3 }] },
        '5.0/3.8.3.1',
        0x82,
      ],
      ['a broken filter', 5, { type: 'unsubscribe', packetId: 1, filters: ['a#'] }, '5.0/MQTT-4.7.1-1', 0x81],
      [
        'an UNSUBSCRIBE without filter',
        5,
        { type: 'unsubscribe', packetId: 1, filters: [] },
        '5.0/MQTT-3.10.3-2',
        0x82,
      ],
      [
        'a SUBACK without Reason Code',
        5,
        { type: 'suback', packetId: 1, reasonCodes: [] },
        '5.0/MQTT-3.8.4-6',
        0x82,
      ],
      ['an UNSUBACK without Reason Codes in 5.0', 5, { type: 'unsuback', packetId: 1 }, '5.0/3.11.3', 0x82],
      [
        'an UNSUBACK with Reason Codes in 3.1.1',
        4,
        { type: 'unsuback', packetId: 1, reasonCodes: [0] },
        '3.1.1/3.11.3',
        0x81,
      ],
      [
        'a Reason Code for DISCONNECT in 3.1.1',
        4,
        { type: 'disconnect', reasonCode: 4 },
        '3.1.1/3.14.2',
        0x82,
      ],
      ['AUTH in 3.1.1', 4, { type: 'auth', reasonCode: 0 }, '3.1.1/2.2.1', 0x81],
      ['AUTH without a method', 5, { type: 'auth', reasonCode: 0x18 }, '5.0/3.15.2.2.2', 0x82],
      ['a packet type that does not exist', 5, { type: 'ping' }, '5.0/2.1.2', 0x81],
    ];

  for (const [what, version, bad, rule, reasonCode] of rows) {
    it(`${what} [${rule}]`, () => {
      expect(codecErrorOf(() => encode(bad as Packet, version))).toMatchObject({ rule, reasonCode });
      // The next packet does not notice.
      expect(encode({ type: 'pingreq' }, version)).toEqual(Uint8Array.of(0xc0, 0));
    });
  }
});
