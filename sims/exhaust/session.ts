import { scenario } from 'mqtt-amber';
import { LASTING } from './cast/manners.ts';

/** A phone leaves its session behind, comes back for what was sent meanwhile, and unsubscribes. */
export default scenario('Exhausted: a session', async (sim) => {
  const hub = sim.broker('hub', { connectTimeout: '3s' });
  const sender = sim.client('sender', LASTING);
  const phone = sim.client('phone', LASTING);
  for (const client of [phone, sender]) {
    sim.link(client, hub, { latency: '5ms' });
    void client.connect(hub);
  }
  void phone.subscribe(['chat', 'news'], { qos: 2 });
  sim.at('50ms', () => void phone.disconnect());
  sim.at('100ms', () => {
    void sender.publish('chat', 'one', { qos: 1 });
    void sender.publish('news', 'two', { qos: 2 });
  });
  sim.at('200ms', () => void phone.connect(hub));
  sim.at('300ms', () => void phone.unsubscribe('chat'));
  sim.at('350ms', () => void sender.publish('chat', 'three', { qos: 1 }));
  await sim.sleep('10s');
  await sim.quiet();
});
