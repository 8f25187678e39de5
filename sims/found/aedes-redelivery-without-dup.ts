import { puback, scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { IN_MEMORY } from './cast/promises.ts';

/** A PUBACK that is cut off: what aedes sends again has DUP 0. */
export default scenario('A cut before PUBACK, with aedes', { protocol: '3.1.1' }, async (sim) => {
  const hub = await aedes(sim, 'hub', {}, IN_MEMORY);
  const subscriber = sim.client('subscriber', { cleanStart: false, reconnect: { initial: '1s' } });
  const publisher = sim.client('publisher');
  const line = sim.link(subscriber, hub);
  await subscriber.connect('hub');
  await subscriber.subscribe('a', { qos: 1 });
  line.on(puback(), 'reset-before');
  await publisher.connect('hub');
  await publisher.publish('a', 'on', { qos: 1 });
  await sim.sleep('20s');
});
