import { scenario } from 'mqtt-amber';

/** A sensor behind a bad uplink reports 100 readings; the screen must see each exactly once. */
export default scenario('QoS 2 survives a flapping uplink', async (sim) => {
  const durable = { cleanStart: false, sessionExpiry: '1h' } as const;
  const hub = sim.broker('hub');
  const sensor = sim.client('sensor', durable);
  const screen = sim.client('screen', durable);

  const uplink = sim.link(sensor, hub, { latency: ['20ms', '80ms'], loss: 0.02 });
  sim.link(screen, hub, { latency: '5ms' });

  await screen.connect(hub);
  await screen.subscribe('plant/+/temperature', { qos: 2 });
  await sensor.connect(hub);

  sim.every('10s', () => uplink.partition({ for: '3s' }));
  sim.every('45s', () => hub.crash({ for: '1s' }));

  for (let reading = 1; reading <= 100; reading++) {
    sensor.publish('plant/1/temperature', `${reading}`, { qos: 2 });
    await sim.sleep('1s');
  }
  await sim.quiet();

  sim.always(screen.received.length === 100, 'each reading arrives once');
  sim.sometimes(hub.restarts > 0, 'the hub restarted while readings were in flight');
});
