import type { Lesson } from './lesson.ts';

const CLOSED = 'kind:conn.ended at:hub';

export const keepAlive: Lesson = {
  name: 'keep-alive',
  title: 'Keep-alive: are you still there?',
  about: 'How a connection that is dead at one end only is found out.',
  story: 'lessons/keep-alive',
  seed: 1,
  begin: [
    'A connection can die without a word. A cable is pulled out, a tunnel begins: no packet gets through any more, and no end is told. The `hub` goes on to believe that the `device` is there. Such a connection is called half-open.',
    'Against this there is the *keep-alive*: in its CONNECT the device promises never to be silent for longer than so many seconds, here 10. A `guard` wants to hear when the device is gone; the device has left a message for that with the hub, its last will (lesson 12).',
  ],
  watch: [
    {
      at: 'type:CONNECT from:device',
      text: 'The CONNECT says: keep-alive 10 s. An arrow has no room for all that a packet says; this is among its bytes, which the part *Bytes* asks about.',
    },
    {
      at: 'type:PINGREQ from:device',
      text: 'Ten seconds later the device has had nothing to say. So it says just that: a PINGREQ, two bytes. The picture draws the first of six, and says of the others only how many: × 6.',
    },
    {
      at: 'type:PINGRESP from:hub',
      text: 'The hub answers with a PINGRESP. Now both know that the other is there, and that the way between is open.',
    },
    {
      at: 'type:DISCONNECT from:device',
      text: 'So it goes on for a minute: five more pairs, which are cut out of the picture as “10 PINGs”. Then the device says goodbye.',
    },
  ],
  change: {
    text: '12 seconds after the beginning, shortly after its first PINGREQ, the network of the device dies without a word. How long does the hub wait?',
    parameter: 'trouble',
    choices: [
      {
        value: 'silence',
        label: 'As the standard says: one and a half keep-alives',
        steps: [
          {
            at: 'kind:fault.began fault:partition',
            text: 'From here on nothing gets through. Neither side is told.',
          },
          {
            at: { filter: 'kind:packet.sent type:PINGREQ from:device', nth: 2 },
            text: 'The device pings, into the void. The hub hears nothing, and waits: 10 seconds, and half as much again, for packets can be late.',
          },
          {
            at: CLOSED,
            text: '15 seconds after the last packet it heard, the hub gives up and closes the connection, as if the network had failed. It has.',
          },
          {
            at: 'kind:app.delivered at:guard',
            text: 'And the guard is told.',
          },
          {
            at: 'kind:conn.ended at:device',
            text: 'The device has its own way to find out: its second PINGREQ was never answered. How long it waits for an answer is for the device to decide; here it is 10 seconds.',
          },
        ],
      },
      {
        value: 'patient',
        label: 'Longer than the standard says: it is set to 2.5 keep-alives, as the broker EMQX can be',
        steps: [
          {
            at: 'kind:fault.began fault:partition',
            text: 'The same silence, at the same moment.',
          },
          {
            at: CLOSED,
            text: 'This hub waits 25 seconds. Some brokers can be set so, for networks that are often late. That is longer than the standard allows, and whoever relies on hearing of a loss in time has to know it.',
          },
        ],
      },
      {
        value: 'off',
        label: 'As the standard says; but the device has turned keep-alive off (0 seconds)',
        steps: [
          {
            at: 'type:CONNECT from:device',
            text: 'Keep-alive 0: the device promises nothing.',
          },
          {
            at: 'kind:fault.ended',
            text: 'Forty-eight seconds later the network is back, and the hub has noticed nothing. As long as it has nothing to send, it would wait for ever. Without a keep-alive, silence means nothing.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'Let the hub find out that the device is gone, in the time that the standard sets.',
    holds: [{ of: `${CLOSED} t in 24s..27s`, is: 1 }],
    notYet: 'Not in that time. Which hub waits for one and a half keep-alives?',
  },
  prediction: {
    question: 'How long after the last packet from the device does the hub close the connection?',
    expectations: [
      {
        text: 'At once: it is told that the network is gone',
        holds: [{ of: `${CLOSED} t in 12s..15s`, least: 1 }],
        hint: 'Who should tell it? What would have to travel over the network for that?',
      },
      {
        text: 'After 15 seconds',
        holds: [{ of: `${CLOSED} t in 24s..27s`, is: 1 }],
        hint: 'What did the device promise in its CONNECT, and how much does this hub add to that?',
      },
      {
        text: 'After 25 seconds',
        holds: [{ of: `${CLOSED} t in 34s..37s`, is: 1 }],
        hint: 'What did the device promise in its CONNECT, and by how much does this hub multiply that?',
      },
      {
        text: 'Never, for as long as we watch',
        holds: [{ of: CLOSED, is: 0 }],
        hint: 'The device has promised not to be silent for longer than ten seconds. May the hub not draw a conclusion?',
      },
    ],
  },
  bytes: {
    question:
      'This is the CONNECT of the device. After `MQTT`, which is `4d 51 54 54`, come the version, the flags, and in two bytes the keep-alive in seconds. Which number is it?',
    packet: 'type:CONNECT from:device',
    read: { field: 'Keep Alive' },
    hint: 'Version and flags take one byte each. The next two are the number, the first counting 256s.',
    told: '`00 0a`: ten seconds. Two bytes reach to 65 535, which is more than eighteen hours.',
  },
  standard:
    'A client that has nothing else to send within the time of the keep-alive has to send a PINGREQ [5.0/MQTT-3.1.2-20], and gets a PINGRESP [5.0/MQTT-3.12.4-1]. When a server hears nothing for one and a half times as long, it has to close the connection as if the network had failed [5.0/MQTT-3.1.2-22] [3.1.1/MQTT-3.1.2-24]. Any packet counts, not only PINGREQ. Zero turns the keep-alive off. In 5.0 a server can set another time, which the client has to keep [5.0/MQTT-3.1.2-21].',
};
