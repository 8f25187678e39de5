import type { Lesson } from './lesson.ts';

export const packetTypes: Lesson = {
  name: 'packet-types',
  title: 'The fourteen types of packets, and AUTH',
  about: 'All that MQTT can say, in the life of one lamp.',
  story: 'lessons/packet-types',
  seed: 1,
  begin: [
    'MQTT has fourteen types of packets; version 5.0 has added one more. Most of them come in pairs: one side asks, the other answers.',
    'Between a `lamp` and its broker, the `hub`, all fourteen are seen within six seconds.',
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
      text: 'PUBLISH carries a message. How hard MQTT tries to deliver it is its *quality of service*, QoS for short: 0, 1 or 2. This first one has QoS 0, and gets no answer.',
    },
    { at: 'type:PUBACK', text: 'At QoS 1 the answer to a PUBLISH is PUBACK.' },
    {
      at: 'type:PUBREC',
      text: 'At QoS 2 three packets follow: PUBREC, PUBREL and PUBCOMP. Lesson 8 says why.',
    },
    {
      at: 'type:PINGREQ',
      text: 'PINGREQ and PINGRESP, when there was nothing to say for a while: “Still there?” “Still here.”',
    },
    { at: 'type:UNSUBSCRIBE', text: 'UNSUBSCRIBE and UNSUBACK take a subscription back.' },
    {
      at: 'type:DISCONNECT',
      text: 'DISCONNECT: goodbye. It gets no answer; the connection is closed. That makes fourteen.',
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
          { at: 'type:CONNACK', text: 'Only now does the hub let it in.' },
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
        hint: 'Is there anything that the hub has to ask? Or can the lamp say all it knows in its first packet?',
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
      'The first digit of the first byte is the number of the type. This is the AUTH of the hub. Which number is its type?',
    packet: 'type:AUTH from:hub',
    read: { field: 'MQTT Control Packet type' },
    hint: 'Take the first digit of all, and count up to it: a is ten, b is eleven …',
    told: '`f` is fifteen, the last number that fits into half a byte. CONNECT is 1 and DISCONNECT is 14; the number 0 is not used.',
  },
  standard:
    'A connection begins with CONNECT [5.0/MQTT-3.1.0-1] and has only one: a second is an error [5.0/MQTT-3.1.0-2]. Before the CONNACK the server sends nothing but AUTH [5.0/MQTT-3.2.0-1], with the code “continue” [5.0/MQTT-4.12.0-2], and the client answers with the same code [5.0/MQTT-4.12.0-3]. A client that named no method in its CONNECT may not send AUTH at all [5.0/MQTT-4.12.0-7]. PINGREQ has to be answered [5.0/MQTT-3.12.4-1], and so has SUBSCRIBE [5.0/MQTT-3.8.4-1]; after a DISCONNECT its sender may send nothing more [5.0/MQTT-3.14.4-1]. In 5.0 the server can send a DISCONNECT, too. In 3.1.1 there is no AUTH: [3.1.1/MQTT-3.1.0-1] [3.1.1/MQTT-3.1.0-2] [3.1.1/MQTT-3.12.4-1].',
};
