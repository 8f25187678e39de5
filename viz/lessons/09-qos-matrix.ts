import type { Lesson } from './lesson.ts';

const ARRIVES = 'kind:packet.sent type:PUBLISH from:hub';

export const qosMatrix: Lesson = {
  name: 'qos-matrix',
  title: 'Who decides about the QoS?',
  about: 'The publisher chooses one, the subscriber another: nine cases, one rule.',
  story: 'lessons/qos-matrix',
  seed: 1,
  begin: [
    'A `sensor` publishes with a QoS. A `screen` subscribes, and asks for a QoS as well. The two know nothing of each other, so they may well not agree.',
    'A message goes two ways: from the sensor to the `hub`, and from the hub to the screen. Each way has an exchange of its own. Which QoS does the message have on the second one?',
  ],
  watch: [
    {
      at: 'type:SUBACK from:hub',
      text: 'The screen asks for QoS 2, and the hub grants it: that is the most it may send with.',
    },
    {
      at: 'type:PUBLISH from:sensor',
      text: 'The sensor publishes with QoS 2: the message, and three answers between sensor and hub.',
    },
    {
      at: ARRIVES,
      text: 'And QoS 2 between hub and screen, too: four more packets, of which this is the first. Nobody had to give way.',
    },
  ],
  change: {
    text: 'The sensor still publishes with QoS 2. Which QoS does the screen ask for?',
    parameter: 'granted',
    choices: [
      {
        value: 1,
        label: 'QoS 1',
        steps: [
          {
            at: 'type:SUBACK from:hub',
            text: 'Granted QoS 1: “no more than that”.',
          },
          {
            at: 'type:PUBLISH from:sensor',
            text: 'From the sensor to the hub nothing has changed: it published with QoS 2, and gets its four packets.',
          },
          {
            at: ARRIVES,
            text: 'The hub sends with QoS 1, and the screen answers with a PUBACK. So on this way the message could come twice, if the connection broke (lesson 7).',
          },
        ],
      },
      {
        value: 0,
        label: 'QoS 0',
        steps: [
          { at: 'type:SUBACK from:hub', text: 'Granted QoS 0.' },
          {
            at: ARRIVES,
            text: 'The hub sends it once, without a number, and no answer comes. All the care of the sensor ends at the hub.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'Let a message that was published with QoS 2 go to the screen without any answer.',
    holds: [{ of: `${ARRIVES} qos:0`, is: 1 }],
    notYet: 'There was an answer: a PUBACK. Ask for less.',
  },
  prediction: {
    question: 'With which QoS does the hub send it to the screen?',
    expectations: [
      {
        text: 'With QoS 2, as it was published',
        holds: [{ of: `${ARRIVES} qos:2`, is: 1 }],
        hint: 'That takes four packets between hub and screen. Has the screen asked for that?',
      },
      {
        text: 'With QoS 1',
        holds: [{ of: `${ARRIVES} qos:1`, is: 1 }],
        hint: 'Compare the two numbers: the one it was published with, and the one that was granted. Is the answer somewhere in between?',
      },
      {
        text: 'With QoS 0',
        holds: [{ of: `${ARRIVES} qos:0`, is: 1 }],
        hint: 'The screen has asked for more than nothing. How much would both sides agree to?',
      },
    ],
  },
  matrix: {
    title: 'The QoS with which the message reaches the screen',
    rows: { parameter: 'published', title: 'published with', values: [0, 1, 2] },
    columns: { parameter: 'granted', title: 'asked for, and granted', values: [0, 1, 2] },
    packet: ARRIVES,
    read: { field: 'QoS' },
  },
  bytes: {
    question:
      'This is the SUBACK, with which the hub told the screen what it was granted. Point at the byte that says it.',
    packet: 'type:SUBACK from:hub',
    field: 'Reason Code',
    hint: 'After the first two bytes comes the number of the SUBSCRIBE, in two bytes; then, in one byte, how long the properties are, further fields of version 5.0. There are none.',
    told: 'The last byte: one for each filter that was asked for, in their order. `00`, `01` and `02` are a QoS; from `80` on it is a refusal.',
  },
  standard:
    'The QoS of a message to a subscriber is the smaller of two: the one with which it was published and the one that was granted [5.0/MQTT-3.8.4-8] [3.1.1/MQTT-3.8.4-6]. The server may grant less than was asked for. The SUBACK has a code for every filter [5.0/MQTT-3.8.4-6], in their order [5.0/MQTT-3.9.3-1], which says the granted QoS or why there is none [5.0/MQTT-3.8.4-7]. When several subscriptions of a client match, the highest of their QoS counts [5.0/MQTT-3.3.4-2].',
};
