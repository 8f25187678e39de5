import { pubrec, scenario } from 'mqtt-amber';

/**
 * A sensor publishes one reading at QoS 2, and the wire is cut before the PUBREC comes back. The sensor cannot know
 * whether its reading arrived, so it sends it again, marked DUP. The hub knows the packet identifier, and does not.
 */
export default scenario('One reading, exactly once', async (sim) => {
  const hub = sim.broker('hub');
  const sensor = sim.client('sensor', { cleanStart: false, sessionExpiry: '1h' });
  const screen = sim.client('screen');
  const uplink = sim.link(sensor, hub, { latency: '30ms' });
  sim.link(screen, hub, { latency: '15ms' });

  await Promise.all([screen.connect(hub), sensor.connect(hub)]);
  await screen.subscribe('greenhouse/+', { qos: 2 });

  uplink.on(pubrec(), 'reset-before');
  await sensor.publish('greenhouse/3', '21.5', { qos: 2 });
  await sim.quiet();

  sim.always(screen.received.length === 1, 'the reading arrives once');
});
