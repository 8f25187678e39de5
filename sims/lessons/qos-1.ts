import { scenario } from 'mqtt-amber';

/** One alarm at QoS 1. The connection breaks before the message arrives, or before its acknowledgement does. */
export default scenario(
  'Lesson 7: QoS 1',
  {
    parameters: {
      cut: {
        default: 'nothing',
        values: ['nothing', 'PUBLISH', 'PUBACK'],
        description: 'the packet that is under way when the connection breaks',
      },
    },
  },
  async (sim, { cut }) => {
    const hub = sim.broker('hub');
    const screen = sim.client('screen');
    const sensor = sim.client('sensor', { cleanStart: false, sessionExpiry: '1h' });
    const network = sim.link(sensor, hub, { latency: '20ms' });
    sim.link(screen, hub, { latency: '5ms' });

    await screen.connect(hub);
    await screen.subscribe('alarm', { qos: 1 });
    await sensor.connect(hub);

    const published = sensor.publish('alarm', 'fire', { qos: 1 });
    if (cut !== 'nothing') {
      // Each way takes 20 ms: a packet is cut off in the middle of its own.
      await sim.sleep(cut === 'PUBLISH' ? '11ms' : '31ms');
      network.reset();
    }
    await published;
    await sim.quiet();
  },
);
