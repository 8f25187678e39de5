import { type Client, scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { network, TROUBLES } from './cast/network.ts';
import { checkReadings, sayReadings } from './cast/readings.ts';

/** Our clients with a broker of aedes, as it ships, that keeps its sessions on a disk. */
export default scenario(
  'A broker of aedes',
  {
    parameters: {
      qos: { default: 1, values: [0, 1, 2] },
      trouble: { default: 'none', values: TROUBLES },
    },
  },
  async (sim, { qos, trouble }) => {
    const hub = await aedes(sim, 'hub', { durable: true });

    const [reader, sensor] = ['reader', 'sensor'].map((name) =>
      sim.client(name, { protocol: '3.1.1', cleanStart: false }),
    ) as [Client, Client];
    network(sim, trouble, hub, [reader, sensor]);
    await reader.connect('hub');
    await reader.subscribe('plant/+/temperature', { qos });

    await sensor.connect('hub');
    const published = await sayReadings(sim, (reading) =>
      sensor.publish('plant/1/temperature', reading, { qos }),
    );
    const arrived = [...reader.received].map(({ text }) => text);
    checkReadings(sim, { published, arrived }, qos, trouble);
  },
);
