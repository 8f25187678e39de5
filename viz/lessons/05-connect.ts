import type { Lesson } from './lesson.ts';

export const connect: Lesson = {
  name: 'connect',
  title: 'CONNECT, taken apart',
  about: 'What a client says of itself, and when it is turned away.',
  story: 'lessons/connect',
  seed: 1,
  begin: [
    'The first packet says who somebody is, and how the two want to deal with each other. A `visitor` knocks at the `hub` with a CONNECT of MQTT 3.1.1 that is written by hand.',
    'Two things in it matter here. The *Client Identifier* is the name under which the hub knows the visitor. And the flag *Clean Session* says whether the hub is to forget everything about it when the connection ends (1), or to remember it from one connection to the next (0). What it remembers is called a *session*.',
  ],
  watch: [
    {
      at: 'type:CONNECT',
      text: 'The visitor gives its name, `lamp`, and asks for a clean session. Press *Look inside* to see every field: name of the protocol, version, flags, keep-alive, and the identifier at the end.',
    },
    {
      at: 'type:CONNACK',
      text: 'CONNACK, four bytes. The last two: no session is continued, and return code 0, accepted.',
    },
    { at: 'type:DISCONNECT', text: 'The visitor has seen enough and leaves.' },
  ],
  change: {
    text: 'Now the visitor does not say its name: its Client Identifier is empty.',
    parameter: 'name',
    choices: [
      {
        value: 'nameless',
        label: 'No name, and Clean Session 1: “you may forget me”',
        steps: [
          {
            at: 'type:CONNECT',
            text: 'The last two bytes are `00 00`: an identifier of no letters at all.',
          },
          {
            at: 'type:CONNACK',
            text: 'Accepted. The hub gives the visitor some name for as long as the connection lasts. As nothing has to be found again later, any name will do. (A broker may refuse this as well; ours does not.)',
          },
        ],
      },
      {
        value: 'nameless-kept',
        label: 'No name, and Clean Session 0: “remember me”',
        steps: [
          {
            at: 'type:CONNECT',
            text: 'The same empty name. But the flag Clean Session is 0: the hub is asked to remember somebody who has not said who they are.',
          },
          {
            at: 'type:CONNACK',
            text: 'Return code 2: identifier rejected. Under which name should the visitor be found again?',
          },
          {
            at: 'kind:conn.ended at:hub',
            text: 'After a refusal the hub closes the connection.',
          },
        ],
      },
    ],
  },
  goal: {
    text: 'Let the hub turn the visitor away.',
    holds: [{ of: 'type:CONNACK reason=0x02', least: 1 }],
    notYet: 'It was let in. What could it ask for that makes no sense without a name?',
  },
  prediction: {
    question: 'What does the hub answer?',
    expectations: [
      {
        text: 'It lets the visitor in',
        holds: [{ of: 'kind:packet.sent type:CONNACK reason=0x00', is: 1 }],
        hint: 'What did the visitor ask the hub to do after the connection is over? Can it do that?',
      },
      {
        text: 'A CONNACK with a refusal',
        holds: [{ of: 'kind:packet.sent type:CONNACK reason=0x02', is: 1 }],
        hint: 'What would the hub need the name for, in this case?',
      },
      {
        text: 'Nothing: it closes the connection',
        holds: [{ of: 'type:CONNACK', is: 0 }],
        hint: 'That is for packets that cannot be understood. This one can be: is it wrong in its form, or in what it asks for?',
      },
    ],
  },
  bytes: {
    question:
      'This is the CONNECT that was refused. One byte holds all its flags, Clean Session among them. Point at it. The name of the protocol, `MQTT`, is `4d 51 54 54`; the byte after it is the version.',
    packet: 'type:CONNECT',
    field: 'Clean Session',
    hint: 'Find the four letters of MQTT. Then comes the version, 4. What comes after that?',
    told: '`00`: no user name, no password, no will, and no clean session. With Clean Session it would be `02`. The two bytes after it are the keep-alive, 60 seconds (lesson 11).',
  },
  standard:
    'The Client Identifier has to be in every CONNECT, as the first field of its payload [3.1.1/MQTT-3.1.3-3]. A server may allow it to be empty, and gives the client a name then [3.1.1/MQTT-3.1.3-6]; but only with Clean Session 1 [3.1.1/MQTT-3.1.3-7]. With Clean Session 0 the answer has to be return code 2, and the end of the connection [3.1.1/MQTT-3.1.3-8]. Other return codes refuse a version that the server does not speak (1), a wrong user name or password (4), or a client that is not allowed in (5). Version 5.0 has found another way for the nameless: the server says in its CONNACK which name it has chosen [5.0/MQTT-3.1.3-7] [5.0/MQTT-3.2.2-16], so the client can come back with it.',
};
