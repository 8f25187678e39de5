import { scenario } from 'mqtt-amber';
import { LASTING } from './cast/manners.ts';

/** One message at QoS 1 on 3.1.1, from one session that lasts to another. */
export default scenario('Exhausted: a message at QoS 1', { protocol: '3.1.1' }, async (sim) => {
  const hub = sim.broker('hub', { connectTimeout: '3s' });
  const sensor = sim.client('sensor', LASTING);
  const screen = sim.client('screen', LASTING);
  for (const client of [screen, sensor]) {
    sim.link(client, hub, { latency: '5ms' });
    void client.connect(hub);
  }
  void screen.subscribe('reading', { qos: 1 });
  sim.at('50ms', () => void sensor.publish('reading', 'at least once', { qos: 1 }));
  await sim.sleep('10s');
  await sim.quiet();
});
