import type { Lesson } from './lesson.ts';

const GOT = 'kind:app.delivered at:phone';
const CONNACK = { filter: 'kind:packet.sent type:CONNACK to:phone', nth: 2 };

export const survival: Lesson = {
  name: 'survival',
  title: 'What survives which fault',
  about: 'An acknowledgement is a promise. What is it worth when the broker dies?',
  story: 'lessons/survival',
  seed: 1,
  begin: [
    'A `phone` is away; its session is kept for an hour. A `sensor` publishes an alarm with QoS 1, gets its PUBACK, and goes to sleep. From now on the alarm is in one place only: at the `hub`.',
    'Then something happens to the hub. Later it is there again, and the phone comes back.',
    'The program of this hub writes sessions and messages into files before it acknowledges them. Its operating system takes what is written into memory first, and has it on the disk within a second. The hub does not wait for that.',
  ],
  watch: [
    {
      at: 'type:DISCONNECT from:phone',
      text: 'The phone leaves. It has subscribed to `alarm`, and its session stays.',
    },
    { at: 'type:PUBLISH from:sensor', text: 'The alarm is on its way to the hub.' },
    {
      at: 'type:PUBACK to:sensor',
      text: 'PUBACK: “I have it.” With that the hub takes over: the sensor forgets the alarm.',
    },
    { at: GOT, text: 'The phone comes back, and has the alarm.' },
  ],
  change: {
    text: 'A tenth of a second after the sensor has left, something happens to the hub. Two seconds later it runs again.',
    parameter: 'blow',
    choices: [
      {
        value: 'crash',
        label: 'Its program crashes; its computer goes on',
        steps: [
          { at: 'kind:node.crashed', text: 'All that was in the memory of the program is gone.' },
          {
            at: CONNACK,
            text: 'But what it had written is still with the operating system, which has not crashed. The hub has read its files again: session present.',
          },
          { at: GOT, text: 'And the alarm is there.' },
        ],
      },
      {
        value: 'power-cut',
        label: 'Its power fails',
        steps: [
          {
            at: 'type:PUBACK to:sensor',
            text: 'At this moment the alarm was written, but it was not on the disk yet. The hub has acknowledged it all the same.',
          },
          {
            at: 'kind:node.power-cut',
            text: 'Now the memory of the operating system is gone as well. Only what is really on the disk survives.',
          },
          {
            at: CONNACK,
            text: 'The phone comes back, and the hub does not know it: no session, no subscription, no alarm. The sensor will not send it again; it had been told that all was well.',
          },
        ],
      },
      {
        value: 'qos-0',
        label: 'Nothing. But the alarm is published with QoS 0',
        steps: [
          {
            at: 'type:PUBLISH from:sensor',
            text: 'The alarm arrives at the hub, and nobody acknowledges it.',
          },
          {
            at: CONNACK,
            text: 'The session is present, but there is nothing in it: a hub need not keep messages of QoS 0 for somebody who is away, and this one does not.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'Lose an alarm that the hub had acknowledged.',
    holds: [
      { of: 'kind:packet.received type:PUBACK at:sensor', is: 1 },
      { of: GOT, is: 0 },
    ],
    notYet: 'Not this time: either the alarm arrived, or it was never acknowledged.',
  },
  prediction: {
    question: 'Does the phone get the alarm when it comes back?',
    expectations: [
      {
        text: 'Yes, once',
        holds: [{ of: GOT, is: 1 }],
        hint: 'Where exactly is the alarm at that moment, and does that place survive? And is it kept at all for somebody who is away?',
      },
      {
        text: 'Yes, twice',
        holds: [{ of: GOT, is: 2 }],
        hint: 'Twice is what comes of an acknowledgement that was lost. Was a connection cut while one was under way?',
      },
      {
        text: 'No',
        holds: [{ of: GOT, is: 0 }],
        hint: 'What did this hub do before it said PUBACK? Who else has it then, and is that one gone, too?',
      },
    ],
  },
  matrix: {
    title:
      'Are session and alarm still there when the phone comes back? It is read off the flag Session Present in the CONNACK. A row says when the hub has on its disk what it acknowledges: never, later (within a second), or first.',
    rows: { parameter: 'disk', title: 'on its disk', values: ['never', 'later', 'first'] },
    columns: {
      parameter: 'blow',
      title: 'what happens to the hub',
      values: ['nothing', 'crash', 'power-cut'],
    },
    packet: CONNACK,
    read: { field: 'Session Present' },
    words: ['lost', 'kept'],
  },
  bytes: {
    question: 'This is the PUBACK with which the hub took over. Which Packet Identifier does it acknowledge?',
    packet: 'type:PUBACK to:sensor',
    read: { field: 'Packet Identifier' },
    hint: 'The first two bytes are type and length. The number is in the two after them.',
    told: '`00 01`. Four bytes, and a promise. Only a hub that has everything on its disk *first* keeps it in each of the nine cases. That takes a little time with every message.',
  },
  standard:
    'As long as a session lasts, its state has to be stored [3.1.1/MQTT-4.1.0-1]; in 5.0 it must not be discarded while the connection is open [5.0/MQTT-4.1.0-1], and has to be when its time has passed [5.0/MQTT-4.1.0-2]. Subscriptions belong to it, and messages of QoS 1 and 2 that wait; whether those of QoS 0 do is left to the server. Whoever receives a QoS 1 message has to answer with PUBACK [5.0/MQTT-4.3.2-4], and has accepted ownership of it with that. How well a server has to keep it, the standard does not say: it remarks that hardware can fail, and that one should look whether the storage is good enough. So ask your broker what it does before it says PUBACK.',
};
