import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { AEDES } from './cast/versions.ts';

/** A topic of more than a hundred levels ends the process of aedes, until 1.1.0. */
export default scenario(
  'A topic of many levels, through aedes',
  { protocol: '3.1.1', parameters: { version: { default: '0.51.3', values: ['0.51.3', '1.1.3', '1.2.0'] } } },
  async (sim, { version }) => {
    await aedes(sim, 'hub', {}, { library: AEDES[version] });
    const publisher = sim.client('publisher', { reconnect: 'off' });
    await publisher.connect('hub');
    await publisher.publish('a/'.repeat(101), 'deep');
    await sim.sleep('1s');
  },
);
