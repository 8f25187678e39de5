import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { IN_MEMORY } from './cast/promises.ts';

/** Three messages of QoS 2 are under way together to a session that lasts: aedes mixes up what it has to release. */
export default scenario('A burst of QoS 2 through aedes', { protocol: '3.1.1' }, async (sim) => {
  await aedes(sim, 'hub', {}, IN_MEMORY);
  const subscriber = sim.client('subscriber', { cleanStart: false });
  const publisher = sim.client('publisher');
  await subscriber.connect('hub');
  await subscriber.subscribe('#', { qos: 2 });
  await publisher.connect('hub');
  await Promise.all(['a', 'b', 'c'].map((topic) => publisher.publish(topic, topic, { qos: 2 })));
  await sim.sleep('1s');
  await subscriber.disconnect();
  await subscriber.connect('hub');
  await sim.sleep('20s');
});
