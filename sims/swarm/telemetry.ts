import { type ReceivedMessage, scenario } from 'mqtt-amber';
import { arrive } from './cast/arrive.ts';
import { insist } from './cast/insist.ts';
import { Luck } from './cast/luck.ts';
import { cargoOf, LASTING, mannersOf, protocol } from './cast/manners.ts';

/** Two sensors report at QoS 1 and 2 to two screens that may sleep but are not forgotten: what was acknowledged is seen. */
export default scenario(
  'Telemetry to durable subscribers',
  {
    parameters: {
      protocol,
      readings: { default: 12, range: [1, 1_000], whole: true, unit: 'readings of each sensor' },
    },
  },
  async (sim, p) => {
    const hub = sim.broker('hub', { receiveMaximum: new Luck(sim, 'hub').between(2, 20) });
    const screens = ['wall', 'desk'].map((name) => {
      const luck = new Luck(sim, name);
      return { luck, client: sim.client(name, { ...mannersOf(luck, p.protocol), ...LASTING }) };
    });
    await Promise.all(
      screens.map(async ({ luck, client }) => {
        await arrive(sim, client, hub);
        const qos = luck.pick([1, 2, 2] as const);
        await insist(sim, () => client.subscribe('plant/+/pressure', { qos }));
      }),
    );

    const report = async (name: string, qos: 1 | 2) => {
      const luck = new Luck(sim, name);
      const manners = mannersOf(luck, p.protocol);
      const sensor = sim.client(name, { ...manners, ...LASTING });
      sim.link(sensor, hub, { latency: [luck.pause(1, 20), luck.pause(20, 90)], loss: luck.pick([0, 0.02]) });
      await arrive(sim, sensor, hub);
      const acknowledged: string[] = [];
      for (let reading = 1; reading <= p.readings; reading++) {
        const text = `${name} ${reading}`;
        const options = { qos, ...cargoOf(luck, manners.protocol) };
        // One that its process took to its grave is in doubt: it may come, and need not.
        sensor.publish(`plant/${name}/pressure`, text, options).then(
          () => acknowledged.push(text),
          () => {},
        );
        await sim.sleep(luck.pause(500, 6_000));
      }
      return { acknowledged, qos };
    };
    const reports = await Promise.all([report('pump', 1), report('valve', 2)]);
    await sim.quiet();

    for (const { client } of screens) {
      const seen = [...client.received].map(({ text }: ReceivedMessage) => text);
      for (const { acknowledged, qos } of reports) {
        sim.always(
          acknowledged.every((text) => seen.includes(text)),
          'what was acknowledged is seen',
        );
        // A process that dies may be handed again what it had not acknowledged: its own memory is no better than its disk.
        if (qos === 2 && client.restarts === 0 && client.received.at(0)?.qos === 2) {
          const own = seen.filter((text) => text.startsWith('valve'));
          sim.always(new Set(own).size === own.length, 'QoS 2 comes once');
        }
      }
    }
    sim.sometimes(hub.restarts > 0, 'the hub restarted meanwhile');
  },
);
