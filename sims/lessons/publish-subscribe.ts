import { scenario } from 'mqtt-amber';

/** One reading, and nobody, somebody or a crowd that wants it. The sensor sends the same in any case. */
export default scenario(
  'Lesson 1: publish and subscribe',
  {
    parameters: {
      readers: {
        default: 1,
        range: [0, 3],
        whole: true,
        description: 'how many have subscribed to the temperature',
      },
    },
  },
  async (sim, { readers }) => {
    const hub = sim.broker('hub');
    const sensor = sim.client('sensor');
    sim.link(sensor, hub, { latency: '20ms' });

    for (const name of ['screen', 'phone', 'archive'].slice(0, readers)) {
      const reader = sim.client(name);
      sim.link(reader, hub, { latency: '10ms' });
      await reader.connect(hub);
      await reader.subscribe('home/temperature', { qos: 0 });
    }
    await sensor.connect(hub);
    await sensor.publish('home/temperature', '21.5', { qos: 0 });
    await sim.quiet();
  },
);
