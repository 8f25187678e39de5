import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';
import { MQTTJS } from './cast/versions.ts';

/** With reschedulePings off, MQTT.js 5.6 to 5.8.0 drops a connection for want of answers to its pings, though each had one. */
export default scenario(
  'Pings that are answered, of MQTT.js',
  { parameters: { version: { default: '5.8.0', values: ['5.8.0', '5.16.0'] } } },
  async (sim, { version }) => {
    sim.broker('hub');
    const options = { clientId: 'sensor', keepalive: 1, reschedulePings: false };
    const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', options, { library: MQTTJS[version] });
    let lost = 0;
    await sensor.do((client) => void client.on('close', () => lost++));
    await sim.sleep('10s');
    sim.always(lost === 0, 'a connection on which every ping is answered is kept');
  },
);
