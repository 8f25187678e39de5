import { scenario } from 'mqtt-amber';
import { LASTING } from './cast/manners.ts';

/** What was sent to a phone that is away is too old when it comes back late, and so is its session when it comes back later. */
export default scenario('Exhausted: messages and sessions that expire', async (sim) => {
  const hub = sim.broker('hub', { connectTimeout: '3s' });
  const sender = sim.client('sender', LASTING);
  const phone = sim.client('phone', { ...LASTING, sessionExpiry: '4s' });
  for (const client of [phone, sender]) {
    sim.link(client, hub, { latency: '5ms' });
    void client.connect(hub);
  }
  void phone.subscribe('chat', { qos: 2 });
  sim.at('100ms', () => void phone.disconnect());
  sim.at('200ms', () => {
    void sender.publish('chat', 'for a second', { qos: 2, messageExpiry: '1s' });
    void sender.publish('chat', 'for three', { qos: 2, messageExpiry: '3s' });
  });
  sim.at('2500ms', () => void phone.connect(hub));
  sim.at('3500ms', () => void phone.disconnect());
  sim.at('9s', () => void phone.connect(hub));
  await sim.sleep('11s');
  await sim.quiet();
});
