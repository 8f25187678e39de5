import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { ON_DISK } from './cast/promises.ts';

/** A subscription of QoS 0 that the broker finds in its store when it starts again: messages are queued for it, and come at their own QoS. */
export default scenario('QoS 0 after a restart, of aedes', { protocol: '3.1.1' }, async (sim) => {
  const hub = await aedes(sim, 'hub', { durable: true }, ON_DISK);
  const subscriber = sim.client('subscriber', { cleanStart: false });
  const publisher = sim.client('publisher');
  await subscriber.connect('hub');
  await subscriber.subscribe('a', { qos: 0 });
  await subscriber.disconnect();
  await sim.sleep('1s');
  hub.crash({ for: '1s' });
  await sim.sleep('5s');
  await publisher.connect('hub');
  await publisher.publish('a', 'on', { qos: 2 });
  await subscriber.connect('hub');
  await sim.sleep('20s');
});
