import { CallError, type ClientAuthentication, scenario } from 'mqtt-amber';
import { arrive } from './cast/arrive.ts';
import { insist } from './cast/insist.ts';
import { Luck } from './cast/luck.ts';
import { LASTING, mannersOf, protocol } from './cast/manners.ts';

/**
 * A hub that does not have everything, members who now and then want what it does not have, and somebody at the door who is never let in.
 * What the hub can do it does; what it cannot is not even asked by those who were told.
 */
export default scenario(
  'Terms that are announced',
  {
    parameters: {
      protocol,
      wishes: { default: 12, range: [1, 1_000], whole: true, unit: 'wishes of each member' },
    },
  },
  async (sim, p) => {
    const hubsLuck = new Luck(sim, 'hub');
    const offered = {
      maximumQoS: hubsLuck.pick([0, 1, 1] as const),
      retainAvailable: hubsLuck.chance(0.4),
      wildcardSubscriptionAvailable: hubsLuck.chance(0.4),
      sharedSubscriptionAvailable: hubsLuck.chance(0.4),
      subscriptionIdentifiersAvailable: hubsLuck.chance(0.4),
    };
    const hub = sim.broker('hub', {
      ...offered,
      authenticationMethods: {
        WORD: () => (data) =>
          data?.[0] === RIGHT ? { outcome: 'success' } : { outcome: 'failure', text: 'a wrong word' },
      },
      authenticate: ({ username }) => (username === 'intruder' ? 'not-authorized' : 'accepted'),
    });

    const join = async (name: string) => {
      const luck = new Luck(sim, name);
      const manners = mannersOf(luck, p.protocol);
      const modern = manners.protocol === '5.0';
      const member = sim.client(name, {
        ...manners,
        ...LASTING,
        will: {
          topic: 'board/gone',
          payload: name,
          qos: offered.maximumQoS,
          retain: offered.retainAvailable,
        },
      });
      await arrive(sim, member, hub);
      await insist(sim, () => member.subscribe(['board/news', 'board/gone'], { qos: 1 }));
      return { name, luck, modern, member };
    };

    const wish = async ({ name, luck, modern, member }: Awaited<ReturnType<typeof join>>) => {
      const accepted: string[] = [];
      for (let number = 1; number <= p.wishes; number++) {
        const text = `${name} ${number}`;
        member.publish('board/news', text, { qos: offered.maximumQoS }).then(
          () => {
            if (offered.maximumQoS > 0) accepted.push(text);
          },
          () => {},
        );
        // Before 5.0 nobody is told, and who asks for too much loses the connection, as often as the message is sent again.
        const wishes = [
          () => member.subscribe('board/+', { qos: 1 }),
          ...(modern
            ? [
                () => member.publish('board/news', `${text}, twice`, { qos: 2 }),
                () => member.publish('board/state', text, { retain: true }),
                () => member.subscribe('$share/crew/board/state', { qos: 1 }),
                () => member.subscribe('board/state', { subscriptionIdentifier: 7 }),
              ]
            : []),
        ];
        luck.pick(wishes)().catch(refusedOrLost);
        await sim.sleep(luck.pause(500, 5_000));
      }
      return { member, accepted };
    };

    const intrude = async () => {
      const luck = new Luck(sim, 'intruder');
      const manners = mannersOf(luck, p.protocol);
      // With a name that is not wanted, or with a method that nobody knows.
      const pretence =
        manners.protocol === '5.0' && luck.chance(0.5)
          ? { authentication: STRANGE_METHOD }
          : { username: 'intruder' };
      const intruder = sim.client('intruder', { ...manners, ...pretence });
      for (let attempt = 0; attempt < 6; attempt++) {
        const entered = await insist(sim, () => intruder.connect(hub)).then(
          () => true,
          (error: unknown) => {
            refusedOrLost(error);
            return false;
          },
        );
        sim.always(!entered, 'who is not wanted does not come in');
        await sim.sleep(luck.pause(1_000, 8_000));
      }
    };

    /** Has no name: the hub gives it one for as long as it stays. */
    const visit = async () => {
      const luck = new Luck(sim, 'guest');
      const guest = sim.client('guest', { ...mannersOf(luck, p.protocol), clientId: '' });
      for (let stay = 0; stay < 4; stay++) {
        await insist(sim, () => guest.connect(hub));
        await insist(sim, () => guest.subscribe('board/news', { qos: 1 }));
        await sim.sleep(luck.pause(1_000, 6_000));
        await insist(sim, () => guest.disconnect());
        await sim.sleep(luck.pause(200, 4_000));
      }
    };

    /** Knows the word when it comes, and not when it has to say it again: it loses the connection, and comes back with the right one. */
    const lapse = async () => {
      if (p.protocol === '3.1.1') return;
      const luck = new Luck(sim, 'lapsed');
      let word = RIGHT;
      const authentication: ClientAuthentication = {
        name: 'WORD',
        begin: () => ({ opening: Uint8Array.of(word), answer: () => 'refused', accept: () => true }),
      };
      const lapsed = sim.client('lapsed', { ...mannersOf(luck, '5.0'), authentication });
      for (let stay = 0; stay < 4; stay++) {
        word = RIGHT;
        // Where it was about to come back by itself, it may still say the wrong one.
        await insist(sim, () => lapsed.connect(hub)).catch(refusedOrLost);
        await sim.sleep(luck.pause(500, 4_000));
        word = WRONG;
        const believed = await lapsed.authenticate().then(
          () => true,
          () => false,
        );
        sim.always(!believed, 'who does not know the word any more is not believed');
        await sim.sleep(luck.pause(500, 4_000));
      }
      word = RIGHT;
    };

    /** Says what no standard lets anybody say, before CONNECT, in it, or after it. */
    const offend = async () => {
      const luck = new Luck(sim, 'stranger');
      const stranger = sim.peer('stranger');
      const connect = p.protocol === '3.1.1' ? CONNECT_4 : CONNECT_5;
      const subscribe = p.protocol === '3.1.1' ? SUBSCRIBE_4 : SUBSCRIBE_5;
      const sayings = [
        [connect, connect],
        [connect, NO_PACKET],
        [connect, subscribe],
        [MALFORMED_CONNECT],
        [OTHER_PROTOCOL],
      ];
      for (let turn = 0; turn < 6; turn++) {
        const door = stranger.dial(hub);
        // The hub may be down, and the way cut.
        await Promise.race([door.opened(), sim.sleep('8s')]);
        for (const word of luck.pick(sayings)) {
          door.send(word);
          await sim.sleep(luck.pause(20, 2_000));
        }
        await Promise.race([door.ended(), sim.sleep('8s')]);
        door.close();
        await sim.sleep(luck.pause(500, 5_000));
      }
    };
    // What is said before somebody has asked for it is not for them.
    const live = async () => Promise.all((await Promise.all([join('ann'), join('bob')])).map(wish));
    const [members] = await Promise.all([live(), intrude(), visit(), lapse(), offend()]);
    await sim.quiet();

    const accepted = members.flatMap((each) => each.accepted);
    for (const { member } of members) {
      const seen = new Set([...member.received].map(({ text }) => text));
      sim.always(
        accepted.every((text) => seen.has(text)),
        'what the hub took reaches every member',
      );
    }
  },
);

