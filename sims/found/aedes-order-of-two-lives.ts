import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { ON_DISK } from './cast/promises.ts';

/** A restart while a session is away: what was queued before it comes after what was queued since, as the name of the broker happens to sort. */
export default scenario('A queue of two lives, of aedes', { protocol: '3.1.1' }, async (sim) => {
  const hub = await aedes(sim, 'hub', { durable: true }, ON_DISK);
  const subscriber = sim.client('subscriber', { cleanStart: false });
  const publisher = sim.client('publisher', { reconnect: { initial: '1s' } });
  await subscriber.connect('hub');
  await subscriber.subscribe('a', { qos: 1 });
  await subscriber.disconnect();
  await publisher.connect('hub');
  await publisher.publish('a', 'before', { qos: 1 });
  await sim.sleep('1s');
  hub.crash({ for: '1s' });
  await sim.sleep('5s');
  await publisher.publish('a', 'after', { qos: 1 });
  await subscriber.connect('hub');
  await sim.quiet();
});
