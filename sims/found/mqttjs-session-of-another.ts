import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/** A process that has just begun is told that its session is present, which it knows nothing of: MQTT.js goes on. */
export default scenario('A session of another process, for MQTT.js', async (sim) => {
  sim.broker('hub');
  const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', {
    clientId: 'sensor',
    clean: false,
    protocolVersion: 5,
    properties: { sessionExpiryInterval: 3_600 },
  });
  await sim.sleep('1s');
  sensor.crash({ for: '1s' });
  await sim.sleep('5s');
  const connected = await sensor.do((client) => client.connected);
  sim.always(!connected, 'who has no session leaves one that is present');
});
