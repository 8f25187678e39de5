import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';
import { MQTTJS } from './cast/versions.ts';

/** A broker has lost the session of a client that asked to keep it: MQTT.js before 5.0.1 does not subscribe again. */
export default scenario(
  'A session that was lost, of MQTT.js',
  { parameters: { version: { default: '4.3.8', values: ['4.3.8', '5.16.0'] } } },
  async (sim, { version }) => {
    const hub = sim.broker('hub', { durability: 'none' });
    const library = MQTTJS[version];
    const desk = await mqttjs(sim, 'desk', 'mqtt://hub', { clientId: 'desk', clean: false }, { library });
    const heard: string[] = [];
    await desk.do((client) => {
      client.on('message', (_topic, payload) => heard.push(`${payload}`));
      client.subscribe('news', { qos: 1 });
    });
    await sim.sleep('1s');
    hub.crash({ for: '1s' });
    await sim.sleep('5s');
    const publisher = sim.client('publisher');
    await publisher.connect('hub');
    await publisher.publish('news', 'fine', { qos: 1 });
    await sim.quiet();
    sim.always(heard.includes('fine'), 'the desk subscribes again when its session is gone');
  },
);
