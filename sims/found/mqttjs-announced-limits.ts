import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/** A server announces what it does not take, and MQTT.js sends just that: too much, at too high a QoS, and with RETAIN. */
export default scenario('Limits of a server, for MQTT.js', async (sim) => {
  sim.broker('hub', { limits: { packetSize: 100 }, maximumQoS: 0, retainAvailable: false });
  const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor', protocolVersion: 5 });
  await sensor.do((client) => {
    client.once('connect', () => client.publish('log', 'x'.repeat(1000), { qos: 1, retain: true }));
  });
  await sim.sleep('1s');
});
