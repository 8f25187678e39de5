import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/** An application ends its client at once, with a message under way: what became of that MQTT.js never tells. */
export default scenario('A message of a client that is ended, of MQTT.js', async (sim) => {
  const hub = sim.broker('hub');
  sim.link(sim.host('sensor'), hub, { latency: '100ms' });
  const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor' });
  let told = false;
  await sensor.do((client) => {
    client.once('connect', () => {
      client.publish('state', 'off', { qos: 1 }, () => {
        told = true;
      });
      client.end(true);
    });
  });
  await sim.sleep('5min');
  sim.always(told, 'who publishes is told what became of it');
});
