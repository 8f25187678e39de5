import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { IN_MEMORY } from './cast/promises.ts';

/** Granted QoS 0 for a filter with a wildcard, the retained message comes at QoS 1. */
export default scenario(
  'A retained message at its QoS, through aedes',
  { protocol: '3.1.1' },
  async (sim) => {
    await aedes(sim, 'hub', {}, IN_MEMORY);
    const publisher = sim.client('publisher');
    const subscriber = sim.client('subscriber');
    await publisher.connect('hub');
    await publisher.publish('a/b', 'on', { qos: 1, retain: true });
    await subscriber.connect('hub');
    await subscriber.subscribe('a/+', { qos: 0 });
    await sim.sleep('20s');
  },
);
