import { publish, scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/**
 * A message in the store is sent with a topic alias in the place of its topic, and the connection is lost: MQTT.js has written that into its
 * store, and sends it like this on the next connection, which the server has to close, and on each that follows.
 */
export default scenario('A topic alias of the last connection, of MQTT.js', async (sim) => {
  const hub = sim.broker('hub');
  sim.link(sim.host('sensor'), hub).on(publish({ nth: 2 }), 'reset-before');
  const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', {
    clientId: 'sensor',
    protocolVersion: 5,
    autoAssignTopicAlias: true,
  });
  await sensor.do((client) => {
    client.publish('state', 'on', { qos: 1 });
    client.publish('state', 'off', { qos: 1 });
  });
  await sim.sleep('10s');
});
