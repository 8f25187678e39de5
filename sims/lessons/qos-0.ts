import { scenario } from 'mqtt-amber';

/** Five readings at QoS 0. The network loses segments all the time, or the connection breaks once; only one of the two loses a message. */
export default scenario(
  'Lesson 6: QoS 0',
  {
    parameters: {
      trouble: {
        default: 'none',
        values: ['none', 'loss', 'cut'],
        description: 'what happens to the network between sensor and hub',
      },
    },
  },
  async (sim, { trouble }) => {
    const hub = sim.broker('hub');
    const screen = sim.client('screen', { keepAlive: '0s' });
    const sensor = sim.client('sensor', { keepAlive: '0s' });
    const network = sim.link(sensor, hub, { latency: '20ms' });
    sim.link(screen, hub, { latency: '5ms' });

    await screen.connect(hub);
    await screen.subscribe('plant/temperature', { qos: 0 });
    await sensor.connect(hub);

    if (trouble === 'loss') network.lose({ probability: 0.3 });
    for (const reading of ['21', '22', '23', '24', '25']) {
      await sensor.publish('plant/temperature', reading, { qos: 0 });
      // The way to the hub takes 20 ms.
      await sim.sleep('10ms');
      if (trouble === 'cut' && reading === '23') network.reset();
      await sim.sleep('990ms');
    }
    await sim.quiet();
  },
);
