import { scenario } from 'mqtt-amber';
import { arrive } from './cast/arrive.ts';
import { insist } from './cast/insist.ts';
import { Luck } from './cast/luck.ts';
import { cargoOf, LASTING, mannersOf, protocol } from './cast/manners.ts';

/** Ten trucks, each at the other end of a network of its own, tell the next one in the ring where they are, and all of them the depot. */
export default scenario(
  'A fleet',
  {
    parameters: {
      protocol,
      trucks: { default: 10, range: [2, 1_000], whole: true, unit: 'trucks' },
      positions: { default: 4, range: [1, 1_000], whole: true, unit: 'positions of each truck' },
    },
  },
  async (sim, p) => {
    const hubsLuck = new Luck(sim, 'hub');
    const hub = sim.broker('hub', {
      receiveMaximum: hubsLuck.between(2, 20),
      ...(hubsLuck.chance(0.3) ? { serverKeepAlive: hubsLuck.seconds(3, 10) } : {}),
    });
    const depotsLuck = new Luck(sim, 'depot');
    const depot = sim.client('depot', { ...mannersOf(depotsLuck, p.protocol), ...LASTING });
    await arrive(sim, depot, hub);
    await insist(sim, () => depot.subscribe('truck/+/position', { qos: 1 }));

    const drive = async (number: number) => {
      const name = `truck-${number}`;
      const luck = new Luck(sim, name);
      const manners = mannersOf(luck, p.protocol);
      const truck = sim.client(name, { ...manners, ...LASTING });
      sim.link(truck, hub, {
        preset: luck.pick(['wifi', 'lte', 'lte', 'satellite'] as const),
        ...(luck.chance(0.3) ? { websocket: true } : {}),
      });
      await sim.sleep(luck.pause(0, 5_000));
      await arrive(sim, truck, hub);
      const ahead = (number % p.trucks) + 1;
      await insist(sim, () =>
        truck.subscribe(`truck/${ahead}/position`, { qos: luck.pick([0, 1, 2] as const) }),
      );
      const acknowledged: string[] = [];
      for (let position = 1; position <= p.positions; position++) {
        const text = `${name} at ${position}`;
        const qos = luck.pick([0, 1, 2] as const);
        truck.publish(`truck/${number}/position`, text, { qos, ...cargoOf(luck, manners.protocol) }).then(
          () => {
            if (qos > 0) acknowledged.push(text);
          },
          () => {},
        );
        await sim.sleep(luck.pause(2_000, 10_000));
      }
      return acknowledged;
    };
    const told = await Promise.all(Array.from({ length: p.trucks }, (_, at) => drive(at + 1)));
    await sim.quiet();

    const seen = new Set([...depot.received].map(({ text }) => text));
    sim.always(
      told.flat().every((text) => seen.has(text)),
      'the depot knows every position that was acknowledged',
    );
  },
);
