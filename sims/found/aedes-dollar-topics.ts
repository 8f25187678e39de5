import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { IN_MEMORY } from './cast/promises.ts';

/** A filter that begins with a wildcard is given topics that begin with $, out of the queue. */
export default scenario('Topics with $ through aedes', { protocol: '3.1.1' }, async (sim) => {
  await aedes(sim, 'hub', {}, IN_MEMORY);
  const away = sim.client('away', { cleanStart: false });
  const publisher = sim.client('publisher');
  await away.connect('hub');
  await away.subscribe('#', { qos: 1 });
  await away.disconnect();
  await publisher.connect('hub');
  await publisher.publish('$own/state', 'on', { qos: 1 });
  await away.connect('hub');
  await sim.sleep('20s');
});
