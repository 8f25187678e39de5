import type { Lesson } from './lesson.ts';

/** The first acknowledgement of the robot reaches the hub at 3.2 s; until then nothing has made room. */
const AT_ONCE = 'kind:packet.sent type:PUBLISH from:hub t<3100ms';
const DONE = 'kind:app.delivered at:robot';

export const flowControl: Lesson = {
  name: 'flow-control',
  title: 'Order and flow control',
  about: 'How a slow receiver keeps a fast sender from drowning it, and what stays in order.',
  story: 'lessons/flow-control',
  seed: 1,
  begin: [
    'An `office` publishes six jobs at once, numbered 1 to 6, with QoS 1. A `robot` does them, one after the other. It is far away: a packet takes 0.4 seconds to it, and as long back.',
    'Whoever cannot take so much at once may say so, since version 5.0. In its CONNECT the robot can name a *Receive Maximum*: no more messages than that may be under way to it which it has not acknowledged yet.',
  ],
  watch: [
    {
      at: 'type:PUBLISH from:office',
      text: 'The office sends all six jobs to the hub in an instant.',
    },
    {
      at: { filter: AT_ONCE, nth: 6 },
      text: 'And the hub sends all six on: the robot has named no limit, which means 65 535.',
    },
    {
      at: 'type:PUBACK from:robot',
      text: '0.4 seconds later they arrive, one after the other, and are acknowledged in the same order.',
    },
    { at: { filter: DONE, nth: 6 }, text: 'The last job arrives last: the order has been kept.' },
  ],
  change: {
    text: 'The robot names a Receive Maximum in its CONNECT.',
    parameter: 'receiveMaximum',
    choices: [
      {
        value: 2,
        label: '2',
        steps: [
          {
            at: { filter: AT_ONCE, nth: 2 },
            text: 'Two are under way. The other four wait at the hub. The office does not notice: its jobs are acknowledged by the hub.',
          },
          {
            at: 'type:PUBACK from:robot kind:packet.received',
            text: 'The first PUBACK comes back, and makes room for one …',
          },
          {
            at: { filter: 'kind:packet.sent type:PUBLISH from:hub', nth: 3 },
            text: '… so the third job leaves.',
          },
          {
            at: { filter: DONE, nth: 6 },
            text: 'Never more than two under way; and in order, to the last.',
          },
        ],
      },
      {
        value: 1,
        label: '1',
        steps: [
          {
            at: AT_ONCE,
            text: 'A single job is under way.',
          },
          {
            at: { filter: 'kind:packet.sent type:PUBLISH from:hub', nth: 2 },
            text: 'Only when its PUBACK has come back, 0.8 seconds later, does the next one leave.',
          },
          {
            at: { filter: DONE, nth: 6 },
            text: 'Six jobs take six times there and back. That is safe, and slow. Even after a lost connection nothing could come out of order now: there is only ever one message that may have to be sent again.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'Let the hub wait for every single acknowledgement before it sends the next job.',
    holds: [
      { of: AT_ONCE, is: 1 },
      { of: `${DONE} payload=1`, before: `${DONE} payload=2` },
      { of: `${DONE} payload=2`, before: `${DONE} payload=3` },
      { of: `${DONE} payload=3`, before: `${DONE} payload=4` },
      { of: `${DONE} payload=4`, before: `${DONE} payload=5` },
      { of: `${DONE} payload=5`, before: `${DONE} payload=6` },
    ],
    notYet: 'There was more than one under way.',
  },
  prediction: {
    question: 'How many jobs has the hub sent to the robot before the first PUBACK comes back?',
    expectations: [
      {
        text: 'All six',
        holds: [{ of: AT_ONCE, is: 6 }],
        hint: 'It was so without a limit. What does the hub know of the robot now?',
      },
      {
        text: 'Two',
        holds: [{ of: AT_ONCE, is: 2 }],
        hint: 'The number counts messages that were sent and are not acknowledged yet. How many may that be?',
      },
      {
        text: 'One',
        holds: [{ of: AT_ONCE, is: 1 }],
        hint: 'To wait after every single message is the strictest way. Has the robot asked for that?',
      },
      {
        text: 'None: it drops what is too much',
        holds: [{ of: AT_ONCE, is: 0 }],
        hint: 'The robot is slow, but it is there. What could the hub do with a job that it may not send yet?',
      },
    ],
  },
  bytes: {
    question:
      'This is the CONNECT of the robot. Receive Maximum is one of its properties: the byte `21` names it, and two bytes after it say the number. Point at one of these three.',
    packet: 'type:CONNECT from:robot',
    field: 'Receive Maximum',
    hint: 'After `MQTT`, `4d 51 54 54`, come version, flags, two bytes of keep-alive, and one byte that says how long the properties are.',
    told: '`21 00 01`: Receive Maximum, 1. A property is its name in one byte, and a value. There are 27 of them in 5.0, and none in 3.1.1.',
  },
  standard:
    'A server must not have more messages of QoS 1 and 2 unacknowledged than the Receive Maximum of the client [5.0/MQTT-3.3.4-9], nor a client more than that of the server [5.0/MQTT-3.3.4-7]. Every such PUBLISH takes one from a quota, and at zero no other is sent [5.0/MQTT-4.9.0-2] until an acknowledgement gives one back; all other packets are still answered [5.0/MQTT-4.9.0-3]. Messages of one publisher, on one topic and with one QoS, are passed on in the order in which they came [5.0/MQTT-4.6.0-5], acknowledged in order [5.0/MQTT-4.6.0-2], and sent again in order [5.0/MQTT-4.6.0-1]. In 3.1.1 there is the order [3.1.1/MQTT-4.6.0-6], and no quota.',
};
