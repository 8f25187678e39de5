import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { IN_MEMORY } from './cast/promises.ts';

/** A session returns and is sent its queue: what is published meanwhile goes ahead of the rest. */
export default scenario('A queue and what comes live, through aedes', { protocol: '3.1.1' }, async (sim) => {
  await aedes(sim, 'hub', {}, IN_MEMORY);
  const subscriber = sim.client('subscriber', { cleanStart: false });
  const publisher = sim.client('publisher');
  await subscriber.connect('hub');
  await subscriber.subscribe('a', { qos: 1 });
  await subscriber.disconnect();
  await publisher.connect('hub');
  for (let i = 1; i <= 50; i++) await publisher.publish('a', `queued ${i}`, { qos: 1 });
  await subscriber.connect('hub');
  const live = Array.from({ length: 10 }, (_, i) => publisher.publish('a', `live ${i + 1}`, { qos: 1 }));
  await Promise.all(live);
  await sim.quiet();
});
