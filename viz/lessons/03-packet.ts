import type { Lesson } from './lesson.ts';

const REMAINING = 'type:PUBLISH from:camera kind:packet.sent';

export const packet: Lesson = {
  name: 'packet',
  title: 'Anatomy of a packet',
  about: 'The first bytes of every packet: what it is, and how long it is.',
  story: 'lessons/packet',
  seed: 1,
  begin: [
    'Packets follow one another on a connection like words without spaces. So the beginning of each has to say what it is and how long it is. This head is called the *Fixed Header*.',
    'The first byte says what kind of packet it is, and has some flags: bits that mean yes or no. Then comes the *Remaining Length*: how many bytes are still to come. Small numbers take one byte, larger ones up to four.',
    'A `camera` publishes one message on the topic `a/b`. You choose how long its *payload* is, the message itself.',
  ],
  watch: [
    {
      at: 'type:PUBLISH from:camera',
      text: 'This packet has a payload of ten bytes. Press *Look inside* below: you see the bytes of the packet, and what each of them is.',
    },
    {
      at: 'type:PUBLISH from:camera kind:packet.received',
      text: 'The first byte is `30`: type 3 is PUBLISH, and no flag is set. The second is `0f`, fifteen bytes are still to come: two say how long the topic is, three are `a/b`, ten are payload. With the two bytes of the head the packet has seventeen.',
    },
  ],
  change: {
    text: 'A byte has eight bits. In the Remaining Length seven of them count, and the uppermost says whether another byte of the length follows. Make the payload longer, so that what remains is …',
    parameter: 'payload',
    choices: [
      {
        value: 122,
        label: '127 bytes (payload of 122)',
        steps: [
          {
            at: 'type:PUBLISH from:camera',
            text: 'The largest number for which seven bits are enough: `7f`, 127. The head still has two bytes, the packet 129.',
          },
        ],
      },
      {
        value: 123,
        label: '128 bytes (one more)',
        steps: [
          {
            at: 'type:PUBLISH from:camera',
            text: '`80 01`. The uppermost bit of the first byte is set: another one follows. Its other seven bits count 0 ones; the second byte counts 1 times 128. One byte more of payload, and two more on the wire.',
          },
        ],
      },
      {
        value: 16_378,
        label: '16 383 bytes',
        steps: [
          {
            at: 'type:PUBLISH from:camera',
            text: '`ff 7f`: 127 ones and 127 times 128. That is the most that two bytes can say.',
          },
        ],
      },
      {
        value: 16_379,
        label: '16 384 bytes (one more)',
        steps: [
          {
            at: 'type:PUBLISH from:camera',
            text: '`80 80 01`: no ones, no 128s, and 1 times 16 384. The head has four bytes now: the first, and three of length.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'Make a packet whose Remaining Length takes three bytes.',
    holds: [{ of: `${REMAINING} size>=16388`, is: 1 }],
    notYet: 'Fewer than three. Two bytes have fourteen bits that count: where do they end?',
  },
  prediction: {
    question: 'How many bytes does the Remaining Length take then?',
    expectations: [
      {
        text: 'One',
        holds: [{ of: `${REMAINING} size<=129`, is: 1 }],
        hint: 'Seven bits can count to 127. Is that enough?',
      },
      {
        text: 'Two',
        holds: [{ of: `${REMAINING} size in 131..16386`, is: 1 }],
        hint: 'One byte counts to 127, two count to 127 + 127 × 128. On which side of those borders is this one?',
      },
      {
        text: 'Three',
        holds: [{ of: `${REMAINING} size>=16388`, is: 1 }],
        hint: 'Two bytes have fourteen bits that count. To which number do they reach?',
      },
    ],
  },
  bytes: {
    question:
      'This is the beginning of that packet. After the Remaining Length come two bytes that say how long the topic is. Point at one of them.',
    packet: 'type:PUBLISH from:camera',
    field: 'Length',
    hint: 'The Remaining Length starts with the second byte of the packet. Its uppermost bit is set in `80` and above: then another byte of it follows. Where does it end?',
    told: '`00 03`, after `80 80 01`. In `01` the uppermost bit is not set, so the Remaining Length ends there: 1 × 128 × 128 = 16 384. Four bytes of it reach to 268 435 455, so no packet of MQTT is longer than about 256 MB.',
  },
  standard:
    'Version 5.0 calls a number like this a Variable Byte Integer. It has to be written with as few bytes as possible [5.0/MQTT-1.5.5-1], and four are the most. The flags in the lower half of the first byte mean something in a PUBLISH only. In all other packets they are reserved, and have to be what the standard lists [5.0/MQTT-2.1.3-1] [3.1.1/MQTT-2.2.2-1]. Whoever receives others closes the connection [3.1.1/MQTT-2.2.2-2].',
};
