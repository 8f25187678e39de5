import { scenario } from 'mqtt-amber';

/** A CONNECT as it is written by hand: who am I, and shall the broker remember me? */
export default scenario(
  'Lesson 5: CONNECT',
  {
    protocol: '3.1.1',
    parameters: {
      name: {
        default: 'lamp',
        values: ['lamp', 'nameless', 'nameless-kept'],
        description: 'what the visitor says of itself',
      },
    },
  },
  async (sim, { name }) => {
    const hub = sim.broker('hub');
    const visitor = sim.peer('visitor');
    sim.link(visitor, hub, { latency: '20ms' });

    const wire = visitor.dial(hub);
    await wire.opened();
    wire.send({
      type: 'connect',
      protocolVersion: 4,
      clientId: name === 'lamp' ? 'lamp' : '',
      cleanStart: name !== 'nameless-kept',
      keepAlive: 60,
    });
    const answer = await wire.packet();
    if (answer?.type === 'connack' && answer.reasonCode === 0) {
      wire.send({ type: 'disconnect', reasonCode: 0 });
      await sim.sleep('100ms');
      wire.close();
    }
    await sim.quiet();
  },
);
