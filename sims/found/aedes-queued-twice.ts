import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';

/** Two filters that both match, and a QoS 2 message for a session that is away: when it returns, aedes throws it out again and again. */
export default scenario(
  'A message that two filters queue, through aedes',
  { protocol: '3.1.1', checks: 'none' },
  async (sim) => {
    await aedes(sim, 'hub');
    const subscriber = sim.client('subscriber', { cleanStart: false, reconnect: { initial: '1s' } });
    const publisher = sim.client('publisher');
    await subscriber.connect('hub');
    await subscriber.subscribe(['a/#', 'a/b'], { qos: 2 });
    await subscriber.disconnect();
    await sim.sleep('1s');
    await publisher.connect('hub');
    await publisher.publish('a/b', 'on', { qos: 2 });
    await sim.sleep('1s');
    let thrownOut = 0;
    subscriber.on('offline', () => {
      thrownOut++;
    });
    await subscriber.connect('hub');
    await sim.sleep('30s');
    sim.always(thrownOut < 2, 'a session that returns may stay');
  },
);
