import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/**
 * Readings of QoS 0 from before a client is connected wait in one queue, and those that come while it sends what it has in its store in
 * another, which goes first.
 */
export default scenario('Readings while a client connects, of MQTT.js', async (sim) => {
  const hub = sim.broker('hub');
  sim.link(sim.host('sensor'), hub, { latency: '150ms' });
  const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor' });
  await sensor.do((client) => void client.publish('state', 'on', { qos: 1 }));
  let readings = 0;
  sim.every('100ms', () => sensor.do((client) => void client.publish('reading', `${++readings}`)));
  await sim.sleep('5s');
});
