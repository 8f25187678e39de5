import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { IN_MEMORY } from './cast/promises.ts';

/** a/b at QoS 0 and a/# at QoS 2: the message comes at QoS 0 only. */
export default scenario(
  'Overlapping filters of different QoS, through aedes',
  { protocol: '3.1.1' },
  async (sim) => {
    await aedes(sim, 'hub', {}, IN_MEMORY);
    const subscriber = sim.client('subscriber');
    const publisher = sim.client('publisher');
    await subscriber.connect('hub');
    await subscriber.subscribe('a/b', { qos: 0 });
    await subscriber.subscribe('a/#', { qos: 2 });
    await publisher.connect('hub');
    await publisher.publish('a/b', 'on', { qos: 1 });
    await sim.quiet();
  },
);
