import { scenario } from 'mqtt-amber';
import { arrive } from './cast/arrive.ts';
import { insist } from './cast/insist.ts';
import { Luck } from './cast/luck.ts';
import { LASTING, mannersOf, protocol } from './cast/manners.ts';

/** Devices come, leave, drop and come back. Each says when it is there, and its will says when it is not: in the end the board is right. */
export default scenario(
  'Wills tell who is gone',
  { parameters: { protocol, devices: { default: 3, range: [1, 100], whole: true, unit: 'devices' } } },
  async (sim, p) => {
    const hub = sim.broker('hub');
    const guardsLuck = new Luck(sim, 'guard');
    const guard = sim.client('guard', { ...mannersOf(guardsLuck, p.protocol), ...LASTING });
    await arrive(sim, guard, hub);
    await insist(sim, () => guard.subscribe('presence/#', { qos: 2 }));

    const live = async (name: string) => {
      const luck = new Luck(sim, name);
      const manners = mannersOf(luck, p.protocol);
      const topic = `presence/${name}`;
      const qos = luck.pick([1, 2] as const);
      const device = sim.client(name, {
        ...manners,
        ...(luck.chance(0.5) ? LASTING : {}),
        will: {
          topic,
          payload: 'gone',
          qos,
          retain: true,
          ...(manners.protocol === '5.0' && luck.chance(0.5) ? { delay: luck.seconds(1, 15) } : {}),
          ...(manners.protocol === '5.0' && luck.chance(0.3) ? { contentType: 'text/plain' } : {}),
        },
      });
      let greetings = 0;
      device.on('online', () => {
        // Each is another, so that nobody takes one for a repetition of the last.
        device.publish(topic, `here ${++greetings}`, { qos, retain: true });
      });
      await arrive(sim, device, hub);
      for (let day = 0; day < 4; day++) {
        await sim.sleep(luck.pause(2_000, 12_000));
        const way = luck.pick(['stay', 'leave', 'leave', 'drop', 'vanish'] as const);
        if (way === 'leave') await insist(sim, () => device.disconnect());
        if (way === 'drop') {
          const withWill = manners.protocol === '5.0' ? { reasonCode: 0x04 } : {};
          await insist(sim, () => device.disconnect(withWill));
        }
        if (way === 'vanish') device.powerCut({ for: luck.pause(200, 20_000) });
        if (way === 'stay') continue;
        await sim.sleep(luck.pause(500, 8_000));
        await insist(sim, () => device.connect(hub));
      }
      return { device, topic };
    };
    const names = Array.from({ length: p.devices }, (_, at) => `device-${at + 1}`);
    const devices = await Promise.all(names.map(live));
    await sim.quiet();

    const board = sim.client('board', { protocol: p.protocol === '3.1.1' ? '3.1.1' : '5.0' });
    await board.connect(hub);
    await board.subscribe('presence/#', { qos: 1 });
    await sim.quiet();
    for (const { device, topic } of devices) {
      const state = board.received.on(topic).at(-1)?.text ?? 'nothing';
      sim.always(device.connected && state.startsWith('here'), 'who is there is known to be there');
    }
    sim.sometimes(
      [...guard.received].some(({ text }) => text === 'gone'),
      'somebody was missed',
    );
  },
);