/** Of a client with an identifier of one letter. */
const CONNECT_4 = Uint8Array.of(0x10, 13, 0, 4, 77, 81, 84, 84, 4, 2, 0, 0, 0, 1, 115);
const CONNECT_5 = Uint8Array.of(0x10, 14, 0, 4, 77, 81, 84, 84, 5, 2, 0, 0, 0, 0, 1, 115);
/** Of 3.1.1, with the flag that is reserved; and of a protocol that calls itself MQTX. */
const MALFORMED_CONNECT = Uint8Array.of(0x10, 13, 0, 4, 77, 81, 84, 84, 4, 3, 0, 0, 0, 1, 115);
const OTHER_PROTOCOL = Uint8Array.of(0x10, 13, 0, 4, 77, 81, 84, 88, 4, 2, 0, 0, 0, 1, 115);
/** With a QoS of 3, and with the reserved bits of its options. */
const SUBSCRIBE_4 = Uint8Array.of(0x82, 6, 0, 1, 0, 1, 97, 3);
const SUBSCRIBE_5 = Uint8Array.of(0x82, 7, 0, 1, 0, 0, 1, 97, 0xc0);
const NO_PACKET = Uint8Array.of(0xff, 0);
/** Of the method that a member proves itself with. */
const RIGHT = 7;
const WRONG = 8;

const STRANGE_METHOD: ClientAuthentication = {
  name: 'STRANGE',
  begin: () => ({
    opening: undefined,
    answer: () => ({ data: Uint8Array.of(1) }),
    accept: () => true,
  }),
};

/** What is refused, what a process takes with it when it dies, and what QoS 0 loses with its connection. */
function refusedOrLost(error: unknown): void {
  if (!(error instanceof CallError)) throw error;
  if (error.kind !== 'refused' && error.kind !== 'crashed' && error.kind !== 'connection-lost') throw error;
}
