import type { Lesson } from './lesson.ts';

export const qos0: Lesson = {
  name: 'qos-0',
  title: 'QoS 0: sent once, and forgotten',
  about: 'What can lose a message that nobody acknowledges, and what cannot.',
  story: 'lessons/qos-0',
  seed: 4,
  begin: [
    'A `sensor` measures a temperature once a second and publishes it: it sends the reading to a broker, the `hub`. A `screen` has subscribed to those readings, so the hub passes each of them on to it.',
    'A publisher chooses how hard MQTT tries to deliver a message. That is its quality of service, QoS for short. QoS 0 is the least: the message is sent once, and nobody answers. In the picture it stands as `q0` beside the packet.',
  ],
  watch: [
    {
      at: 'type:CONNECT from:screen',
      text: 'An arrow is a packet, from the moment it was sent to the moment it arrived. Before anything else, each machine connects to the hub: CONNECT, “here I am”. The hub answers with CONNACK, “welcome”. The word `clean` beside a CONNECT says: “begin anew, remember nothing of me from before”.',
    },
    {
      at: 'type:SUBSCRIBE from:screen',
      text: 'The screen says what it wants to have: SUBSCRIBE.',
    },
    {
      at: 'type:SUBACK to:screen',
      text: 'The hub confirms it with a SUBACK. From now on it passes on to the screen what is published under that name.',
    },
    {
      at: 'type:PUBLISH from:sensor',
      text: 'The first reading leaves the sensor. The packet that carries a message is called PUBLISH.',
    },
    {
      at: 'type:PUBLISH from:hub',
      text: 'The hub passes it on to the screen, as a PUBLISH of its own.',
    },
    {
      at: 'kind:app.delivered at:screen',
      text: 'The screen has it. Look for an arrow back to the sensor: there is none. At QoS 0 nobody says “I have got it”.',
    },
    {
      at: { filter: 'kind:packet.sent type:PUBLISH from:sensor', nth: 5 },
      text: 'So it goes on, once a second: five readings, five arrows to the hub, five to the screen. The last reading, `"25"`, is marked.',
    },
  ],
  change: {
    text: 'Now the network between sensor and hub gets worse. Choose how.',
    parameter: 'trouble',
    choices: [
      {
        value: 'loss',
        label: 'A bad line: three in ten of the pieces that travel are lost, all the time',
        steps: [
          {
            at: 'kind:fault.began',
            text: 'From here on, for 5 seconds, three in ten of the pieces that travel on this line are lost: the bolt, the hatches, and `loss · 5 s` between them. But the connection is made with TCP, the layer below MQTT. TCP notices when a piece is missing, and sends it again, until all have arrived, in order.',
          },
          {
            at: 'type:PUBLISH from:sensor took>100ms',
            text: 'A piece of this packet was lost. TCP waited for a sign of it, none came, and so it sent the piece again: the packet was under way for 980 ms, where 20 are usual. Its arrow is hardly steeper than others, for the picture leaves out the time in which nothing happens: see `⋯ 980 ms` at its left, and `980 ms under way` below it.',
          },
          {
            at: 'type:PUBLISH from:sensor took>100ms kind:packet.received',
            text: 'The packet has no cross, for a cross marks a packet that never came, and this one came, only late. Over TCP a single MQTT packet is never lost alone. Loss is delay.',
          },
          {
            at: { filter: 'kind:app.delivered at:screen', nth: 5 },
            text: 'All five are there. Four of them were late, for a piece that is sent again can be lost again, and the next one may have to wait for it. And MQTT has not sent anything twice: it does not even know that the line is bad. The connection is only in danger when somebody loses patience with it (lesson 11); here nobody does.',
          },
        ],
      },
      {
        value: 'cut',
        label: 'A break: the connection is cut once, while a reading is under way',
        steps: [
          {
            at: 'type:PUBLISH kind:packet.lost',
            text: 'The third reading, `"23"`, is on its way when the connection breaks. What was in flight is gone, with the connection that carried it.',
          },
          {
            at: { filter: 'kind:packet.sent type:CONNECT from:sensor', nth: 2 },
            text: 'The sensor connects again, with a CONNECT that the hub answers with a CONNACK. It has not kept the lost reading: at QoS 0 a message that was sent is forgotten.',
          },
          {
            at: { filter: 'kind:app.delivered at:screen', nth: -1 },
            text: 'The later readings arrive. The screen has seen four of five, and nobody has told it that `"23"` is missing.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'Make the screen miss a reading.',
    holds: [{ of: 'kind:app.delivered at:screen', most: 4 }],
    notYet: 'The screen has all five. Try the other kind of trouble, and predict again.',
  },
  prediction: {
    question: 'How many of the five readings will the screen get?',
    expectations: [
      {
        text: 'All five, each once',
        holds: [
          { of: 'kind:app.delivered at:screen', is: 5 },
          { of: 'dup', is: 0 },
        ],
        hint: 'Think of the reading that was under way when it happened. Who still has it, and would send it again?',
      },
      {
        text: 'Four',
        holds: [{ of: 'kind:app.delivered at:screen', is: 4 }],
        hint: 'A piece that is lost is not the end of the connection. MQTT hands its packets to TCP, the layer below it, which numbers the pieces and is told which have arrived. What will it do when one is missing?',
      },
      {
        text: 'Six: one of them comes twice',
        holds: [{ of: 'kind:app.delivered at:screen', is: 6 }],
        hint: 'To send a message a second time, the sensor would have to keep it. Does it wait for an answer at QoS 0?',
      },
    ],
  },
  bytes: {
    question:
      'This is one of those PUBLISH packets, byte by byte. One byte holds the QoS, in two of its eight bits. Which one?',
    packet: 'type:PUBLISH from:sensor',
    field: 'QoS',
    hint: 'What kind of packet it is, and how it is to be treated, has to be known before anything else can be read.',
    told: 'The first byte is `30`. Its first digit, 3, says PUBLISH. The second digit holds four bits: DUP (sent once before, lesson 7), two bits of QoS, and RETAIN (the hub is to keep the message for who subscribes later, lesson 13). All of them are 0 here.',
  },
  standard:
    'At QoS 0 the receiver sends no response and the sender does not try again: the message arrives once or not at all. Its DUP flag, which marks a repetition, has to be 0 [5.0/MQTT-4.3.1-1] [5.0/MQTT-3.3.1-2], and it has no Packet Identifier, the number by which an answer would refer to it (lesson 7) [5.0/MQTT-2.2.1-2]. In version 5.0 sending again is allowed after a reconnect in which the hub still has what it remembered of the client, its session (lesson 7), and at no other time [5.0/MQTT-4.4.0-1]; and then only messages of QoS 1 and 2 are sent again. Version 3.1.1 says the same of QoS 0 [3.1.1/MQTT-4.3.1-1] [3.1.1/MQTT-3.3.1-2].',
};
