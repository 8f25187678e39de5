import { type ClientAuthentication, scenario } from 'mqtt-amber';

/**
 * A short life of a client in which every type of packet is seen: fourteen of them, and AUTH, when it has to prove who it is in
 * more than one step.
 */
export default scenario(
  'Lesson 4: the types of packets',
  {
    parameters: {
      login: {
        default: 'none',
        values: ['none', 'password', 'challenge'],
        description: 'how the lamp proves who it is',
      },
    },
  },
  async (sim, { login }) => {
    const answerOf = (question: number) => Uint8Array.of((question * 7) % 251);
    const hub = sim.broker('hub', {
      authenticationMethods: {
        RIDDLE: () => {
          let asked = false;
          return (data) => {
            if (!asked) {
              asked = true;
              return { outcome: 'continue', data: Uint8Array.of(42) };
            }
            return data?.[0] === answerOf(42)[0]
              ? { outcome: 'success' }
              : { outcome: 'failure', text: 'wrong answer' };
          };
        },
      },
    });
    const riddle: ClientAuthentication = {
      name: 'RIDDLE',
      begin: () => ({
        opening: undefined,
        answer: (data) => ({ data: answerOf(data?.[0] ?? 0) }),
        accept: () => true,
      }),
    };
    const lamp = sim.client('lamp', {
      keepAlive: '5s',
      ...(login === 'password' ? { username: 'lamp', password: 'secret' } : {}),
      ...(login === 'challenge' ? { authentication: riddle } : {}),
    });
    sim.link(lamp, hub, { latency: '20ms' });

    await lamp.connect(hub);
    await lamp.subscribe('lamp/+', { qos: 0 });
    await lamp.publish('home/0', 'a', { qos: 0 });
    await lamp.publish('home/1', 'b', { qos: 1 });
    await lamp.publish('home/2', 'c', { qos: 2 });
    await sim.sleep('6s');
    await lamp.unsubscribe('lamp/+');
    await lamp.disconnect();
    await sim.quiet();
  },
);
