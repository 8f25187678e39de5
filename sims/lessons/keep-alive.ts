import { scenario } from 'mqtt-amber';

/** A device is idle, or its network is gone without a word: a connection that is open at one end only. When does the hub notice? */
export default scenario(
  'Lesson 11: keep-alive',
  {
    parameters: {
      trouble: {
        default: 'none',
        values: ['none', 'silence', 'patient', 'off'],
        description:
          'none; the network dies; it dies, and the hub waits 2.5 keep-alives; it dies, and there is no keep-alive',
      },
    },
  },
  async (sim, { trouble }) => {
    const hub = sim.broker('hub', { keepAliveFactor: trouble === 'patient' ? 2.5 : 1.5 });
    const device = sim.client('device', {
      keepAlive: trouble === 'off' ? '0s' : '10s',
      reconnect: 'off',
      will: { topic: 'status', payload: 'device is gone', qos: 0 },
    });
    const guard = sim.client('guard', { keepAlive: '0s' });
    const network = sim.link(device, hub, { latency: '20ms' });
    sim.link(guard, hub, { latency: '10ms' });
    await guard.connect(hub);
    await guard.subscribe('status', { qos: 0 });
    await device.connect(hub);

    await sim.sleep('12s');
    if (trouble !== 'none') network.partition();
    await sim.sleep('48s');
    if (trouble === 'none') await device.disconnect();
    await sim.quiet();
  },
);
