import { scenario } from 'mqtt-amber';
import { arrive } from './cast/arrive.ts';
import { insist } from './cast/insist.ts';
import { Luck } from './cast/luck.ts';
import { cargoOf, LASTING, mannersOf, protocol } from './cast/manners.ts';

/** Two thermostats retain, replace and clear what they say; visitors come late, and the last of them finds what was said last. */
export default scenario(
  'Retained messages and late subscribers',
  {
    parameters: {
      protocol,
      writings: { default: 15, range: [1, 1_000], whole: true, unit: 'writings of each thermostat' },
    },
  },
  async (sim, p) => {
    const hub = sim.broker('hub');

    /** What each topic may hold in the end: what was acknowledged last, and whatever was written after it. */
    const possible = new Map<string, Set<string>>();
    const write = async (name: string) => {
      const luck = new Luck(sim, name);
      const manners = mannersOf(luck, p.protocol);
      const thermostat = sim.client(name, { ...manners, ...LASTING });
      // Order is promised to messages of one QoS alone: an older one of QoS 1 may come again after a later one of QoS 2.
      const levels = { target: luck.pick([1, 2] as const), actual: luck.pick([1, 2] as const) };
      await arrive(sim, thermostat, hub);
      for (let writing = 1; writing <= p.writings; writing++) {
        const what = luck.pick(['target', 'actual'] as const);
        const topic = `${name}/${what}`;
        const text = luck.chance(0.2) ? '' : `${topic} ${writing}`;
        const qos = levels[what];
        const values = possible.get(topic) ?? new Set(['']);
        possible.set(topic, values.add(text));
        await thermostat.publish(topic, text, { qos, retain: true, ...cargoOf(luck, manners.protocol) }).then(
          () => possible.set(topic, new Set([text])),
          () => sim.sleep('1s'),
        );
        // What is too old is not for the late.
        if (manners.protocol === '5.0' && luck.chance(0.2))
          thermostat.publish(`${name}/news`, `${writing}`, {
            qos,
            retain: true,
            messageExpiry: luck.seconds(2, 20),
          });
        if (luck.chance(0.2)) thermostat.publish(`${name}/tick`, `${writing}`, { retain: true });
        await sim.sleep(luck.pause(500, 3_000));
      }
    };

    const visit = async (name: string) => {
      const luck = new Luck(sim, name);
      const manners = mannersOf(luck, p.protocol);
      const visitor = sim.client(name, manners);
      for (let visit = 0; visit < 4; visit++) {
        await sim.sleep(luck.pause(500, 8_000));
        await insist(sim, () => visitor.connect(hub));
        const options =
          manners.protocol === '5.0'
            ? { retainHandling: luck.pick([0, 1, 2] as const), retainAsPublished: luck.chance(0.5) }
            : {};
        const filter = luck.pick(['#', '+/target', 'hall/actual', 'attic/#']);
        const qos = luck.pick([0, 1, 2] as const);
        await insist(sim, () => visitor.subscribe(filter, { qos, ...options }));
        if (luck.chance(0.4)) await insist(sim, () => visitor.subscribe(filter, { qos, ...options }));
        await sim.sleep(luck.pause(500, 5_000));
        await insist(sim, () => visitor.disconnect());
      }
    };
    await Promise.all([write('hall'), write('attic'), visit('early'), visit('late')]);
    await sim.quiet();

    const last = sim.client('last', { protocol: p.protocol === '3.1.1' ? '3.1.1' : '5.0' });
    await last.connect(hub);
    await last.subscribe('#', { qos: 1 });
    await sim.quiet();
    for (const [topic, values] of possible) {
      const found = last.received.on(topic);
      sim.always(found.length <= 1, 'one message is retained for a topic, or none');
      sim.always(values.has(found[0]?.text ?? ''), 'and it is what was written last');
      sim.always(found[0]?.retain !== false, 'which is said of it');
    }
  },
);
