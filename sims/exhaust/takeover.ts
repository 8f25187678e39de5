import { scenario } from 'mqtt-amber';
import { LASTING } from './cast/manners.ts';

/** A phone comes back on another device while messages for it are under way; the will of the first waits, and is not due. */
export default scenario('Exhausted: a takeover', async (sim) => {
  const hub = sim.broker('hub', { connectTimeout: '3s' });
  const sender = sim.client('sender', LASTING);
  const first = sim.client('first', {
    ...LASTING,
    clientId: 'phone',
    reconnect: 'off',
    will: { topic: 'phone/state', payload: 'gone', qos: 1, delay: '2s' },
  });
  const second = sim.client('second', { ...LASTING, clientId: 'phone', reconnect: 'off' });
  for (const client of [first, second, sender]) sim.link(client, hub, { latency: '5ms' });
  void sender.connect(hub);
  void first.connect(hub);
  void sender.subscribe('phone/state', { qos: 1 });
  void first.subscribe('chat', { qos: 2 });
  sim.at('50ms', () => {
    for (const text of ['one', 'two']) void sender.publish('chat', text, { qos: 2 });
  });
  sim.at('60ms', () => void second.connect(hub));
  await sim.sleep('10s');
  await sim.quiet();
});
