import { scenario } from 'mqtt-amber';

/** One message at QoS 1 on 3.1.1, from one session that lasts to another. */
export default scenario('Exhausted: a message at QoS 1', { protocol: '3.1.1' }, async (sim) => {
  const hub = sim.broker('hub', { connectTimeout: '3s' });
  const lasting = {
    cleanStart: false,
    sessionExpiry: '1d',
    keepAlive: '4s',
    pingTimeout: '2s',
    connectTimeout: '3s',
    reconnect: { initial: '200ms', maximum: '1s', jitter: 0 },
  } as const;
  const sensor = sim.client('sensor', lasting);
  const screen = sim.client('screen', lasting);
  for (const client of [screen, sensor]) {
    sim.link(client, hub, { latency: '5ms' });
    void client.connect(hub);
  }
  void screen.subscribe('reading', { qos: 1 });
  sim.at('50ms', () => void sensor.publish('reading', 'at least once', { qos: 1 }));
  await sim.sleep('10s');
  await sim.quiet();
});
