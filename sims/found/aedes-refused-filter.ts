import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { IN_MEMORY } from './cast/promises.ts';

/** A filter that was refused beside one that was granted: its messages are queued, and delivered. */
export default scenario('A filter that aedes refused', { protocol: '3.1.1' }, async (sim) => {
  await aedes(
    sim,
    'hub',
    { authorizeSubscribe: (_client, asked, done) => done(null, asked.topic === 'secret' ? null : asked) },
    IN_MEMORY,
  );
  const subscriber = sim.client('subscriber', { cleanStart: false });
  const publisher = sim.client('publisher');
  await subscriber.connect('hub');
  await subscriber.subscribe(['open', 'secret'], { qos: 1 });
  await subscriber.disconnect();
  await publisher.connect('hub');
  await publisher.publish('secret', 'on', { qos: 1 });
  await subscriber.connect('hub');
  await sim.sleep('20s');
});
