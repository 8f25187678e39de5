import { scenario } from 'mqtt-amber';
import { LASTING, QUICK } from './cast/manners.ts';

/** A device dies, comes back, and takes leave: its will is due once, whatever befalls it besides. */
export default scenario('Exhausted: a will', async (sim) => {
  const hub = sim.broker('hub', { connectTimeout: '3s' });
  const guard = sim.client('guard', LASTING);
  const device = sim.client('device', {
    ...QUICK,
    will: { topic: 'device/state', payload: 'gone', qos: 1 },
  });
  for (const client of [guard, device]) {
    sim.link(client, hub, { latency: '5ms' });
    void client.connect(hub);
  }
  void guard.subscribe('device/state', { qos: 1 });
  sim.at('50ms', () => device.crash({ for: '100ms' }));
  sim.at('3s', () => {
    void device.disconnect();
  });
  await sim.sleep('10s');
  await sim.quiet();
});
