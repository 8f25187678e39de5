import { scenario } from 'mqtt-amber';

/** A device dies, comes back, and takes leave: its will is due once, whatever befalls it besides. */
export default scenario('Exhausted: a will', async (sim) => {
  const hub = sim.broker('hub', { connectTimeout: '3s' });
  const quick = {
    keepAlive: '4s',
    pingTimeout: '2s',
    connectTimeout: '3s',
    reconnect: { initial: '200ms', maximum: '1s', jitter: 0 },
  } as const;
  const guard = sim.client('guard', { ...quick, cleanStart: false, sessionExpiry: '1d' });
  const device = sim.client('device', {
    ...quick,
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
