import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';
import { MQTTJS } from './cast/versions.ts';

/** Messages of QoS 0 come all the time: MQTT.js 5.5.5 takes them for signs of its own life, and sends no PINGREQ. */
export default scenario(
  'A subscriber that only listens, of MQTT.js',
  { parameters: { version: { default: '5.5.5', values: ['5.5.5', '5.16.0'] } } },
  async (sim, { version }) => {
    sim.broker('hub');
    const options = { clientId: 'desk', keepalive: 10 };
    const desk = await mqttjs(sim, 'desk', 'mqtt://hub', options, { library: MQTTJS[version] });
    await desk.do((client) => client.subscribeAsync('reading'));
    const sensor = sim.client('sensor');
    await sensor.connect('hub');
    sim.every('1s', () => sensor.publish('reading', 'on'));
    await sim.sleep('20s');
  },
);
