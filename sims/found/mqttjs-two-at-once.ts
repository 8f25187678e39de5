import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/**
 * An application ends its client while that is dialling, and has it connect again: MQTT.js dials twice, and its two connections of one
 * identifier end each other for ever.
 */
export default scenario('An end while a client dials, of MQTT.js', async (sim) => {
  const hub = sim.broker('hub');
  sim.link(sim.host('sensor'), hub, { latency: '1s' });
  const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor' });
  await sim.sleep('1s');
  let connected = 0;
  await sensor.do((client) => {
    client.on('connect', () => connected++);
    client.end(true, () => client.reconnect());
  });
  await sim.sleep('1min');
  sim.always(connected === 1, 'one connection is enough where nothing goes wrong');
});
