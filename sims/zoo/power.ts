import { scenario } from 'mqtt-amber';

/** A hub on a slow disk, that loses its power again and again while messages are under way. */
export default scenario('The zoo: a slow disk and power cuts', async (sim) => {
  const hub = sim.broker('hub');
  const lasting = {
    cleanStart: false,
    sessionExpiry: '1h',
    keepAlive: '10s',
    reconnect: { initial: '200ms', maximum: '1s' },
  } as const;
  const sensor = sim.client('sensor', lasting);
  const screen = sim.client('screen', lasting);
  void screen.connect(hub);
  void screen.subscribe('reading', { qos: 2 });
  void sensor.connect(hub);
  hub.slowDisk({ by: '80ms' });

  let count = 0;
  sim.every('100ms', () => void sensor.publish('reading', `${++count}`, { qos: count % 2 === 0 ? 2 : 1 }));
  sim.every('7s', () => hub.powerCut({ for: '1s' }));
  await sim.sleep('40s');
  await sim.quiet();
});
