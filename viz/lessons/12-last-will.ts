import type { Lesson } from './lesson.ts';

const TOLD = 'kind:app.delivered at:guard';

export const lastWill: Lesson = {
  name: 'last-will',
  title: 'The last will',
  about: 'A message that is sent when its sender cannot send any more.',
  story: 'lessons/last-will',
  seed: 1,
  begin: [
    'A machine that is dead cannot say so. So a client can leave a message with the broker in advance: its *last will*. The broker publishes it when the client is gone without having said goodbye.',
    'A `pump` leaves the will “offline” on the topic `pump/status`, and a `guard` has subscribed to it. The pump has a keep-alive of 10 seconds. Three seconds after it has connected, it goes.',
  ],
  watch: [
    {
      at: 'type:CONNECT from:pump',
      text: 'The will is a part of the CONNECT: topic, message and QoS. The hub puts it aside.',
    },
    {
      at: 'type:DISCONNECT from:pump',
      text: 'The pump says DISCONNECT, with code 0: an orderly goodbye.',
    },
    {
      at: 'kind:conn.ended at:hub',
      text: 'The hub throws the will away. The guard hears nothing, for nothing is wrong.',
    },
  ],
  change: {
    text: 'Let the pump go in another way.',
    parameter: 'ending',
    choices: [
      {
        value: 'crash',
        label: 'Its program crashes; its computer goes on',
        steps: [
          { at: 'kind:node.crashed', text: 'The program is gone, and has said nothing.' },
          {
            at: 'kind:conn.ended at:hub',
            text: 'Its computer closes the connections of a program that has died. So the hub hears of it at once, but there was no DISCONNECT.',
          },
          { at: TOLD, text: 'It publishes the will. The guard has it some 30 milliseconds after the crash.' },
        ],
      },
      {
        value: 'power-cut',
        label: 'Its computer loses power',
        steps: [
          {
            at: 'kind:node.power-cut',
            text: 'Nothing is left that could close the connection. The hub is told nothing at all.',
          },
          {
            at: 'kind:conn.ended at:hub',
            text: 'Only the keep-alive finds it out: 15 seconds after the last packet of the pump the hub gives up.',
          },
          { at: TOLD, text: 'Now it publishes the will. The guard learned of it 12 seconds late.' },
        ],
      },
      {
        value: 'farewell',
        label: 'It says goodbye, with code 4: “publish my will all the same”',
        steps: [
          {
            at: 'type:DISCONNECT from:pump',
            text: 'An orderly DISCONNECT. But its code is 4, “disconnect with will message”; there are such codes since version 5.0.',
          },
          { at: TOLD, text: 'So the will is published at once.' },
        ],
      },
    ],
  },
  goal: {
    text: 'Let the guard get the will, though nobody has told the hub that the pump is gone.',
    holds: [
      { of: TOLD, is: 1 },
      { of: `${TOLD} t>14s`, is: 1 },
    ],
    notYet:
      'The guard was told, but the hub had been told as well: the connection was closed. How could the pump go without that?',
  },
  prediction: {
    question: 'When does the guard get the will?',
    expectations: [
      {
        text: 'At once',
        holds: [{ of: `${TOLD} t<4s`, is: 1 }],
        hint: 'Is anything sent to the hub at that moment, by which it could notice?',
      },
      {
        text: 'Some 15 seconds after the last packet of the pump',
        holds: [{ of: `${TOLD} t in 14s..17s`, is: 1 }],
        hint: 'That is how long silence has to last. Is there only silence, or does the hub hear or see something before?',
      },
      {
        text: 'Never',
        holds: [{ of: TOLD, is: 0 }],
        hint: 'Only one kind of goodbye makes the hub throw the will away. Is it this one?',
      },
    ],
  },
  bytes: {
    question:
      'In the CONNECT one bit says that there is a will; it stands among the flags, in one byte. Point at that byte. (After `MQTT`, `4d 51 54 54`, comes the version.)',
    packet: 'type:CONNECT from:pump',
    field: 'Will Flag',
    hint: 'It is the byte that also says Clean Start, between the version and the keep-alive.',
    told: '`06`, in bits `0000 0110`: will, and clean start. Topic and message of the will stand at the end, after the Client Identifier: “pump/status” and “offline”.',
  },
  standard:
    'When the Will Flag is set, the server has to keep the will message [5.0/MQTT-3.1.2-7] and to publish it after the connection is closed, unless it was deleted before [5.0/MQTT-3.1.2-8]. A DISCONNECT with code 0 deletes it [5.0/MQTT-3.1.2-10] [5.0/MQTT-3.14.4-3]; a DISCONNECT with any other code does not. A delay can be set in 5.0: if the client comes back in time, the will is not sent [5.0/MQTT-3.1.3-9]. In 3.1.1 every DISCONNECT deletes the will [3.1.1/MQTT-3.14.4-3], and any other end of the connection publishes it [3.1.1/MQTT-3.1.2-8]: a failure of the network, a keep-alive that has passed, and also a connection that the server closes because the client broke a rule.',
};
