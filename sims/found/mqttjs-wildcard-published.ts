import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/** A wildcard in the topic of a message: MQTT.js sends it, and sends it again after each close that it deserves. */
export default scenario('A message to a wildcard, from MQTT.js', async (sim) => {
  sim.broker('hub');
  const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor', clean: false });
  await sensor.do((client) => void client.publish('plant/#', 'on', { qos: 1 }));
  await sim.sleep('5s');
});
