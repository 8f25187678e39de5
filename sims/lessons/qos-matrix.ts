import { scenario } from 'mqtt-amber';

/** One message: published with one QoS, to a subscription that was granted another. */
export default scenario(
  'Lesson 9: the matrix of QoS',
  {
    parameters: {
      published: { default: 2, values: [0, 1, 2], description: 'QoS with which the sensor publishes' },
      granted: { default: 2, values: [0, 1, 2], description: 'QoS that the screen asks for, and is granted' },
    },
  },
  async (sim, { published, granted }) => {
    const hub = sim.broker('hub');
    const sensor = sim.client('sensor');
    const screen = sim.client('screen');
    sim.link(sensor, hub, { latency: '20ms' });
    sim.link(screen, hub, { latency: '20ms' });

    await screen.connect(hub);
    await screen.subscribe('reading', { qos: granted });
    await sensor.connect(hub);
    await sensor.publish('reading', '21', { qos: published });
    await sim.quiet();
  },
);
