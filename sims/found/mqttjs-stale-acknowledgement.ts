import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/** An application takes its time with a message, and the connection is lost meanwhile: MQTT.js acknowledges it on the next one. */
export default scenario('An acknowledgement on another connection, of MQTT.js', async (sim) => {
  const hub = sim.broker('hub');
  const line = sim.link(sim.host('worker'), hub);
  const worker = await mqttjs(sim, 'worker', 'mqtt://hub', { clientId: 'worker' });
  await worker.do((client) => {
    client.handleMessage = (_packet, done) => setTimeout(done, 5_000);
    return client.subscribeAsync('job', { qos: 1 });
  });
  const publisher = sim.client('publisher');
  await publisher.connect('hub');
  await publisher.publish('job', '1', { qos: 1 });
  await sim.sleep('1s');
  line.reset();
  await sim.sleep('10s');
});
