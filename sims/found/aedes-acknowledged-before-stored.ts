import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { ON_DISK } from './cast/promises.ts';

/** A crash right after PUBACK: aedes has acknowledged what it had not stored yet. */
export default scenario('A crash after PUBACK, of aedes', { protocol: '3.1.1' }, async (sim) => {
  const hub = await aedes(sim, 'hub', { durable: true }, { ...ON_DISK, cpu: { perEvent: '1ms' } });
  const subscriber = sim.client('subscriber', { cleanStart: false });
  const publisher = sim.client('publisher', { reconnect: 'off' });
  await subscriber.connect('hub');
  await subscriber.subscribe('a', { qos: 1 });
  await subscriber.disconnect();
  await publisher.connect('hub');
  for (let i = 1; i <= 20; i++) publisher.publish('a', `${i}`, { qos: 1 }).catch(() => {});
  await sim.sleep(`${Math.floor(sim.random() * 30_000)}us`);
  hub.crash({ for: '1s' });
  await sim.sleep('5s');
  await subscriber.connect('hub');
  await sim.quiet();
});
