import { scenario } from 'mqtt-amber';

/** The hub has acknowledged an alarm for a phone that is away. Then something happens to the hub. Is the alarm still there? */
export default scenario(
  'Lesson 17: what survives which fault',
  {
    parameters: {
      blow: {
        default: 'none',
        values: ['none', 'crash', 'power-cut', 'power-cut-no-disk', 'qos-0'],
        description: 'what happens to the hub, and how well it keeps what it has acknowledged',
      },
    },
  },
  async (sim, { blow }) => {
    const hub = sim.broker('hub', { durability: blow === 'power-cut-no-disk' ? 'none' : 'sync' });
    const sensor = sim.client('sensor');
    const phone = sim.client('phone', { cleanStart: false, sessionExpiry: '1h' });
    sim.link(sensor, hub, { latency: '20ms' });
    sim.link(phone, hub, { latency: '20ms' });
    await phone.connect(hub);
    await phone.subscribe('alarm', { qos: 1 });
    await phone.disconnect();
    await sim.sleep('1s');
    await sensor.connect(hub);
    await sensor.publish('alarm', 'fire', { qos: blow === 'qos-0' ? 0 : 1 });
    await sensor.disconnect();
    await sim.sleep('1s');

    if (blow === 'crash') hub.crash({ for: '2s' });
    if (blow === 'power-cut' || blow === 'power-cut-no-disk') hub.powerCut({ for: '2s' });
    await sim.sleep('5s');
    await phone.connect(hub);
    await sim.quiet();
  },
);
