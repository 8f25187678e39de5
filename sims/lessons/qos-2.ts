import { scenario } from 'mqtt-amber';

/** One payment at QoS 2: four packets. The connection breaks while one of them is under way; the message arrives once all the same. */
export default scenario(
  'Lesson 8: QoS 2',
  {
    parameters: {
      cut: {
        default: 'nothing',
        values: ['nothing', 'PUBLISH', 'PUBREC', 'PUBREL', 'PUBCOMP'],
        description: 'the packet that is under way when the connection breaks',
      },
    },
  },
  async (sim, { cut }) => {
    const hub = sim.broker('hub');
    const till = sim.client('till', { cleanStart: false, sessionExpiry: '1h' });
    const bank = sim.client('bank');
    const network = sim.link(till, hub, { latency: '20ms' });
    sim.link(bank, hub, { latency: '5ms' });

    await bank.connect(hub);
    await bank.subscribe('payment', { qos: 0 });
    await till.connect(hub);

    const published = till.publish('payment', '5 euro', { qos: 2 });
    if (cut !== 'nothing') {
      // Each way takes 20 ms, and each store a little: a packet is cut off in the middle of its own way.
      const moments = { PUBLISH: '11ms', PUBREC: '32ms', PUBREL: '52ms', PUBCOMP: '73ms' } as const;
      await sim.sleep(moments[cut]);
      network.reset();
    }
    await published;
    await sim.quiet();
  },
);
