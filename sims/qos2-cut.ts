import { pubrec, scenario } from 'mqtt-amber';

/** One message at QoS 2, and the connection breaks as the broker answers: it is sent again, and comes once. */
export default scenario('QoS 2 with a cut in it', async (sim) => {
  const broker = sim.broker('broker');
  const sensor = sim.client('sensor', {
    cleanStart: false,
    sessionExpiry: '1h',
    reconnect: { initial: '100ms', jitter: 0 },
  });
  const screen = sim.client('screen');
  const uplink = sim.link(sensor, broker, { latency: '20ms' });
  sim.link(screen, broker, { latency: '20ms' });

  await screen.connect(broker);
  await screen.subscribe('door', { qos: 2 });
  await sensor.connect(broker);

  uplink.on(pubrec(), 'reset-before');
  sensor.on('offline', async () => {
    sim.note('The connection breaks and PUBREC is lost. Did the message come? The sensor cannot know.');
    await sim.sleep('100ms');
    sim.note('Its session is kept, so it sends the message again. The broker has it, and only answers.');
  });
  await sensor.publish('door', 'open', { qos: 2 });
  await sim.quiet();

  sim.always(screen.received.length === 1, 'the message comes exactly once');
});
