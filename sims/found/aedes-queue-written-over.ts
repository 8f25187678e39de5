import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { ON_DISK } from './cast/promises.ts';

/** A broker with a name of its own counts from 0 again when it is restarted: what it queues then is written over what was queued before. */
export default scenario('A queue of a broker with a name, of aedes', { protocol: '3.1.1' }, async (sim) => {
  const hub = await aedes(sim, 'hub', { durable: true, id: 'my-broker' }, ON_DISK);
  const subscriber = sim.client('subscriber', { cleanStart: false });
  const publisher = sim.client('publisher', { reconnect: { initial: '1s' } });
  await subscriber.connect('hub');
  await subscriber.subscribe('a', { qos: 1 });
  await subscriber.disconnect();
  await publisher.connect('hub');
  for (let i = 1; i <= 10; i++) await publisher.publish('a', `before ${i}`, { qos: 1 });
  await sim.sleep('1s');
  hub.crash({ for: '1s' });
  await sim.sleep('5s');
  for (let i = 1; i <= 10; i++) await publisher.publish('a', `after ${i}`, { qos: 1 });
  await subscriber.connect('hub');
  await sim.quiet();
});
