import type { Lesson } from './lesson.ts';

const BOOKED = 'kind:app.delivered at:bank';

export const debugging: Lesson = {
  name: 'debugging',
  title: 'Find the bug: a seed that fails',
  about: 'From a failing run to its cause, as one does it at work.',
  story: 'lessons/debugging',
  seed: 18,
  mutant: 'qos2-forgotten',
  begin: [
    'Now you know enough to find a bug. This `hub` has one that real brokers have had. A `till` reports five payments with QoS 2, and chance cuts its connection now and then. Chance is not chance here: it all follows from a *seed*, a number. The same seed is the same run, byte for byte. So a failure that was seen once can be seen again.',
    'With seed 18 the *judge*, who watches every run and knows the standard, says that a promise was broken.',
  ],
  watch: [
    {
      at: 'kind:packet.lost type:PUBREL',
      text: 'Chance has cut the connection three times. The first time a PUBREL was under way, that of payment 1.',
    },
    {
      at: 'kind:packet.lost type:PUBREC',
      text: 'The second time it was the PUBREC of payment 2.',
    },
    {
      at: 'kind:verdict broken',
      text: 'A second later the judge protests: the hub has sent the bank a payment for the second time. “Exactly once” is broken.',
    },
    {
      at: { filter: `${BOOKED} payload="2 euro"`, nth: 2 },
      text: 'And the bank books 2 euro again.',
    },
    {
      at: 'kind:packet.lost type:PUBLISH',
      text: 'Later there is a third cut, of a PUBLISH. Three cuts, one failure, and a lot of packets around them. Which of the cuts does it need, and does it need the other payments? Make it smaller.',
    },
  ],
  change: {
    text: 'One payment, and one cut. Which?',
    parameter: 'cut',
    choices: [
      {
        value: 'PUBLISH',
        label: 'Cut while the PUBLISH is under way',
        steps: [
          {
            at: 'kind:packet.sent type:PUBLISH from:till dup',
            text: 'The PUBLISH is sent again, but for the hub it is the first one.',
          },
          { at: BOOKED, text: 'Booked once. That is not the bug.' },
        ],
      },
      {
        value: 'PUBREC',
        label: 'Cut while the PUBREC is under way',
        steps: [
          {
            at: 'type:PUBREC from:hub',
            text: 'The hub has the payment, and has passed it on. It should remember its number until the PUBREL.',
          },
          {
            at: 'kind:packet.sent type:PUBLISH from:till dup',
            text: 'The same number comes again, on a new connection. A healthy hub answers with PUBREC, and does nothing else.',
          },
          {
            at: { filter: BOOKED, nth: 2 },
            text: 'This one takes it for a new message. It has forgotten the number with the connection, though the session was kept. That is the bug.',
          },
        ],
      },
      {
        value: 'PUBREL',
        label: 'Cut while the PUBREL is under way',
        steps: [
          {
            at: { filter: 'kind:packet.sent type:PUBREL from:till', nth: 2 },
            text: 'The till sends its PUBREL again, and not the payment. Nothing that could be booked.',
          },
          { at: { filter: 'type:PUBCOMP from:hub', nth: -1 }, text: 'The hub answers, and all is well.' },
        ],
      },
      {
        value: 'PUBCOMP',
        label: 'Cut while the PUBCOMP is under way',
        steps: [
          {
            at: { filter: 'kind:packet.sent type:PUBREL from:till', nth: 2 },
            text: 'The PUBREL comes again, for a number that is done.',
          },
          { at: { filter: 'type:PUBCOMP from:hub', nth: -1 }, text: 'It is answered. All is well.' },
        ],
      },
    ],
  },
  goal: {
    text: 'Find the single cut with which this hub books one payment twice.',
    holds: [
      { of: 'kind:app.call op:publish', is: 1 },
      { of: BOOKED, is: 2 },
      { of: 'kind:verdict broken', least: 1 },
    ],
    notYet: 'The hub has kept its promise this time. Try another cut.',
  },
  prediction: {
    question: 'How often does this hub let the one payment be booked?',
    expectations: [
      {
        text: 'Once, as it should',
        holds: [{ of: BOOKED, is: 1 }],
        hint: 'What will the till send after the reconnect, and what would the hub have to remember in order to recognize it?',
      },
      {
        text: 'Twice',
        holds: [{ of: BOOKED, is: 2 }],
        hint: 'To be booked twice, a PUBLISH would have to reach the hub twice. Does it, with this cut?',
      },
      {
        text: 'Never',
        holds: [{ of: BOOKED, is: 0 }],
        hint: 'The till does not give up before it has its PUBCOMP. What will it do after the reconnect?',
      },
    ],
  },
  bytes: {
    question:
      'This is the PUBLISH as it came again. By which bytes should the hub have recognized it? Point at one of them.',
    packet: 'kind:packet.sent type:PUBLISH from:till dup',
    field: 'Packet Identifier',
    hint: 'Not by DUP: that says only that it may be a repetition. Something has to say of what. It stands after the topic, `payment`, whose last letter is `74`.',
    told: '`00 01`, the Packet Identifier. The hub had answered to that number with a PUBREC, and had no PUBREL for it: the exchange was not over.',
  },
  standard:
    'Until it has received the PUBREL, a receiver has to answer every repetition of a QoS 2 PUBLISH with a PUBREC, and must not pass it on a second time [5.0/MQTT-4.3.3-10] [3.1.1/MQTT-4.3.3-2]. That holds as long as the session does, across connections. DUP does not decide anything: whether a packet is a repetition, its number says, and after the PUBCOMP that number means something new [5.0/MQTT-4.3.3-12]. On your own machine it goes the same way: `amber sweep` finds the seed, `amber shrink` makes it small, and this page shows the rest.',
};
