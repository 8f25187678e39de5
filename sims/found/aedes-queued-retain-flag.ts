import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { IN_MEMORY } from './cast/promises.ts';

/** What waited for a session keeps its RETAIN flag, though an established subscription is why it comes. */
export default scenario('A queued message with RETAIN through aedes', { protocol: '3.1.1' }, async (sim) => {
  await aedes(sim, 'hub', {}, IN_MEMORY);
  const away = sim.client('away', { cleanStart: false });
  const publisher = sim.client('publisher');
  await away.connect('hub');
  await away.subscribe('a', { qos: 1 });
  await away.disconnect();
  await publisher.connect('hub');
  await publisher.publish('a', 'on', { qos: 1, retain: true });
  await away.connect('hub');
  await sim.sleep('20s');
});
