import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/** One filter of two is refused: after a reconnect MQTT.js does not ask again for the one that was granted. */
export default scenario('A filter that was refused, to MQTT.js', async (sim) => {
  const hub = sim.broker('hub', {
    authorize: ({ action, topic }) => action !== 'subscribe' || topic !== 'secret',
  });
  const line = sim.link(sim.host('desk'), hub);
  const desk = await mqttjs(sim, 'desk', 'mqtt://hub', { clientId: 'desk' });
  const heard: string[] = [];
  await desk.do((client) => {
    client.on('message', (_topic, payload) => heard.push(`${payload}`));
    client.subscribe(['open', 'secret'], { qos: 1 });
  });
  await sim.sleep('1s');
  line.reset();
  await sim.sleep('5s');
  const publisher = sim.client('publisher');
  await publisher.connect('hub');
  await publisher.publish('open', 'news', { qos: 1 });
  await sim.quiet();
  sim.always(heard.includes('news'), 'the desk subscribes again to what it was granted');
});
