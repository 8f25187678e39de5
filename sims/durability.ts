import { scenario } from 'mqtt-amber';

/**
 * A broker loses its power while readings come in. What was acknowledged is safe when every acknowledgement waits for the
 * disk; the other settings are faster, and honest about what they may lose.
 */
export default scenario(
  'A broker loses its power',
  {
    parameters: {
      durability: { default: 'sync', values: ['sync', 'interval', 'none'] },
    },
  },
  async (sim, p) => {
    const durable = { cleanStart: false, sessionExpiry: '1h' } as const;
    const hub = sim.broker('hub', { durability: p.durability });
    const sensor = sim.client('sensor', durable);
    const archive = sim.client('archive', durable);
    await archive.connect(hub);
    await archive.subscribe('reading', { qos: 1 });
    await sim.sleep('5s');
    await archive.disconnect();
    await sensor.connect(hub);

    sim.note('The archive is away; the hub keeps its readings, and then loses its power.');
    for (let reading = 1; reading <= 20; reading++) {
      await sensor.publish('reading', `${reading}`, { qos: 1 });
      await sim.sleep('100ms');
    }
    hub.powerCut({ for: '5s' });
    await sim.sleep('10s');

    await archive.connect(hub);
    await sim.sleep('10s');
    const arrived = new Set([...archive.received].map((message) => message.text)).size;
    sim.note(`${arrived} of 20 acknowledged readings survived at durability ${p.durability}.`);
    if (p.durability === 'sync') sim.always(arrived === 20, 'sync: what was acknowledged is not lost');
    if (p.durability === 'none') sim.always(arrived === 0, 'none: all of it is lost');
    await sim.quiet();
  },
);
