import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { IN_MEMORY } from './cast/promises.ts';

/** A retained message of QoS 2 for a session that lasts: aedes answers PUBREC with a close, for it has not stored what it has sent. */
export default scenario('A retained message of QoS 2 through aedes', { protocol: '3.1.1' }, async (sim) => {
  await aedes(sim, 'hub', {}, IN_MEMORY);
  const publisher = sim.client('publisher');
  await publisher.connect('hub');
  await publisher.publish('state', 'on', { qos: 2, retain: true });
  const subscriber = sim.client('subscriber', { cleanStart: false, reconnect: { initial: '1s' } });
  await subscriber.connect('hub');
  await subscriber.subscribe('state', { qos: 2 });
  await sim.quiet();
});
