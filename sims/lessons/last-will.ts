import { scenario } from 'mqtt-amber';

/** A pump leaves its last will with the broker. It can go in four ways, and the guard hears of three. */
export default scenario(
  'Lesson 12: last will',
  {
    parameters: {
      ending: {
        default: 'goodbye',
        values: ['goodbye', 'farewell', 'crash', 'power-cut'],
        description: 'how the pump goes',
      },
    },
  },
  async (sim, { ending }) => {
    const hub = sim.broker('hub');
    const guard = sim.client('guard', { keepAlive: '0s' });
    const pump = sim.client('pump', {
      keepAlive: '10s',
      reconnect: 'off',
      will: { topic: 'pump/status', payload: 'offline', qos: 0 },
    });
    sim.link(guard, hub, { latency: '10ms' });
    sim.link(pump, hub, { latency: '20ms' });
    await guard.connect(hub);
    await guard.subscribe('pump/status', { qos: 0 });
    await pump.connect(hub);

    await sim.sleep('3s');
    if (ending === 'goodbye') await pump.disconnect();
    if (ending === 'farewell') await pump.disconnect({ reasonCode: 4 });
    if (ending === 'crash') pump.crash();
    if (ending === 'power-cut') pump.powerCut();
    await sim.sleep('30s');
    await sim.quiet();
  },
);
