import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/**
 * An application ends its client while there is no connection, and has it connect again later: MQTT.js has queued the DISCONNECT, sends it on
 * the new connection, and subscribes after it.
 */
export default scenario('An end without a connection, of MQTT.js', async (sim) => {
  const hub = sim.broker('hub');
  const desk = await mqttjs(sim, 'desk', 'mqtt://hub', { clientId: 'desk' });
  await desk.do((client) => client.subscribeAsync('news'));
  hub.crash({ for: '10s' });
  await sim.sleep('5s');
  await desk.do((client) => client.endAsync());
  await sim.sleep('10s');
  await desk.do((client) => void client.reconnect());
  await sim.sleep('10s');
});
