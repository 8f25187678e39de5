import { scenario } from 'mqtt-amber';

/** Two payments at QoS 2, and three packets for each: a till that takes its own PUBREL for the end, and numbers that are few. */
export default scenario(
  'Lesson 8: QoS 2, with three packets',
  {
    parameters: {
      packets: {
        default: 3,
        values: [3, 4],
        description: 'how many packets the till takes for a payment',
      },
    },
  },
  async (sim, { packets }) => {
    const hub = sim.broker('hub');
    const till = sim.peer('till');
    const bank = sim.client('bank');
    const network = sim.link(till, hub, { latency: '20ms' });
    sim.link(bank, hub, { latency: '5ms' });

    await bank.connect(hub);
    await bank.subscribe('payment', { qos: 0 });

    // It has one number to give, as one would that has given all the others.
    for (const payment of ['5 euro', '7 euro']) {
      const wire = till.dial(hub);
      await wire.opened();
      wire.send({
        type: 'connect',
        protocolVersion: 5,
        clientId: 'till',
        cleanStart: false,
        keepAlive: 60,
        properties: { sessionExpiryInterval: 3600 },
      });
      await wire.packet();
      // Whoever awaits a PUBCOMP asks for it again, and gives the number to the second payment afterwards.
      if (packets === 4 && payment === '7 euro') {
        wire.send({ type: 'pubrel', packetId: 1 });
        await wire.packet();
      }
      wire.send({
        type: 'publish',
        topic: 'payment',
        payload: new TextEncoder().encode(payment),
        qos: 2,
        retain: false,
        dup: false,
        packetId: 1,
      });
      await wire.packet();
      // The PUBREL of the first one is cut off in the middle of its way.
      if (payment === '5 euro') {
        wire.send({ type: 'pubrel', packetId: 1 });
        await sim.sleep('10ms');
        network.reset();
      } else if (packets === 4) {
        wire.send({ type: 'pubrel', packetId: 1 });
        await wire.packet();
      }
    }
    await sim.quiet();
  },
);
