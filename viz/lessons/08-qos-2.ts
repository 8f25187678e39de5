import type { Lesson } from './lesson.ts';

export const qos2: Lesson = {
  name: 'qos-2',
  title: 'QoS 2: why it takes four packets',
  about: 'What each of the four arrows is for: cut them one by one.',
  story: 'lessons/qos-2',
  seed: 5,
  begin: [
    'A `till` reports a payment of 5 euro, and a `bank` has subscribed to payments. A payment must neither get lost nor be booked twice. So the till publishes it at QoS 2: exactly once.',
    'The price is four packets between till and hub, instead of one or two. Look at these two alone: between hub and bank nothing is ever cut here, so there QoS 0 is enough. Bars beside their lines show what each of the two holds: the message, or its number alone.',
  ],
  memory: ['till'],
  from: 'type:PUBLISH from:till',
  watch: [
    {
      at: 'type:PUBLISH from:till',
      text: 'PUBLISH: “Here is message number 1.” The till keeps it: the filled bar beside its line.',
    },
    {
      at: 'type:PUBREC from:hub',
      text: 'PUBREC, received: “I have number 1.” The hub has passed the payment on to the bank already; it need not wait for the rest. But the hub remembers that number, the pale bar beside its line: should it come again, it is not a new message. And the till, which may be sure of that now, throws the message away and keeps the number alone: where this arrow arrives, its filled bar turns pale.',
    },
    {
      at: 'type:PUBREL from:till',
      text: 'PUBREL, release: “Good. I will never send the message again, so you may forget its number.” The bar of the hub ends where this packet arrives.',
    },
    {
      at: 'type:PUBCOMP from:hub',
      text: 'PUBCOMP, complete: “Forgotten.” Now the bar of the till ends, too: number 1 is free, and can be given to another message.',
    },
  ],
  change: {
    text: 'Which packet does the cut take away?',
    parameter: 'cut',
    choices: [
      {
        value: 'PUBLISH',
        label: '1. PUBLISH',
        steps: [
          {
            at: 'type:PUBLISH kind:packet.lost',
            text: 'The message is lost on its way. The hub knows nothing of it.',
          },
          {
            at: 'type:PUBLISH from:till dup',
            text: 'The till connects again: CONNECT, and the hub answers with CONNACK. In that, `session present` says that it still has the session of the till. So the till sends the message again, with DUP: no PUBREC had come. This is the first time the hub sees number 1.',
          },
          { at: 'kind:app.delivered at:bank', text: 'The bank books 5 euro, once.' },
          {
            at: 'kind:packet.received type:PUBCOMP at:till',
            text: 'What follows is as in the first run: PUBREC, PUBREL and PUBCOMP, and number 1 is free.',
          },
        ],
      },
      {
        value: 'PUBREC',
        label: '2. PUBREC',
        steps: [
          {
            at: 'type:PUBREC kind:packet.lost',
            text: 'The hub has the payment and has passed it on. But its PUBREC is lost, so the till cannot know.',
          },
          {
            at: 'type:PUBLISH from:till dup',
            text: 'The till connects again (CONNECT, and CONNACK with `session present`: the hub still has its session) and sends the message again. At QoS 1 the payment would now be booked a second time.',
          },
          {
            at: 'kind:packet.received type:PUBREC at:till',
            text: 'The hub has remembered number 1, also while there was no connection, so it passes nothing on: beyond its bar the way of the message ends at a short bar across. And it sends its PUBREC again. What that packet alone does is seen at the till: only where it arrives the filled bar turns pale. Without it the till would never dare to throw the message away.',
          },
          {
            at: 'kind:packet.received type:PUBCOMP at:till',
            text: 'What follows is as in the first run: PUBREL and PUBCOMP, and number 1 is free.',
          },
        ],
      },
      {
        value: 'PUBREL',
        label: '3. PUBREL',
        steps: [
          {
            at: 'type:PUBREL kind:packet.lost',
            text: 'The PUBREL is lost. The till holds only the number by now; the hub still remembers it, and will as long as the session lasts.',
          },
          {
            at: { filter: 'kind:packet.sent type:PUBREL from:till', nth: 2 },
            text: 'The till connects again (CONNECT, and CONNACK with `session present`: the hub still has its session). Then it sends the PUBREL again, and not the message, which it has thrown away. Without this packet the hub would never forget: the number could never be used again.',
          },
          {
            at: 'type:PUBCOMP from:hub',
            text: 'The hub has forgotten the number: its bar has ended. PUBCOMP says so.',
          },
        ],
      },
      {
        value: 'PUBCOMP',
        label: '4. PUBCOMP',
        steps: [
          {
            at: 'type:PUBCOMP kind:packet.lost',
            text: 'The hub has forgotten number 1, but the till does not know that: its bar goes on. Until it does, it may not give the number to another message: for all it knows, the hub would take that for a repetition.',
          },
          {
            at: { filter: 'kind:packet.sent type:PUBREL from:till', nth: 2 },
            text: 'So it connects again (CONNECT, and CONNACK with `session present`: the hub still has its session) and asks again, with a PUBREL.',
          },
          {
            at: { filter: 'kind:packet.sent type:PUBCOMP from:hub', nth: 2 },
            text: 'The hub has no such number any more, and says so with the code `0x92`, “Packet Identifier not found”. After a break that is no error, and all that the till wanted to hear: number 1 is free.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'Cut each of the four packets once, and each time foresee what the till sends when it is connected again.',
    holds: [
      { of: 'kind:app.delivered at:bank', is: 1 },
      { of: 'kind:packet.lost', is: 1 },
    ],
    notYet: 'Nothing was cut off. Choose one of the four.',
    all: true,
  },
  prediction: {
    question: 'The till connects again, in its old session. What does the till send?',
    expectations: [
      {
        text: 'The PUBLISH again, with DUP',
        holds: [{ of: 'kind:packet.sent type:PUBLISH from:till dup', is: 1 }],
        hint: 'Did the till have a PUBREC when the connection broke? If so, it has promised something about the message.',
      },
      {
        text: 'The PUBREL, never the PUBLISH',
        holds: [
          { of: 'kind:packet.sent type:PUBLISH from:till dup', is: 0 },
          { of: 'kind:packet.sent type:PUBREL from:till', is: 2 },
        ],
        hint: 'A PUBREL says that the other side has the message. What was the last packet that the till got before the break?',
      },
      {
        text: 'Nothing: it waits for the hub',
        holds: [
          { of: 'kind:packet.sent type:PUBLISH from:till', is: 1 },
          { of: 'kind:packet.sent type:PUBREL from:till', is: 1 },
        ],
        hint: 'The till is the one who wants something delivered. Its exchange is not finished: who else could go on with it?',
      },
    ],
  },
  lack: [
    {
      title: 'And if the hub forgot?',
      without: 'a hub that forgets',
      text: 'This hub keeps the session of the till, but forgets the number when the connection breaks. The PUBREC is cut off again.',
      mutant: 'qos2-forgotten',
      value: 'PUBREC',
      steps: [
        {
          at: 'type:PUBREC kind:packet.lost',
          text: 'As before: the hub has passed the payment on, and the till cannot know. But the bar of the hub ends here.',
        },
        {
          at: 'type:PUBLISH from:till dup',
          text: 'As before: the till still holds the message, and sends number 1 again. What will the hub take it for?',
        },
        {
          at: { filter: 'kind:app.delivered at:bank', nth: 2 },
          text: 'The hub takes it for a new message, for it has forgotten number 1. It passes it on, and the bank books 5 euro a second time. (Below it goes on as ever.) So the hub has to remember.',
        },
      ],
      holds: [{ of: 'kind:app.delivered at:bank', is: 2 }],
    },
    {
      title: 'And if two packets were enough?',
      without: 'two packets, no PUBREL',
      text: 'PUBLISH, PUBREC, and a hub with a good memory. This till sends no PUBREL: with the PUBREC it is done, and gives number 1 to its next payment. (There are 65,535 numbers: each has to be given again some day.)',
      story: 'lessons/two-packets',
      sound: { packets: 4 },
      steps: [
        {
          at: 'kind:packet.received type:PUBREC at:till',
          text: 'The till has its PUBREC, and holds nothing any more. But nobody has told the hub: it still remembers number 1, and will to the end of the picture.',
        },
        {
          at: { filter: 'kind:packet.sent type:PUBLISH from:till', nth: 2 },
          text: 'The next payment, 7 euro: a new message, and no connection was cut. Its number is 1. The red ring is round what the hub remembers at this moment.',
        },
        {
          at: { filter: 'kind:packet.sent type:PUBREC from:hub', nth: 2 },
          text: 'Number 1 is known already. The hub takes the new payment for the old one and swallows it, and the till believes that it was booked. So somebody has to tell the hub when it may forget. That is PUBREL, the third packet.',
        },
      ],
      holds: [{ of: 'kind:app.delivered at:bank', is: 1 }],
    },
    {
      title: 'And if three packets were enough?',
      without: 'three packets, no PUBCOMP',
      text: 'PUBLISH, PUBREC, PUBREL. This till waits for no PUBCOMP: once its PUBREL has left, it takes number 1 for free, and gives it to its next payment. The PUBREL is cut off.',
      story: 'lessons/three-packets',
      sound: { packets: 4 },
      mended: {
        title: 'And with the fourth packet',
        with: 'the till waits for PUBCOMP',
        steps: [
          {
            at: 'type:PUBREL kind:packet.lost',
            text: 'The same payments and the same cut, with a till that waits for PUBCOMP. None has come, so where the empty bar was it holds number 1: the pale bar beside its line.',
          },
          {
            at: 'kind:packet.received type:PUBCOMP at:till',
            text: 'So after the reconnect it sends the PUBREL again, and this time the hub forgets. PUBCOMP says that it has: only now the bar of the till ends, and number 1 is free at both sides.',
          },
          {
            at: { filter: 'kind:app.delivered at:bank', nth: 2 },
            text: 'Then 7 euro goes out under number 1, the hub takes it for the new message that it is, and the bank books it. (Below that payment is brought to its end, too.)',
          },
        ],
      },
      steps: [
        {
          at: 'type:PUBREL kind:packet.lost',
          text: 'The PUBREL never arrives, so the bar of the hub goes on: it still remembers number 1. The bar of the till ended when the PUBREL left, without a PUBCOMP. It holds nothing that would make it ask again.',
        },
        {
          at: { filter: 'kind:packet.sent type:PUBLISH from:till', nth: 2 },
          text: 'After the reconnect it goes on with its next payment, 7 euro, under number 1. Look across at the same moment, to the red ring: at the hub that number is not free.',
        },
        {
          at: { filter: 'kind:packet.sent type:PUBREC from:hub', nth: 2 },
          text: 'The hub takes 7 euro for the old payment and swallows it. Missing is an answer to PUBREL: “I have forgotten the number.” Until that comes, a till keeps the number, gives it to no other message, and sends PUBREL again after a cut. That answer is PUBCOMP, the fourth packet.',
        },
      ],
      holds: [{ of: 'kind:app.delivered at:bank', is: 1 }],
    },
  ],
  bytes: {
    question: 'A PUBREL is a short packet. How many bytes does this one have?',
    packet: 'type:PUBREL from:till',
    read: 'size',
    hint: 'Count the pairs of digits: each pair is one byte.',
    told: 'Four: `62` for PUBREL, `02` for “two more bytes follow”, and the number of the message in two bytes, its Packet Identifier. No topic and no message (its content is called the payload): an acknowledgement needs only the number.',
  },
  standard:
    'The sender keeps the message until PUBREC [5.0/MQTT-4.3.3-3], then sends PUBREL [5.0/MQTT-4.3.3-4] and never the PUBLISH again [5.0/MQTT-4.3.3-6], and keeps the number until PUBCOMP [5.0/MQTT-4.3.3-5]. The receiver has to answer a repeated PUBLISH with PUBREC until it has received the PUBREL, and must not pass the message on a second time [5.0/MQTT-4.3.3-10]; it answers PUBREL with PUBCOMP [5.0/MQTT-4.3.3-11], after which the number means a new message [5.0/MQTT-4.3.3-12]. Sending again happens on reconnecting with a kept session, and in 5.0 only then [5.0/MQTT-4.4.0-1]. In 3.1.1: [3.1.1/MQTT-4.3.3-1] [3.1.1/MQTT-4.3.3-2]. There the receiver may also wait for the PUBREL before it passes the message on; for the sender that makes no difference.',
};
