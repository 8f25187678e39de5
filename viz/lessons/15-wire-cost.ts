import type { Lesson } from './lesson.ts';

const SENT = 'kind:packet.sent type:PUBLISH from:probe';
const ANSWERS = 'kind:packet.sent type:PUBACK,PUBREC,PUBREL,PUBCOMP';

export const wireCost: Lesson = {
  name: 'wire-cost',
  title: 'What a message costs on the wire',
  about: 'Every byte of “Hello World!” counted, at each QoS, and beside XMPP.',
  story: 'lessons/wire-cost',
  seed: 1,
  begin: [
    'MQTT was made for a line on which every byte was paid for. So let us count.',
    'A `probe` publishes “Hello World!” on the topic `universe/earth`, with MQTT 3.1.1. The message has 12 characters, the topic 14. All figures here are counted in the packets that our machines have written. What TCP and IP add below, 40 bytes or more to every piece that travels, is in none of them.',
  ],
  watch: [
    {
      at: `${SENT} size:30`,
      text: 'At QoS 0: 30 bytes. Two for the head of the packet, two for the length of the topic, 14 for the topic, 12 for the message. Press *Look inside* and count.',
    },
    {
      at: 'kind:packet.received type:PUBLISH at:hub',
      text: 'No answer, so that is all there is.',
    },
  ],
  change: {
    text: 'Choose a QoS for the message.',
    parameter: 'qos',
    choices: [
      {
        value: 1,
        label: 'QoS 1',
        steps: [
          {
            at: `${SENT} size:32`,
            text: 'The PUBLISH has two bytes more: it needs a number now, the Packet Identifier.',
          },
          {
            at: 'kind:packet.sent type:PUBACK size:4',
            text: 'And the answer has four: head, and that number. 36 together.',
          },
        ],
      },
      {
        value: 2,
        label: 'QoS 2',
        steps: [
          {
            at: `${SENT} size:32`,
            text: 'The PUBLISH has two bytes more: its number, the Packet Identifier.',
          },
          {
            at: 'kind:packet.sent type:PUBREC size:4',
            text: 'Three packets of four bytes follow: PUBREC …',
          },
          {
            at: 'kind:packet.sent type:PUBCOMP size:4',
            text: '… PUBREL and PUBCOMP. 44 bytes in all. It costs time as well: the line is crossed four times.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'Make the message cost 44 bytes.',
    holds: [
      { of: `${SENT} size:32`, is: 1 },
      { of: `${ANSWERS} size:4`, is: 3 },
    ],
    notYet: 'Less than that. Which QoS has more answers?',
  },
  prediction: {
    question: 'It was 30 bytes at QoS 0. How many is it now, with all answers?',
    expectations: [
      {
        text: '30: the QoS is only a flag',
        holds: [{ of: `${SENT} size:30`, is: 1 }],
        hint: 'The flag is there in any case. But what must a packet have, so that an answer can refer to it?',
      },
      {
        text: '36: two more in the PUBLISH, and an answer of four',
        holds: [
          { of: `${SENT} size:32`, is: 1 },
          { of: `${ANSWERS} size:4`, is: 1 },
        ],
        hint: 'How many answers are there at this QoS?',
      },
      {
        text: '44: two more in the PUBLISH, and three packets of four',
        holds: [
          { of: `${SENT} size:32`, is: 1 },
          { of: `${ANSWERS} size:4`, is: 3 },
        ],
        hint: 'How many packets follow the PUBLISH at this QoS?',
      },
      {
        text: '60: everything is sent twice',
        holds: [{ of: SENT, is: 2 }],
        hint: 'Sent again is only what was lost with a connection. Was one cut here?',
      },
    ],
  },
  bill: {
    title:
      '“Hello World!” about the earth. MQTT: the packets of our machines. XMPP, another protocol for messages: the bytes of the texts that are shown, in UTF-8, without anything that could be left out. What opens the connection is in neither.',
    entries: [
      { name: 'MQTT 3.1.1, QoS 0: PUBLISH', packets: [SENT] },
      {
        name: 'MQTT 3.1.1, QoS 1: PUBLISH and PUBACK',
        value: 1,
        packets: [SENT, 'kind:packet.sent type:PUBACK'],
      },
      {
        name: 'MQTT 3.1.1, QoS 2: four packets',
        value: 2,
        packets: [
          SENT,
          'kind:packet.sent type:PUBREC',
          'kind:packet.sent type:PUBREL',
          'kind:packet.sent type:PUBCOMP',
        ],
      },
      {
        name: 'XMPP: a message to one receiver',
        text: "<message to='earth@universe.example'><body>Hello World!</body></message>",
      },
      {
        name: 'XMPP: published to a node (XEP-0060)',
        text: "<iq type='set' to='pubsub.universe.example' id='1'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='universe/earth'><item id='1'><hello xmlns='urn:example:hello'>Hello World!</hello></item></publish></pubsub></iq>",
      },
      {
        name: 'XMPP: the answer to that',
        text: "<iq type='result' from='pubsub.universe.example' id='1'/>",
      },
    ],
  },
  bytes: {
    question: 'This is the PUBLISH at QoS 2. How many bytes does it have?',
    packet: SENT,
    read: 'size',
    hint: 'The second byte is the Remaining Length, in base 16: how many bytes come after it? Then add those that came before.',
    told: '`1e` is 30, and two before it: 32. Topic and message are 26 of them; all the rest is 6 bytes.',
  },
  standard:
    'A packet with QoS 0 has no Packet Identifier [3.1.1/MQTT-2.3.1-5] [5.0/MQTT-2.2.1-2]; with QoS 1 and 2 it has one, which is not zero [3.1.1/MQTT-2.3.1-1], and the answers carry the same one [3.1.1/MQTT-2.3.1-6] [5.0/MQTT-2.2.1-5]. In 5.0 a PUBLISH has one byte more at least: the length of its properties, also when there are none [5.0/MQTT-2.2.2-1].',
};
