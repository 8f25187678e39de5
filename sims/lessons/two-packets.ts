import { scenario } from 'mqtt-amber';

/** Two payments at QoS 2, and two packets for each: a till that takes PUBREC for the end, and numbers that are few. */
export default scenario(
  'Lesson 8: QoS 2, with two packets',
  {
    parameters: {
      packets: {
        default: 2,
        values: [2, 4],
        description: 'how many packets the till takes for a payment',
      },
    },
  },
  async (sim, { packets }) => {
    const hub = sim.broker('hub');
    const till = sim.peer('till');
    const bank = sim.client('bank');
    sim.link(till, hub, { latency: '20ms' });
    sim.link(bank, hub, { latency: '5ms' });

    await bank.connect(hub);
    await bank.subscribe('payment', { qos: 0 });
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

    // It has one number to give, as one would that has given all the others.
    for (const payment of ['5 euro', '7 euro']) {
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
      if (packets === 4) {
        wire.send({ type: 'pubrel', packetId: 1 });
        await wire.packet();
      }
      // Between two payments it holds nothing.
      await sim.sleep('10ms');
    }
    await sim.quiet();
  },
);
