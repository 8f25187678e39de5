import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { IN_MEMORY } from './cast/promises.ts';

/** A session without subscriptions is said to be absent. */
export default scenario('A session without subscriptions, in aedes', { protocol: '3.1.1' }, async (sim) => {
  await aedes(sim, 'hub', {}, IN_MEMORY);
  const client = sim.client('client', { cleanStart: false });
  await client.connect('hub');
  await client.disconnect();
  await client.connect('hub');
  await sim.sleep('20s');
});
