import { publish, scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/** An end that waits for an acknowledgement, on a connection that is lost: MQTT.js never calls back. */
export default scenario('An end that never ends, of MQTT.js', async (sim) => {
  const hub = sim.broker('hub');
  sim.link(sim.host('sensor'), hub).on(publish(), 'reset-before');
  const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor' });
  let ended = false;
  await sensor.do((client) => {
    client.once('connect', () => {
      client.publish('state', 'off', { qos: 1 });
      client.end(() => {
        ended = true;
      });
    });
  });
  await sim.sleep('5min');
  sim.always(ended, 'the application is told that its client has ended');
});
