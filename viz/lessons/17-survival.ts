import type { Lesson } from './lesson.ts';

const GOT = 'kind:app.delivered at:phone';

export const survival: Lesson = {
  name: 'survival',
  title: 'What survives which fault',
  about: 'An acknowledgement is a promise. What is it worth when the broker dies?',
  story: 'lessons/survival',
  seed: 1,
  begin: [
    'A `phone` is away; its session is kept for an hour. A `sensor` publishes an alarm with QoS 1, gets its PUBACK, and goes to sleep. From now on the alarm is in one place only: at the `hub`.',
    'Then something happens to the hub. Later it is there again, and the phone comes back.',
  ],
  watch: [
    {
      at: 'type:DISCONNECT from:phone',
      text: 'The phone leaves. It has subscribed to `alarm`, and its session stays.',
    },
    { at: 'type:PUBLISH from:sensor', text: 'The alarm arrives at the hub.' },
    {
      at: 'type:PUBACK to:sensor',
      text: 'PUBACK: “I have it.” With that the hub takes over: the sensor forgets the alarm.',
    },
    { at: GOT, text: 'The phone comes back, and has the alarm.' },
  ],
  change: {
    text: 'One second after the PUBACK something happens to the hub. Two seconds later it is there again.',
    parameter: 'blow',
    choices: [
      {
        value: 'crash',
        label: 'Its program crashes',
        steps: [
          { at: 'kind:node.crashed', text: 'All that was in the memory of the program is gone.' },
          {
            at: 'type:CONNACK to:phone session',
            text: 'But this hub writes sessions and messages to its disk before it acknowledges them. It has read them again: session present.',
          },
          { at: GOT, text: 'And the alarm is there.' },
        ],
      },
      {
        value: 'power-cut',
        label: 'Its power fails',
        steps: [
          {
            at: 'kind:node.power-cut',
            text: 'Now also what an operating system had still to write is gone. Only what is really on the disk survives.',
          },
          {
            at: GOT,
            text: 'This hub had waited for the disk to say so before it sent its PUBACK. That takes a little time with every message, and this is what it is for.',
          },
        ],
      },
      {
        value: 'power-cut-no-disk',
        label: 'Its power fails, and it keeps everything in memory only',
        steps: [
          {
            at: 'type:PUBACK to:sensor',
            text: 'This hub acknowledges at once, without waiting for a disk. It is faster.',
          },
          { at: 'kind:node.power-cut', text: 'And now everything it had promised to remember is gone.' },
          {
            at: { filter: 'kind:packet.sent type:CONNACK to:phone', nth: 2 },
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
            at: 'type:CONNACK to:phone session',
            text: 'The session has survived, but there is nothing in it: a hub need not keep messages of QoS 0 for somebody who is away, and this one does not.',
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
    notYet: 'No: either it arrived, or it was never acknowledged.',
  },
  prediction: {
    question: 'Does the phone get the alarm when it comes back?',
    expectations: [
      {
        text: 'Yes, once',
        holds: [{ of: GOT, is: 1 }],
        hint: 'Where is the alarm at the moment of the fault? Does it survive there, if it is kept at all?',
      },
      {
        text: 'Yes, twice',
        holds: [{ of: GOT, is: 2 }],
        hint: 'Twice is what comes of an acknowledgement that was lost. Which connection was cut while one was under way?',
      },
      {
        text: 'No',
        holds: [{ of: GOT, is: 0 }],
        hint: 'What does this hub do before it says PUBACK? And what is still there when it starts again?',
      },
    ],
  },
  bytes: {
    question: 'This is the PUBACK with which the hub took over. Which Packet Identifier does it acknowledge?',
    packet: 'type:PUBACK to:sensor',
    read: { field: 'Packet Identifier' },
    hint: 'The first two bytes are type and length. The number is in the two after them.',
    told: '`00 01`. Four bytes, and a promise. What a broker does before it sends them is what makes the difference between products.',
  },
  standard:
    'As long as a session lasts, its state has to be stored [3.1.1/MQTT-4.1.0-1]; in 5.0 it must not be discarded while the connection is open [5.0/MQTT-4.1.0-1], and has to be when its time has passed [5.0/MQTT-4.1.0-2]. To it belong subscriptions and messages of QoS 1 and 2 that wait; those of QoS 0 are left to the server. Who receives a QoS 1 message has to answer with PUBACK [5.0/MQTT-4.3.2-4], and has accepted ownership of it with that. How well a server has to keep it, the standard does not say: it remarks that hardware can fail, and that one should look whether the storage is good enough. So ask your broker what it does before it says PUBACK.',
};
