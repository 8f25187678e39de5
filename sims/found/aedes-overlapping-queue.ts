import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';

/** Two filters that both match, and a session that returns while messages come: aedes throws away what had waited. */
export default scenario(
  'Overlapping filters of an absent session, through aedes',
  { protocol: '3.1.1', checks: 'none' },
  async (sim) => {
    await aedes(sim, 'hub', {}, { cpu: { perEvent: '500us' } });
    const subscriber = sim.client('subscriber', { cleanStart: false, reconnect: { initial: '1s' } });
    const publisher = sim.client('publisher');
    await subscriber.connect('hub');
    await subscriber.subscribe(['a/#', 'a/b'], { qos: 1 });
    await subscriber.disconnect();
    await publisher.connect('hub');
    const publish = (text: string) => publisher.publish('a/b', text, { qos: 1 });
    for (let i = 1; i <= 20; i++) await publish(`queued ${i}`);
    await subscriber.connect('hub');
    await Promise.all(Array.from({ length: 10 }, (_, i) => publish(`live ${i + 1}`)));
    await sim.sleep('20s');
    const got = new Set([...subscriber.received].map(({ text }) => text));
    sim.always(got.size === 30, 'all that was accepted for the session comes to it');
  },
);
