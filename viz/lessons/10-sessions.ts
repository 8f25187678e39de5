import type { Lesson } from './lesson.ts';

const GOT = 'kind:app.delivered at:phone';

export const sessions: Lesson = {
  name: 'sessions',
  title: 'Sessions: to be remembered',
  about: 'What waits for somebody who is away, and for how long.',
  story: 'lessons/sessions',
  seed: 1,
  begin: [
    'A `phone` subscribes to a chat, says goodbye, and goes into a tunnel: for two minutes it has no connection. Meanwhile a `sender` writes three messages.',
    'What a broker knows of a client is called its *session*: the subscriptions, the messages that wait, what is not yet acknowledged. A session can be longer than a connection, when the client asks for it.',
  ],
  watch: [
    {
      at: 'type:CONNECT from:phone',
      text: 'The phone asks for a clean start, and for a session that ends with the connection.',
    },
    { at: 'type:SUBSCRIBE from:phone', text: 'It subscribes to `chat` with QoS 1.' },
    {
      at: 'type:DISCONNECT from:phone',
      text: 'It leaves. The hub forgets all about it, and its subscription as well.',
    },
    {
      at: 'type:PUBLISH from:sender',
      text: 'Three messages are published. Nobody is subscribed, so nothing is kept.',
    },
    {
      at: { filter: 'type:CONNACK to:phone kind:packet.sent', nth: 2 },
      text: 'Two minutes later the phone is back. It is a stranger, and gets nothing.',
    },
  ],
  change: {
    text: 'Let the phone ask for a session that is kept after the connection.',
    parameter: 'session',
    choices: [
      {
        value: 'minute',
        label: 'For one minute',
        steps: [
          {
            at: 'type:PUBLISH from:sender',
            text: 'The hub still has the session and its subscription. It keeps the three messages for the phone.',
          },
          {
            at: { filter: 'type:CONNACK to:phone kind:packet.sent', nth: 2 },
            text: 'But the phone is away for two minutes. One minute after it had left, the hub threw the session away, with everything in it. “Session present: no.”',
          },
          {
            at: { filter: 'type:SUBSCRIBE from:phone kind:packet.sent', nth: 2 },
            text: 'The phone sees that in the CONNACK, and subscribes anew. What was sent meanwhile is lost.',
          },
        ],
      },
      {
        value: 'hour',
        label: 'For one hour',
        steps: [
          {
            at: 'type:PUBLISH from:sender',
            text: 'The phone is not there, its session is. The hub keeps the three messages.',
          },
          {
            at: 'type:CONNACK to:phone session',
            text: 'The phone is back, and asks to go on. “Session present: yes.” It need not subscribe again.',
          },
          {
            at: { filter: GOT, nth: -1 },
            text: 'And it gets what it has missed, in order. None of the three has DUP: each is sent for the first time.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'Let the phone get all three messages that were sent while it was away.',
    holds: [{ of: GOT, is: 3 }],
    notYet: 'It got none. Two minutes are longer than what was asked for.',
  },
  prediction: {
    question: 'The phone is away for two minutes. How many of the three messages does it get?',
    expectations: [
      {
        text: 'None',
        holds: [{ of: GOT, is: 0 }],
        hint: 'Is the session still there when the phone comes back? And what is in it?',
      },
      {
        text: 'The last one',
        holds: [{ of: GOT, is: 1 }],
        hint: 'To keep only the last message of a topic is another thing, a retained message (lesson 13). What does a session keep?',
      },
      {
        text: 'All three',
        holds: [{ of: GOT, is: 3 }],
        hint: 'Compare how long the phone is away with how long its session is kept.',
      },
    ],
  },
  bytes: {
    question:
      'This is the CONNACK after the tunnel. One byte says whether the session was still present. Point at it.',
    packet: 'type:CONNACK to:phone session',
    field: 'Session Present',
    hint: 'The first two bytes are as in every packet: type and length. What is the first thing that the phone needs to know?',
    told: 'The third byte: `01`, session present. After it comes `00`: accepted.',
  },
  standard:
    'With Clean Start 1, as version 5.0 calls the flag, a session that exists is thrown away [5.0/MQTT-3.1.2-4]; with Clean Start 0 it is resumed [5.0/MQTT-3.1.2-5], and the CONNACK says whether there was one [5.0/MQTT-3.2.2-3]. The Session Expiry Interval says how long it is kept after the connection has ended [5.0/MQTT-3.1.2-23]; when it has passed, the session is over [5.0/MQTT-4.1.0-2]. In 3.1.1 one flag, Clean Session, says both, and there is no time after which a session ends [3.1.1/MQTT-3.1.2-4] [3.1.1/MQTT-3.1.2-6]; what is published with QoS 1 and 2 meanwhile has to be stored [3.1.1/MQTT-3.1.2-5]. Messages of QoS 0 need not wait for anybody.',
};
