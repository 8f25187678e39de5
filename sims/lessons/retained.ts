import { scenario } from 'mqtt-amber';

/** A heater leaves a value at the broker, and a visitor comes two minutes later. What happens in between can be chosen. */
export default scenario(
  'Lesson 13: retained messages',
  {
    parameters: {
      meanwhile: {
        default: 'nothing',
        values: ['nothing', 'replaced', 'passing', 'cleared', 'expired'],
        description: 'what becomes of the value before the visitor comes',
      },
    },
  },
  async (sim, { meanwhile }) => {
    const hub = sim.broker('hub');
    const heater = sim.client('heater', { keepAlive: '0s' });
    const visitor = sim.client('visitor');
    sim.link(heater, hub, { latency: '20ms' });
    sim.link(visitor, hub, { latency: '20ms' });
    await heater.connect(hub);

    const lasting = { qos: 0, retain: true } as const;
    await heater.publish('room/target', '20', {
      ...lasting,
      ...(meanwhile === 'expired' ? { messageExpiry: '1min' } : {}),
    });
    await sim.sleep('1s');
    if (meanwhile === 'replaced') await heater.publish('room/target', '22', lasting);
    if (meanwhile === 'passing') await heater.publish('room/target', '22', { qos: 0 });
    if (meanwhile === 'cleared') await heater.publish('room/target', '', lasting);

    await sim.sleep('2min');
    await visitor.connect(hub);
    await visitor.subscribe('room/target', { qos: 0 });
    await sim.quiet();
  },
);
