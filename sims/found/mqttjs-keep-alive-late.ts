import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/** A way of 900 ms there and back, and a keep-alive of a second: MQTT.js counts from the answer, and is silent too long. */
export default scenario('A keep-alive on a long way, of MQTT.js', async (sim) => {
  const hub = sim.broker('hub');
  sim.link(sim.host('sensor'), hub, { latency: '450ms' });
  const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor', keepalive: 1 });
  await sensor.do((client) => client.publishAsync('state', 'on', { qos: 1 }));
  await sim.sleep('5s');
});
