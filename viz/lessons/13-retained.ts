import type { Lesson } from './lesson.ts';

const GOT = 'kind:app.delivered at:visitor';

export const retained: Lesson = {
  name: 'retained',
  title: 'Retained messages: for those who come late',
  about: 'A value that waits at the broker, and how to get rid of it.',
  story: 'lessons/retained',
  seed: 1,
  begin: [
    'A message goes to those who are subscribed when it is published. Whoever comes a second later has missed it. For a value that changes once a day that is a pity.',
    'So a publisher can ask the broker to *retain* a message: to keep it under its topic, and to give it to everybody who subscribes later. A `heater` does that with the temperature it is set to, 20. A `visitor` comes two minutes later.',
  ],
  watch: [
    {
      at: 'type:PUBLISH from:heater',
      text: 'The heater publishes 20 on `room/target`, with the flag RETAIN. Nobody is there to hear it; the hub keeps it.',
    },
    { at: 'type:SUBSCRIBE from:visitor', text: 'Two minutes later the visitor subscribes.' },
    {
      at: 'type:PUBLISH to:visitor retain',
      text: 'And has the value at once. RETAIN is set in this packet, too. It says: this is not new, it was kept for you.',
    },
  ],
  change: {
    text: 'Before the visitor comes, something happens to the value.',
    parameter: 'meanwhile',
    choices: [
      {
        value: 'replaced',
        label: 'The heater publishes 22, with RETAIN',
        steps: [
          {
            at: { filter: 'kind:packet.sent type:PUBLISH from:heater', nth: 2 },
            text: 'There is one retained message for a topic, and no more. The new one takes the place of the old one.',
          },
          { at: GOT, text: 'The visitor gets 22, and never hears of 20.' },
        ],
      },
      {
        value: 'passing',
        label: 'The heater publishes 22, without RETAIN',
        steps: [
          {
            at: { filter: 'kind:packet.sent type:PUBLISH from:heater', nth: 2 },
            text: 'A message without RETAIN goes to those who are there, and that is all. What is kept stays as it is.',
          },
          {
            at: GOT,
            text: 'So the visitor gets 20, which is not true any more. Whoever retains once has to retain every time.',
          },
        ],
      },
      {
        value: 'cleared',
        label: 'The heater publishes nothing at all: an empty payload, with RETAIN',
        steps: [
          {
            at: { filter: 'kind:packet.sent type:PUBLISH from:heater', nth: 2 },
            text: 'A message with RETAIN and without a payload clears what is kept. It is not kept itself; those who are subscribed at that moment get it like any other.',
          },
          { at: 'type:SUBACK to:visitor', text: 'The visitor subscribes, and gets nothing.' },
        ],
      },
      {
        value: 'expired',
        label: 'Nothing. But the heater had said that the value is good for one minute',
        steps: [
          {
            at: 'type:PUBLISH from:heater',
            text: 'This PUBLISH says: good for 60 seconds. That is a Message Expiry Interval, since version 5.0.',
          },
          {
            at: 'type:SUBACK to:visitor',
            text: 'The visitor comes after two minutes. The value has expired; there is nothing to be had.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'See to it that the visitor gets nothing.',
    holds: [{ of: GOT, is: 0 }],
    notYet: 'The visitor got a value. How can it be made to go away?',
  },
  prediction: {
    question: 'What does the visitor get?',
    expectations: [
      {
        text: '20',
        holds: [{ of: `${GOT} payload=20`, is: 1 }],
        hint: 'Is 20 still what the hub keeps for this topic, when the visitor comes?',
      },
      {
        text: '22',
        holds: [{ of: `${GOT} payload=22`, is: 1 }],
        hint: 'Was 22 published at all, and was the hub asked to keep it?',
      },
      {
        text: 'First 20, then 22',
        holds: [{ of: GOT, is: 2 }],
        hint: 'How many messages does the hub keep for one topic?',
      },
      {
        text: 'Nothing',
        holds: [{ of: GOT, is: 0 }],
        hint: 'Something is kept until it is replaced, cleared or too old. Has one of these happened?',
      },
    ],
  },
  bytes: {
    question: 'This is the first PUBLISH of the heater. RETAIN is one bit of one byte. Point at that byte.',
    packet: 'type:PUBLISH from:heater',
    field: 'RETAIN',
    hint: 'It stands beside DUP and QoS.',
    told: 'The first byte once more: `31`. Its last bit is RETAIN.',
  },
  standard:
    'A message with RETAIN 1 replaces what is retained for its topic [5.0/MQTT-3.3.1-5]; one without a payload removes it [5.0/MQTT-3.3.1-6] and is not kept itself [5.0/MQTT-3.3.1-7]. One with RETAIN 0 changes nothing [5.0/MQTT-3.3.1-8]. Whoever subscribes gets what is retained, unless the subscription says otherwise [5.0/MQTT-3.3.1-9], and gets it with RETAIN 1. Those who were subscribed already get a new message with RETAIN 0 [5.0/MQTT-3.3.1-12], unless they asked to see the flag as it was published [5.0/MQTT-3.3.1-13]. What has expired is not sent [5.0/MQTT-3.3.2-5]. A retained message belongs to no session: it stays when its publisher is long gone. In 3.1.1: [3.1.1/MQTT-3.3.1-5] [3.1.1/MQTT-3.3.1-6] [3.1.1/MQTT-3.3.1-8] [3.1.1/MQTT-3.3.1-9] [3.1.1/MQTT-3.3.1-10].',
};
