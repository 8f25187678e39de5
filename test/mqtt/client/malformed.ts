/** What a server must not send, beyond what the codec refuses for its bytes alone, in the notation of `refusedBytes`. */

/** `reasonCode` of the DISCONNECT in 5.0; before, the connection only ends. */
export type Malformed = readonly [what: string, bytes: string, rule: string, reasonCode: number];

/** Instead of the first CONNACK. */
export const insteadOfConnack311: readonly Malformed[] = [
  ['PUBLISH before CONNACK', '30|00 01 "a"', '3.1.1/MQTT-3.2.0-1', 0x82],
  ['SUBACK before CONNACK', '90|00 01 00', '3.1.1/MQTT-3.2.0-1', 0x82],
  ['PINGRESP before CONNACK', 'd0 00', '3.1.1/MQTT-3.2.0-1', 0x82],
  ['flags of CONNACK', '21|00 00', '3.1.1/MQTT-2.2.2-2', 0x81],
  ['a CONNACK of nothing', '20 00', '3.1.1/2.2.3', 0x81],
  ['a CONNACK of one byte', '20|00', '3.1.1/2.2.3', 0x81],
  ['a CONNACK with a length of five bytes', '20 82 80 80 80 00 00 00', '3.1.1/2.2.3', 0x81],
  ['a session after Clean Session', '20|01 00', '3.1.1/MQTT-3.2.2-1', 0x82],
  ['a CONNACK of 5.0', '20|00 00 00', '3.1.1/3.2.1', 0x81],
];

/** What a server must not send to a client that is online. */
export const online311: readonly Malformed[] = [
  ['flags of SUBACK', '92|00 01 00', '3.1.1/MQTT-2.2.2-2', 0x81],
  ['flags of UNSUBACK', 'b2|00 01', '3.1.1/MQTT-2.2.2-2', 0x81],
  ['flags of PINGRESP', 'd1 00', '3.1.1/MQTT-2.2.2-2', 0x81],
  ['flags of PUBREC', '52|00 01', '3.1.1/MQTT-2.2.2-2', 0x81],
  ['flags of PUBCOMP', '72|00 01', '3.1.1/MQTT-2.2.2-2', 0x81],
  ['a SUBACK of one byte', '90|00', '3.1.1/2.2.3', 0x81],
  ['an UNSUBACK of one byte', 'b0|00', '3.1.1/2.2.3', 0x81],
  ['Packet Identifier 0 with QoS 2', '34|00 01 "a" 00 00', '3.1.1/MQTT-2.3.1-1', 0x82],
  ['ill-formed UTF-8 in a Topic Name', '30|00 02 "a" ff', '3.1.1/MQTT-1.5.3-1', 0x81],
  ['a second CONNACK', '20|00 00', '3.1.1/3.2', 0x82],
  ['a CONNECT', '10|00 04 "MQTT" 04 02 00 00 00 01 "a"', '3.1.1/2.2.1', 0x82],
  ['a SUBSCRIBE', '82|00 01 00 01 "a" 00', '3.1.1/2.2.1', 0x82],
  ['an UNSUBSCRIBE', 'a2|00 01 00 01 "a"', '3.1.1/2.2.1', 0x82],
  ['a PINGREQ', 'c0 00', '3.1.1/2.2.1', 0x82],
  ['a DISCONNECT', 'e0 00', '3.1.1/2.2.1', 0x82],
];

