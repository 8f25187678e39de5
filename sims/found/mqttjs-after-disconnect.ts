import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/** An application that ends its client while it is handed a message: PUBACK follows DISCONNECT, and the message comes again next time. */
export default scenario('An end while a message is handled, of MQTT.js', async (sim) => {
  sim.broker('hub');
  const worker = await mqttjs(sim, 'worker', 'mqtt://hub', { clientId: 'worker', clean: false });
  await worker.do((client) => {
    client.on('message', () => client.end());
    return client.subscribeAsync('job', { qos: 1 });
  });
  const publisher = sim.client('publisher');
  await publisher.connect('hub');
  await publisher.publish('job', '1', { qos: 1 });
  await sim.sleep('1s');
});
