import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { IN_MEMORY } from './cast/promises.ts';

/** a/+ of a session that lasts, and a message of QoS 1 to "a/": the subscriber is thrown out, and the message lost. */
export default scenario('A topic with an empty level, through aedes', { protocol: '3.1.1' }, async (sim) => {
  await aedes(sim, 'hub', {}, IN_MEMORY);
  const subscriber = sim.client('subscriber', { cleanStart: false, reconnect: { initial: '1s' } });
  const publisher = sim.client('publisher');
  await subscriber.connect('hub');
  await subscriber.subscribe('a/+', { qos: 1 });
  await publisher.connect('hub');
  await publisher.publish('a/', 'on', { qos: 1 });
  await sim.quiet();
});