export const insteadOfConnack50: readonly Malformed[] = [
  ['PUBLISH before CONNACK', '30|00 01 "a" 00', '5.0/MQTT-3.2.0-1', 0x82],
  ['SUBACK before CONNACK', '90|00 01 00 00', '5.0/MQTT-3.2.0-1', 0x82],
  ['DISCONNECT before CONNACK', 'e0|8b', '5.0/MQTT-3.2.0-1', 0x82],
  ['AUTH, and CONNECT had no method', 'f0|18 05 15 00 02 "m1"', '5.0/MQTT-4.12.0-6', 0x82],
  ['a CONNACK with a method, and CONNECT had none', '20|00 00 05 15 00 02 "m1"', '5.0/MQTT-4.12.0-6', 0x82],
  ['response information that nobody asked for', '20|00 00 04 1a 00 01 "r"', '5.0/MQTT-3.1.2-28', 0x82],
  ['a session after Clean Start', '20|01 00 00', '5.0/MQTT-3.2.2-2', 0x82],
  ['flags of CONNACK', '21|00 00 00', '5.0/MQTT-2.1.3-1', 0x81],
  ['a property of CONNECT in CONNACK', '20|00 00 02 17 01', '5.0/2.2.2.2', 0x81],
  ['a Property Length in two bytes that needs one', '20|00 00 80 00', '5.0/MQTT-1.5.5-1', 0x81],
  ['bytes behind the properties of CONNACK', '20|00 00 00 00', '5.0/3.2.1', 0x81],
  ['Session Expiry Interval twice', '20|00 00 0a 11 00 00 00 01 11 00 00 00 01', '5.0/3.2.2.3.2', 0x82],
  ['Receive Maximum twice', '20|00 00 06 21 00 01 21 00 01', '5.0/3.2.2.3.3', 0x82],
  ['Maximum QoS twice', '20|00 00 04 24 01 24 01', '5.0/3.2.2.3.4', 0x82],
  ['Retain Available twice', '20|00 00 04 25 01 25 01', '5.0/3.2.2.3.5', 0x82],
  ['Maximum Packet Size twice', '20|00 00 0a 27 00 00 01 00 27 00 00 01 00', '5.0/3.2.2.3.6', 0x82],
  ['Assigned Client Identifier twice', '20|00 00 08 12 00 01 "a" 12 00 01 "a"', '5.0/3.2.2.3.7', 0x82],
  ['Topic Alias Maximum twice', '20|00 00 06 22 00 01 22 00 01', '5.0/3.2.2.3.8', 0x82],
  ['Reason String twice', '20|00 00 06 1f 00 00 1f 00 00', '5.0/3.2.2.3.9', 0x82],
  ['Wildcard Subscription Available twice', '20|00 00 04 28 01 28 01', '5.0/3.2.2.3.11', 0x82],
  ['Subscription Identifier Available twice', '20|00 00 04 29 01 29 01', '5.0/3.2.2.3.12', 0x82],
  ['Shared Subscription Available twice', '20|00 00 04 2a 01 2a 01', '5.0/3.2.2.3.13', 0x82],
  ['Response Information twice', '20|00 00 06 1a 00 00 1a 00 00', '5.0/3.2.2.3.15', 0x82],
  ['Server Reference twice', '20|00 00 06 1c 00 00 1c 00 00', '5.0/3.2.2.3.16', 0x82],
  ['Authentication Method twice', '20|00 00 08 15 00 01 "m" 15 00 01 "m"', '5.0/3.2.2.3.17', 0x82],
  ['Authentication Data twice', '20|00 00 06 16 00 00 16 00 00', '5.0/3.2.2.3.18', 0x82],
];

export const online50: readonly Malformed[] = [
  ['a second CONNACK', '20|00 00 00', '5.0/MQTT-3.2.0-2', 0x82],
  ['a CONNECT', '10|00 04 "MQTT" 05 02 00 00 00 00 01 "a"', '5.0/2.1.2', 0x82],
  ['a SUBSCRIBE', '82|00 01 00 00 01 "a" 00', '5.0/2.1.2', 0x82],
  ['an UNSUBSCRIBE', 'a2|00 01 00 00 01 "a"', '5.0/2.1.2', 0x82],
  ['a PINGREQ', 'c0 00', '5.0/2.1.2', 0x82],
  ['flags of SUBACK', '92|00 01 00 00', '5.0/MQTT-2.1.3-1', 0x81],
  ['flags of PINGRESP', 'd1 00', '5.0/MQTT-2.1.3-1', 0x81],
  ['a PINGRESP with a payload', 'd0|00', '5.0/3.13.1', 0x81],
  ['a Topic Alias beyond what the client takes', '30|00 01 "a" 03 23 00 03', '5.0/MQTT-3.3.2-11', 0x94],
  ['a Topic Alias that stands for no topic', '30|00 00 03 23 00 01', '5.0/3.3.4', 0x82],
  ['DISCONNECT 0x04, which only clients send', 'e0|04', '5.0/MQTT-3.14.2-1', 0x82],
  ['a Session Expiry Interval in DISCONNECT', 'e0|8b 05 11 00 00 00 01', '5.0/MQTT-3.14.2-2', 0x82],
  ['Reason String twice in DISCONNECT', 'e0|8b 06 1f 00 00 1f 00 00', '5.0/3.14.2.2.3', 0x82],
  ['Server Reference twice in DISCONNECT', 'e0|9c 06 1c 00 00 1c 00 00', '5.0/3.14.2.2.5', 0x82],
  ['AUTH, and there is no method', 'f0|18 05 15 00 02 "m1"', '5.0/MQTT-4.12.0-6', 0x82],
  ['AUTH of nothing, and there is no method', 'f0 00', '5.0/MQTT-4.12.0-6', 0x82],
  ['Reason String twice in SUBACK', '90|00 03 06 1f 00 00 1f 00 00 00', '5.0/3.9.2.1.2', 0x82],
  ['Reason String twice in UNSUBACK', 'b0|00 04 06 1f 00 00 1f 00 00 00', '5.0/3.11.2.1.2', 0x82],
  ['a Topic Alias in SUBACK', '90|00 03 03 23 00 01 00', '5.0/2.2.2.2', 0x81],
  ['a Subscription Identifier in PUBACK', '40|00 01 00 02 0b 01', '5.0/2.2.2.2', 0x81],
  ['Content Type twice', '30|00 01 "a" 06 03 00 00 03 00 00', '5.0/3.3.2.3.9', 0x82],
  ['a Message Expiry Interval cut short', '30|00 01 "a" 03 02 00 00', '5.0/2.1.4', 0x81],
  ['ill-formed UTF-8 in a Reason String', '90|00 03 04 1f 00 01 ff 00', '5.0/MQTT-1.5.4-1', 0x81],
  [
    'a PUBLISH larger than the client takes',
    '30|00 01 "a" 00 "0123456789012345678901234567890123456789"',
    '5.0/3.1.2.11.4',
    0x95,
  ],
];
