import type { Lesson } from './lesson.ts';

export const qos1: Lesson = {
  name: 'qos-1',
  title: 'QoS 1: until somebody answers',
  about: 'Why a message that is acknowledged can come twice.',
  story: 'lessons/qos-1',
  seed: 3,
  begin: [
    'An alarm must not get lost. The `sensor` publishes it at QoS 1: it keeps the message until the `hub` has acknowledged it.',
    'When it connected, the sensor has also asked the hub for a *session* that outlives the connection: both sides remember what is unfinished, should the connection break. A bar beside the line of the sensor shows what it holds.',
  ],
  memory: ['sensor'],
  from: 'type:PUBLISH from:sensor',
  watch: [
    {
      at: 'type:PUBLISH from:sensor',
      text: 'The alarm leaves the sensor. It has a number, a Packet Identifier, so that the answer can refer to it: `#1` in the picture. The sensor holds the alarm until that answer comes: the bar beside its line.',
    },
    {
      at: 'type:PUBACK from:hub',
      text: 'The hub answers with a PUBACK that has the same number: “I have it, you may forget it.” Now the hub is responsible, and the bar of the sensor ends.',
    },
    {
      at: 'type:PUBACK from:screen',
      text: 'Between hub and `screen` it is the same once more: a PUBLISH with a number, a PUBACK. Each connection has an exchange of its own, and numbers of its own: both begin with `#1`. While the hub waits for that PUBACK it holds the alarm as the sensor did; the picture leaves that bar out, for this lesson is about sensor and hub.',
    },
  ],
  change: {
    text: 'Two packets make up the exchange between sensor and hub. Cut the connection while one of them is under way.',
    parameter: 'cut',
    choices: [
      {
        value: 'PUBLISH',
        label: 'Cut while the PUBLISH is under way',
        steps: [
          {
            at: 'type:PUBLISH kind:packet.lost',
            text: 'The connection breaks, and the PUBLISH is lost with it. The hub has never seen the alarm.',
          },
          {
            at: 'type:CONNACK to:sensor session',
            text: 'The sensor connects again, with a CONNECT. The hub answers with CONNACK, and `session present` in it: it still has the session. That is the one moment at which MQTT sends something again. The bar has gone on all the time: the sensor still holds the alarm.',
          },
          {
            at: 'type:PUBLISH from:sensor dup',
            text: 'No PUBACK had come, so the sensor sends the alarm once more, with the same number. The flag DUP says: this may be a repetition.',
          },
          {
            at: 'kind:app.delivered at:screen',
            text: 'The screen gets the alarm once: one filled diamond at its line. For the hub it was no repetition: DUP only warns that it may be one, for the sensor cannot know.',
          },
        ],
      },
      {
        value: 'PUBACK',
        label: 'Cut while the PUBACK is under way',
        steps: [
          {
            at: 'type:PUBLISH from:sensor kind:packet.received',
            text: 'The PUBLISH has arrived. The hub passes the alarm on to the screen, and answers.',
          },
          {
            at: 'type:PUBACK kind:packet.lost',
            text: 'The answer is lost with the connection. From where the sensor stands, this looks exactly as if the PUBLISH had been lost.',
          },
          {
            at: 'type:PUBLISH from:sensor dup',
            text: 'So it connects again (CONNECT), hears that the hub still has the session (CONNACK, `session present`), and does the same: it sends the alarm again, with the flag DUP, which says that this may be a repetition.',
          },
          {
            at: { filter: 'kind:app.delivered at:screen', nth: -1 },
            text: 'At QoS 1 a receiver keeps nothing of a message that it has answered, so here the hub never has a bar towards the sensor. DUP only warns, so it takes this for a new message. Nothing was lost, but the screen has `"fire"` twice: two filled diamonds at its line.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'Make one alarm arrive at the screen twice.',
    holds: [{ of: 'kind:app.delivered at:screen', is: 2 }],
    notYet:
      'The screen has the alarm once. Which of the two packets has to get lost, so that the hub is told twice?',
  },
  prediction: {
    question: 'How often will the screen get the alarm?',
    expectations: [
      {
        text: 'Not at all',
        holds: [{ of: 'kind:app.delivered at:screen', is: 0 }],
        hint: 'The sensor keeps the alarm until there is a PUBACK. What will it do when it is connected again?',
      },
      {
        text: 'Once',
        holds: [{ of: 'kind:app.delivered at:screen', is: 1 }],
        hint: 'What does the hub already have when the connection breaks? And can the sensor know that?',
      },
      {
        text: 'Twice',
        holds: [{ of: 'kind:app.delivered at:screen', is: 2 }],
        hint: 'Had the hub seen the alarm before the connection broke? It can only pass on what it got.',
      },
    ],
  },
  bytes: {
    question:
      'This is the alarm as it was sent again. The flag DUP is one bit of one byte. Point at that byte.',
    packet: 'type:PUBLISH from:sensor dup',
    field: 'DUP',
    hint: 'DUP stands beside the QoS and RETAIN, where the type of the packet is as well.',
    told: 'It is the first byte again: `3a`. Its second digit, a, is 10, in bits `1010`: DUP 1, QoS 01, RETAIN 0. Everything after it is as it was the first time.',
  },
  standard:
    'The sender treats the message as unacknowledged until it has received the PUBACK with its number [5.0/MQTT-4.3.2-3], and the receiver has to answer with that PUBACK [5.0/MQTT-4.3.2-4]. When a client reconnects and the session is still there, both sides send again what is unacknowledged, with the numbers it had, and this is the only time at which they may [5.0/MQTT-4.4.0-1]; DUP has to be 1 then [5.0/MQTT-3.3.1-1]. After its PUBACK the receiver has to take the same number for a new message, whatever DUP says [5.0/MQTT-4.3.2-5]. So QoS 1 means at least once. In 3.1.1 it is the same [3.1.1/MQTT-4.3.2-1] [3.1.1/MQTT-4.3.2-2] [3.1.1/MQTT-4.4.0-1], but there sending again at other times is not forbidden.',
};
