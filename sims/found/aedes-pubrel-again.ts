import { pubcomp, scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { IN_MEMORY } from './cast/promises.ts';
import { AEDES } from './cast/versions.ts';

/** A PUBCOMP that is cut off: aedes before 1.0 answers the PUBREL that is sent again with a close, again and again. */
export default scenario(
  'A cut before PUBCOMP, with aedes',
  { protocol: '3.1.1', parameters: { version: { default: '0.51.3', values: ['0.51.3', '1.2.0'] } } },
  async (sim, { version }) => {
    const hub = await aedes(sim, 'hub', {}, { ...IN_MEMORY, library: AEDES[version] });
    const publisher = sim.client('publisher', { cleanStart: false, reconnect: { initial: '1s' } });
    sim.link(publisher, hub).on(pubcomp(), 'reset-before');
    await publisher.connect('hub');
    // A session without a subscription aedes would take for none.
    await publisher.subscribe('b');
    let completed = false;
    publisher.publish('a', 'on', { qos: 2 }).then(
      () => {
        completed = true;
      },
      () => {},
    );
    await sim.sleep('1min');
    sim.always(completed, 'a handshake that was cut is completed on the next connection');
  },
);
