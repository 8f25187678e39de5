import { scenario } from 'mqtt-amber';

/** Four topics of a house, and one reader whose filter can be chosen. A guard listens to what the broker says of itself. */
export default scenario(
  'Lesson 2: topics and filters',
  {
    parameters: {
      filter: {
        default: 'home/kitchen/light',
        values: ['home/kitchen/light', 'home/+', 'home/+/light', 'home/#', '#'],
        description: 'what the reader subscribes to',
      },
    },
  },
  async (sim, { filter }) => {
    const hub = sim.broker('hub', { sysInterval: '10s' });
    const house = sim.client('house');
    const reader = sim.client('reader');
    const guard = sim.client('guard');
    await house.connect(hub);
    await reader.connect(hub);
    await reader.subscribe(filter, { qos: 0 });
    await guard.connect(hub);
    await guard.subscribe('$SYS/broker/uptime', { qos: 0 });
    await sim.sleep('1s');

    for (const [topic, payload] of [
      ['home/kitchen/light', 'on'],
      ['home/kitchen/temperature', '21.5'],
      ['home/hall/light', 'off'],
      ['home', 'all well'],
    ] as const) {
      await house.publish(topic, payload, { qos: 0 });
      await sim.sleep('1s');
    }
    await sim.sleep('6s');
    await sim.quiet();
  },
);
