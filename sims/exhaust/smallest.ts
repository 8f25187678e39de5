import { scenario } from 'mqtt-amber';

/** One client and one message at QoS 1: little enough to be struck twice, everywhere. */
export default scenario('Exhausted: the smallest story', async (sim) => {
  const hub = sim.broker('hub', { connectTimeout: '2s' });
  const sensor = sim.client('sensor', {
    cleanStart: false,
    sessionExpiry: '1d',
    keepAlive: '2s',
    pingTimeout: '1s',
    connectTimeout: '2s',
    reconnect: { initial: '200ms', maximum: '1s', jitter: 0 },
  });
  sim.link(sensor, hub, { latency: '5ms' });
  void sensor.connect(hub);
  void sensor.publish('reading', 'at least once', { qos: 1 });
  await sim.sleep('3s');
  await sim.quiet();
});
