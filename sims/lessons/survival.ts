import { scenario } from 'mqtt-amber';

/**
 * The hub has acknowledged an alarm for a phone that is away. Then something happens to the hub. Whether the alarm is still there
 * depends on what was written down before the acknowledgement, and on how much is gone.
 */
export default scenario(
  'Lesson 17: what survives which fault',
  {
    parameters: {
      blow: {
        default: 'nothing',
        values: ['nothing', 'crash', 'power-cut', 'qos-0'],
        description: 'what happens to the hub; or nothing, but the alarm has QoS 0',
      },
      disk: {
        default: 'later',
        values: ['never', 'later', 'first'],
        description:
          'when the hub has on its disk what it acknowledges: never, within a second, or before it acknowledges it',
      },
    },
  },
  async (sim, { blow, disk }) => {
    const durability = { never: 'none', later: 'interval', first: 'sync' } as const;
    const hub = sim.broker('hub', { durability: durability[disk] });
    const sensor = sim.client('sensor');
    const phone = sim.client('phone', { cleanStart: false, sessionExpiry: '1h' });
    sim.link(sensor, hub, { latency: '20ms' });
    sim.link(phone, hub, { latency: '20ms' });
    await phone.connect(hub);
    await phone.subscribe('alarm', { qos: 1 });
    await phone.disconnect();
    await sensor.connect(hub);
    await sensor.publish('alarm', 'fire', { qos: blow === 'qos-0' ? 0 : 1 });
    await sensor.disconnect();
    await sim.sleep('100ms');

    if (blow === 'crash') hub.crash({ for: '2s' });
    if (blow === 'power-cut') hub.powerCut({ for: '2s' });
    await sim.sleep('5s');
    await phone.connect(hub);
    await sim.quiet();
  },
);
