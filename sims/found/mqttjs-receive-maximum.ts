import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/** The server takes two unacknowledged messages at a time: MQTT.js sends ten. */
export default scenario('A Receive Maximum of two, for MQTT.js', async (sim) => {
  sim.broker('hub', { receiveMaximum: 2 });
  const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor', protocolVersion: 5 });
  await sensor.do((client) => {
    client.once('connect', () => {
      for (let i = 0; i < 10; i++) client.publish('reading', `${i}`, { qos: 1 });
    });
  });
  await sim.sleep('1s');
});
