import { pubrel, scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/** A clean session ends before PUBREL: MQTT.js sends that in the next one, which has to know nothing of it. */
export default scenario('A clean session that goes on, of MQTT.js', async (sim) => {
  const hub = sim.broker('hub');
  sim.link(sim.host('sensor'), hub).on(pubrel(), 'reset-before');
  const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor' });
  await sensor.do((client) => client.publishAsync('state', 'on', { qos: 2 }));
  await sim.sleep('5s');
});
