import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { ON_DISK } from './cast/promises.ts';

/** a/+ and then a/b: the store takes the second for a topic that the first matches, and queues nothing for the first any more. */
export default scenario('A filter that matches another, of aedes', { protocol: '3.1.1' }, async (sim) => {
  await aedes(sim, 'hub', { durable: true }, ON_DISK);
  const subscriber = sim.client('subscriber', { cleanStart: false });
  const publisher = sim.client('publisher');
  await subscriber.connect('hub');
  await subscriber.subscribe('a/+', { qos: 1 });
  await subscriber.subscribe('a/b', { qos: 2 });
  await subscriber.disconnect();
  await publisher.connect('hub');
  await publisher.publish('a/c', 'on', { qos: 1 });
  await subscriber.connect('hub');
  await sim.quiet();
});
