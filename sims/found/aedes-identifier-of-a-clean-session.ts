import { pubrel, scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { IN_MEMORY } from './cast/promises.ts';
import { AEDES } from './cast/versions.ts';

/** A clean session ends before PUBREL: aedes 1.0 and 1.1 take a message of the next one for its last, and swallow it. */
export default scenario(
  'An identifier of a clean session, in aedes',
  { protocol: '3.1.1', parameters: { version: { default: '1.1.3', values: ['0.51.3', '1.1.3', '1.2.0'] } } },
  async (sim, { version }) => {
    const hub = await aedes(sim, 'hub', {}, { ...IN_MEMORY, library: AEDES[version] });
    const subscriber = sim.client('subscriber');
    await subscriber.connect('hub');
    await subscriber.subscribe('#', { qos: 2 });

    // Two processes of one client, of which each counts its identifiers from 1.
    const first = sim.client('first', { clientId: 'publisher', reconnect: 'off' });
    sim.link(first, hub).on(pubrel(), 'reset-before');
    await first.connect('hub');
    await first.publish('one', '', { qos: 2 }).catch(() => {});

    const second = sim.client('second', { clientId: 'publisher' });
    await second.connect('hub');
    await second.publish('two', '', { qos: 2 });
    await sim.quiet();
  },
);
