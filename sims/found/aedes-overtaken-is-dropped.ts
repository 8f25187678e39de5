import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { IN_MEMORY } from './cast/promises.ts';

/** A message with RETAIN and one without, in one read: the second overtakes the first, which aedes then drops as a duplicate. */
export default scenario('Two messages in one read, through aedes', { protocol: '3.1.1' }, async (sim) => {
  await aedes(sim, 'hub', {}, IN_MEMORY);
  const subscriber = sim.client('subscriber', { keepAlive: '2s' });
  const publisher = sim.client('publisher');
  await subscriber.connect('hub');
  await subscriber.subscribe('#', { qos: 2 });
  await publisher.connect('hub');
  const kept = publisher.publish('kept', 'on', { qos: 2, retain: true });
  await Promise.all([kept, publisher.publish('plain', 'on', { qos: 2 })]);
  await sim.quiet();
});
