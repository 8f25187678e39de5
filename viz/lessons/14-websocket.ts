import type { Lesson } from './lesson.ts';

/** Frames of the page that carry its messages: what comes before is the handshake and the CONNECT. */
const FRAMES = 'kind:websocket.sent at:page t>200ms';

export const websocket: Lesson = {
  name: 'websocket',
  title: 'MQTT over WebSocket',
  about: 'How a browser speaks MQTT, and why frames are not packets.',
  story: 'lessons/websocket',
  seed: 1,
  begin: [
    'A page in a browser may not open a plain TCP connection. It can open a WebSocket: that begins as a request of the web, and then becomes a connection on which both sides may talk at any time.',
    'On a WebSocket bytes travel in *frames*, each with a small head that says how long it is. MQTT does not care: to MQTT a connection is a stream of bytes. Where a frame ends says nothing about where a packet ends.',
    'A `page` publishes three messages to a `lamp`: `on`, `off` at the same moment, and `warm white` a second later. With all that belongs to them these are packets of 13, 14 and 21 bytes.',
  ],
  watch: [
    {
      at: 'kind:websocket.sent at:page "GET"',
      text: 'The page asks: `GET /mqtt`, “Upgrade: websocket”, and names the subprotocol `mqtt`. The hub agrees with “101 Switching Protocols”. That is no MQTT yet: the two thin arrows.',
    },
    {
      at: 'type:CONNECT from:page',
      text: 'Then comes MQTT, as everywhere: a CONNECT. The box on its arrow is the frame in which it leaves, with its size on the wire: 24 bytes, of which 18 are the packet and 6 the head of the frame.',
    },
    {
      at: 'type:PUBLISH from:page',
      text: 'The first message has a frame for itself, 13 bytes and the head …',
    },
    {
      at: { filter: 'kind:packet.sent type:PUBLISH from:page', nth: 2 },
      text: '… and so has the second, and the third. Three packets, three frames. That is usual, but nobody promised it.',
    },
  ],
  change: {
    text: 'The page may fill its frames in another way.',
    parameter: 'framing',
    choices: [
      {
        value: 'joined',
        label: 'What is written at the same moment goes into one frame',
        steps: [
          {
            at: 'type:PUBLISH from:page',
            text: 'This packet of 13 bytes, and the next one of 14, have left in one frame of 33: 6 bytes are its head. The box is around both arrows.',
          },
          {
            at: { filter: 'kind:packet.received type:PUBLISH at:hub from:page', nth: 2 },
            text: 'The hub reads the first packet, sees from its length where it ends, and goes on with the second.',
          },
        ],
      },
      {
        value: 'split',
        label: 'A frame holds at most 16 bytes of MQTT',
        steps: [
          {
            at: 'type:PUBLISH from:page',
            text: 'The first two messages are short enough for a frame each.',
          },
          {
            at: { filter: 'kind:packet.sent type:PUBLISH from:page', nth: 3 },
            text: 'The third has 21 bytes, and two boxes. The first frame carries 16 of them, the next one 5, each with a head of 6 bytes. The CONNECT was split like that as well.',
          },
          {
            at: { filter: 'kind:packet.received type:PUBLISH at:hub from:page', nth: 3 },
            text: 'The hub puts them together. A hub that took each frame for a packet would have seen a part of a message, and then nonsense.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'Let one packet travel in two frames.',
    holds: [
      { of: FRAMES, is: 4 },
      { of: 'kind:packet.sent type:PUBLISH from:page', is: 3 },
    ],
    notYet: 'This time two packets travelled in one frame. It goes the other way round as well.',
  },
  prediction: {
    question: 'The three packets have 13, 14 and 21 bytes. In how many frames do they leave the page?',
    expectations: [
      {
        text: 'Two',
        holds: [{ of: FRAMES, is: 2 }],
        hint: 'To have fewer frames than packets, some frame would have to hold more than one. May it?',
      },
      {
        text: 'Three: a packet is a frame',
        holds: [{ of: FRAMES, is: 3 }],
        hint: 'So it was in the first run. But what was changed now: when does a frame begin, and how much may it hold?',
      },
      {
        text: 'Four',
        holds: [{ of: FRAMES, is: 4 }],
        hint: 'To have more frames than packets, some packet would have to be longer than a frame. Is one?',
      },
    ],
  },
  bill: {
    title: 'Two packets in one frame, and one packet in two',
    entries: [
      {
        name: 'Joined: the PUBLISH of “on”',
        value: 'joined',
        packets: ['kind:packet.sent type:PUBLISH from:page'],
      },
      {
        name: 'Joined: the PUBLISH of “off”',
        value: 'joined',
        packets: [{ filter: 'kind:packet.sent type:PUBLISH from:page', nth: 2 }],
      },
      { name: 'The one frame that carried both, with its head of 6', value: 'joined', packets: [FRAMES] },
      {
        name: 'Split: the PUBLISH of “warm white”',
        value: 'split',
        packets: [{ filter: 'kind:packet.sent type:PUBLISH from:page', nth: 3 }],
      },
      { name: 'Its first frame', value: 'split', packets: [{ filter: FRAMES, nth: 3 }] },
      { name: 'Its second frame', value: 'split', packets: [{ filter: FRAMES, nth: 4 }] },
    ],
  },
  bytes: {
    question:
      'This is a frame as it was on the wire. In the second byte the uppermost bit says that the content is masked, as all that a browser sends has to be. The other seven bits are the length of the content, when it is a short one like this. How many bytes of MQTT are in this frame?',
    packet: { filter: FRAMES, nth: 3 },
    read: { field: 'Payload length' },
    hint: 'Take the uppermost bit, `80`, away from the second byte. Of the two digits that are left the first counts sixteens, the second ones.',
    told: '`90` without `80` is `10`, sixteen. Then come four bytes of mask, with which the content is mixed; so you cannot read “light/3” in it.',
  },
  standard:
    'Over WebSocket MQTT travels in binary frames; whoever gets another kind of data frame closes the connection [5.0/MQTT-6.0.0-1]. A frame can contain several packets or parts of them, and the receiver must not assume that they are aligned [5.0/MQTT-6.0.0-2]. The client has to offer the subprotocol `mqtt` [5.0/MQTT-6.0.0-3], and the server to select it [5.0/MQTT-6.0.0-4]. The four are the same in 3.1.1: [3.1.1/MQTT-6.0.0-1] [3.1.1/MQTT-6.0.0-2] [3.1.1/MQTT-6.0.0-3] [3.1.1/MQTT-6.0.0-4].',
};
