import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

const OPTIONS = {
  clientId: 'sensor',
  clean: false,
  protocolVersion: 5,
  properties: { sessionExpiryInterval: 3_600 },
} as const;

/** A process that has just begun is told that its session is present, which it knows nothing of: MQTT.js goes on. */
export default scenario('A session of another process, for MQTT.js', async (sim) => {
  sim.broker('hub');
  const one = await mqttjs(sim, 'one', 'mqtt://hub', OPTIONS);
  await sim.sleep('1s');
  await one.do((client) => client.endAsync());
  const another = await mqttjs(sim, 'another', 'mqtt://hub', OPTIONS);
  await sim.sleep('5s');
  const connected = await another.do((client) => client.connected);
  sim.always(!connected, 'who has no session leaves one that is present');
});
