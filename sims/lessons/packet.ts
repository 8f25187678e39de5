import { scenario } from 'mqtt-amber';

/** One PUBLISH with a payload of any length: how many bytes say how long it is? */
export default scenario(
  'Lesson 3: anatomy of a packet',
  {
    protocol: '3.1.1',
    parameters: {
      payload: { default: 10, range: [0, 300_000], whole: true, unit: 'bytes' },
    },
  },
  async (sim, { payload }) => {
    const hub = sim.broker('hub');
    const camera = sim.client('camera');
    sim.link(camera, hub, { latency: '20ms' });
    await camera.connect(hub);
    await camera.publish('a/b', 'x'.repeat(payload), { qos: 0 });
    await sim.quiet();
  },
);
