import type { Lesson } from './lesson.ts';

export const publishSubscribe: Lesson = {
  name: 'publish-subscribe',
  title: 'Publish and subscribe',
  about: 'How one sends to many without knowing any of them.',
  story: 'lessons/publish-subscribe',
  seed: 1,
  begin: [
    'MQTT is how small devices tell each other things. Nobody sends to anybody in particular. Whoever has something to tell *publishes* it under a name, the topic: here `home/temperature`. Whoever wants to know *subscribes* to that topic.',
    'In between stands the *broker*, here called `hub`. Everybody is connected to it, and to it alone. It knows who wants what.',
    'In the picture you see the machines from left to right, and time running downwards. An arrow is a packet: from where and when it was sent to where and when it arrived. Its name stands beside it. *How to read the picture*, below, says what the other signs mean.',
  ],
  watch: [
    {
      at: 'type:CONNACK to:screen',
      text: 'A `screen` connects to the hub. CONNECT is the first packet on every connection. CONNACK is the answer: welcome.',
    },
    {
      at: 'type:SUBACK to:screen',
      text: 'It subscribes to `home/temperature`: “Give me whatever is published under this name.” The hub confirms with a SUBACK.',
    },
    {
      at: 'type:PUBLISH from:sensor',
      text: 'The `sensor` publishes 21.5. It sends one PUBLISH, to the hub, which says what, and under which topic. It does not say to whom.',
    },
    {
      at: 'type:PUBLISH to:screen',
      text: 'The hub looks up who has subscribed, and passes the message on.',
    },
    {
      at: 'kind:app.delivered at:screen',
      text: 'The screen has its temperature. Sensor and screen have never heard of each other.',
    },
  ],
  change: {
    text: 'How many want to know the temperature?',
    parameter: 'readers',
    choices: [
      {
        value: 3,
        label: 'Three: a screen, a phone and an archive',
        steps: [
          {
            at: 'type:PUBLISH from:sensor',
            text: 'One PUBLISH leaves the sensor, the same as before. It does not know that there are three now.',
          },
          {
            at: { filter: 'kind:packet.sent type:PUBLISH from:hub', nth: 3 },
            text: 'The hub makes a copy for each subscriber. To have more readers costs the sensor nothing.',
          },
        ],
      },
      {
        value: 0,
        label: 'Nobody',
        steps: [
          {
            at: 'type:PUBLISH from:sensor',
            text: 'The sensor sends its PUBLISH as always. It is not told that nobody listens, and need not care.',
          },
          {
            at: 'type:PUBLISH from:sensor kind:packet.received',
            text: 'The hub finds no subscription that fits, and forgets the message: no arrow leaves the hub, and nobody else is in the picture. That is no error.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'Let the sensor publish a message that nobody gets.',
    holds: [
      { of: 'kind:packet.received type:PUBLISH at:hub', is: 1 },
      { of: 'kind:app.delivered', is: 0 },
    ],
    notYet: 'Somebody got it. Who would have to be missing?',
  },
  prediction: {
    question: 'How many PUBLISH packets does the sensor send for its one reading?',
    expectations: [
      {
        text: 'One, whoever listens',
        holds: [{ of: 'kind:packet.sent type:PUBLISH from:sensor', is: 1 }],
        hint: 'What does the sensor do for its one reading, and what does the hub do?',
      },
      {
        text: 'One for each reader',
        holds: [
          { of: 'kind:packet.sent type:PUBLISH from:sensor', least: 2 },
          { of: 'kind:app.delivered', least: 2 },
        ],
        hint: 'How would the sensor know how many readers there are? Who keeps the list of subscriptions?',
      },
      {
        text: 'None, when nobody listens',
        holds: [{ of: 'kind:packet.sent type:PUBLISH from:sensor', is: 0 }],
        hint: 'How would the sensor find out that nobody listens? To whom does it talk?',
      },
    ],
  },
  bytes: {
    question:
      'This is the PUBLISH of the sensor, byte by byte. The topic `home/temperature` is spelled out: `68` is h, `6f` is o, `6d` is m, `65` is e. Point at a letter of the topic.',
    packet: 'type:PUBLISH from:sensor',
    field: 'Characters',
    hint: 'Look for the four letters h, o, m, e one after the other, or for one that comes after them.',
    told: 'A message carries its topic with it, letter by letter: that is how the hub knows what it is about. The last four bytes are the reading, `21.5`. No byte says to whom.',
  },
  standard:
    'The standard calls the hub a Server, and all others Clients. A client opens a connection to the server, and its first packet has to be a CONNECT [5.0/MQTT-3.1.0-1]. In a PUBLISH the Topic Name comes first, after the head of the packet [5.0/MQTT-3.3.2-1]. It is a plain name, without the wildcards of lesson 2 [5.0/MQTT-3.3.2-2]. What the server sends to a client has to match a subscription of that client [5.0/MQTT-3.3.2-3]. No field names a receiver, neither in 5.0 nor in 3.1.1 [3.1.1/MQTT-3.3.2-1] [3.1.1/MQTT-3.3.2-3].',
};
