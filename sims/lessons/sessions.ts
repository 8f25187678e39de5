import { scenario } from 'mqtt-amber';

/** A phone goes into a tunnel for two minutes. Three messages are sent meanwhile. */
export default scenario(
  'Lesson 10: sessions',
  {
    parameters: {
      session: {
        default: 'clean',
        values: ['clean', 'hour', 'minute'],
        description: 'what the phone asks the hub to keep while it is away',
      },
    },
  },
  async (sim, { session }) => {
    const hub = sim.broker('hub');
    const sender = sim.client('sender', { keepAlive: '0s' });
    const phone = sim.client('phone', {
      cleanStart: session === 'clean',
      sessionExpiry: session === 'hour' ? '1h' : session === 'minute' ? '1min' : '0s',
    });
    sim.link(phone, hub, { latency: '20ms' });
    await sender.connect(hub);
    await phone.connect(hub);
    await phone.subscribe('chat', { qos: 1 });

    await phone.disconnect();
    await sim.sleep('1s');
    for (const text of ['one', 'two', 'three']) await sender.publish('chat', text, { qos: 1 });
    await sim.sleep('2min');
    await phone.connect(hub);
    await sim.quiet();
  },
);
