import { scenario } from 'mqtt-amber';

/** Twelve characters for the earth: what one message costs on the wire, at each QoS. */
export default scenario(
  'Lesson 15: the cost on the wire',
  {
    protocol: '3.1.1',
    parameters: { qos: { default: 0, values: [0, 1, 2], description: 'QoS of the message' } },
  },
  async (sim, { qos }) => {
    const hub = sim.broker('hub');
    const probe = sim.client('probe');
    sim.link(probe, hub, { latency: '20ms' });
    await probe.connect(hub);
    await probe.publish('universe/earth', 'Hello World!', { qos });
    await sim.quiet();
  },
);
