import { puback, scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/** A PUBACK that is cut off: what MQTT.js sends again has DUP 0. */
export default scenario('A cut before PUBACK, with MQTT.js', async (sim) => {
  const hub = sim.broker('hub');
  sim.link(sim.host('sensor'), hub).on(puback(), 'reset-before');
  const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor', clean: false });
  await sensor.do((client) => client.publishAsync('state', 'on', { qos: 1 }));
  await sim.quiet();
});
