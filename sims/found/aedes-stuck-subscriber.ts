import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { AEDES } from './cast/versions.ts';

/** A subscriber stops to read: aedes before 1.0 waits for it, and sends nobody anything any more. Since then it gives up after a minute. */
export default scenario(
  'A subscriber that reads no more, of aedes',
  { protocol: '3.1.1', parameters: { version: { default: '0.51.3', values: ['0.51.3', '1.2.0'] } } },
  async (sim, { version }) => {
    await aedes(sim, 'hub', {}, { library: AEDES[version] });
    const stuck = sim.client('stuck', { keepAlive: '0s' });
    const healthy = sim.client('healthy', { keepAlive: '0s' });
    const publisher = sim.client('publisher', { keepAlive: '0s' });
    for (const client of [stuck, healthy, publisher]) await client.connect('hub');
    await stuck.subscribe('bulk');
    await healthy.subscribe('news');
    stuck.pause();
    for (let i = 1; i <= 150; i++) void publisher.publish('bulk', 'x'.repeat(30_000));
    void publisher.publish('news', 'fine');
    await sim.sleep('5min');
    sim.always(healthy.received.length > 0, 'who reads is sent what was published');
  },
);
