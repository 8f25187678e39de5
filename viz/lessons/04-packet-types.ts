import type { Lesson } from './lesson.ts';

export const packetTypes: Lesson = {
  name: 'packet-types',
  title: 'The fourteen types of packets, and AUTH',
  about: 'All that MQTT can say, in the life of one lamp.',
  story: 'lessons/packet-types',
  seed: 1,
  begin: [
    'MQTT has a vocabulary of fourteen packets; version 5.0 has added one more. Most of them come in pairs: somebody asks, somebody answers.',
    'A `lamp` uses all fourteen in six seconds. Its broker is the `hub`.',
  ],
  watch: [
    {
      at: 'type:CONNECT',
      text: 'CONNECT and CONNACK open the conversation: “Here I am, this is my name.” “Welcome.”',
    },
    {
      at: 'type:SUBSCRIBE',
      text: 'SUBSCRIBE and SUBACK: “I want these topics.” “You shall have them.”',
    },
    {
      at: 'type:PUBLISH',
      text: 'PUBLISH carries a message. This first one has QoS 0, and gets no answer.',
    },
    { at: 'type:PUBACK', text: 'At QoS 1 the answer to a PUBLISH is PUBACK.' },
    {
      at: 'type:PUBREC',
      text: 'At QoS 2 it takes three more packets: PUBREC, PUBREL and PUBCOMP. Why, is for lesson 8.',
    },
    {
      at: 'type:PINGREQ',
      text: 'PINGREQ and PINGRESP, when there was nothing to say for a while: “Still there?” “Still here.”',
    },
    { at: 'type:UNSUBSCRIBE', text: 'UNSUBSCRIBE and UNSUBACK take a subscription back.' },
    {
      at: 'type:DISCONNECT',
      text: 'DISCONNECT: goodbye. It has no answer, the connection is closed. That makes fourteen.',
    },
  ],
  change: {
    text: 'So far the lamp was let in without a question. Now it has to prove who it is.',
    parameter: 'login',
    choices: [
      {
        value: 'password',
        label: 'With a user name and a password',
        steps: [
          {
            at: 'type:CONNECT',
            text: 'User name and password are fields of the CONNECT. It has become longer; no other packet is needed.',
          },
          { at: 'type:CONNACK', text: 'The hub decides at once, and answers as before.' },
        ],
      },
      {
        value: 'challenge',
        label: 'By answering a riddle that the hub chooses',
        steps: [
          {
            at: 'type:CONNECT',
            text: 'The CONNECT names a method that both sides know. But the hub cannot decide yet: it has a question first.',
          },
          {
            at: 'type:AUTH from:hub',
            text: 'So it sends an AUTH with its riddle. This packet exists since version 5.0.',
          },
          { at: 'type:AUTH from:lamp', text: 'The lamp answers, with an AUTH of its own.' },
          { at: 'type:CONNACK', text: 'Only now the hub lets it in.' },
        ],
      },
    ],
  },
  goal: {
    text: 'Bring the fifteenth type of packet into the picture.',
    holds: [{ of: 'type:AUTH', least: 1 }],
    notYet: 'The same fourteen as before. What if the proof needs a question and an answer?',
  },
  prediction: {
    question: 'Which packets come before the CONNACK?',
    expectations: [
      {
        text: 'The CONNECT, and nothing else',
        holds: [
          { of: 'type:AUTH', is: 0 },
          { of: 'kind:packet.sent type:CONNECT', is: 1 },
        ],
        hint: 'Does the hub know everything it needs after one packet from the lamp?',
      },
      {
        text: 'The CONNECT, then a packet from the hub and one from the lamp',
        holds: [
          { of: 'kind:packet.sent type:AUTH from:hub', is: 1, before: 'type:CONNACK' },
          { of: 'kind:packet.sent type:AUTH from:lamp', is: 1, before: 'type:CONNACK' },
        ],
        hint: 'Is there anything that the lamp has to be asked? It could say all it knows in its first packet.',
      },
      {
        text: 'A CONNECT that is refused, and a second CONNECT',
        holds: [{ of: 'kind:packet.sent type:CONNECT', is: 2 }],
        hint: 'A second CONNECT on a connection is an error. Is there a way to go on with the first one?',
      },
    ],
  },
  bytes: {
    question:
      'The upper half of the first byte, its first digit, is the number of the type. This is the AUTH of the hub. Which number is its type? (A digit in base 16 goes from 0 to 9 and on from a, ten, to f.)',
    packet: 'type:AUTH from:hub',
    read: { field: 'MQTT Control Packet type' },
    hint: 'Take the first of the two digits of the first byte, and count: a is ten, b is eleven …',
    told: '`f` is fifteen, the last number that fits into half a byte. CONNECT is 1 and DISCONNECT is 14; the number 0 is not used.',
  },
  standard:
    'A connection begins with CONNECT [5.0/MQTT-3.1.0-1] and has only one: a second is an error [5.0/MQTT-3.1.0-2]. Before the CONNACK the server sends nothing but AUTH [5.0/MQTT-3.2.0-1], with the code “continue” [5.0/MQTT-4.12.0-2], and the client answers with the same [5.0/MQTT-4.12.0-3]. Who named no method in its CONNECT may not send AUTH at all [5.0/MQTT-4.12.0-7]. PINGREQ has to be answered [5.0/MQTT-3.12.4-1], SUBSCRIBE as well [5.0/MQTT-3.8.4-1]; after DISCONNECT nothing more may be sent [5.0/MQTT-3.14.4-1]. In 3.1.1 there is no AUTH: [3.1.1/MQTT-3.1.0-1] [3.1.1/MQTT-3.1.0-2] [3.1.1/MQTT-3.12.4-1].',
};
