import { connack, delay, scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';
import { MQTTJS } from './cast/versions.ts';

/**
 * A connection that was swallowed, then one whose CONNACK comes too late, then all is well: MQTT.js 5.3.4 still looks for the answers of the
 * first, and ends each healthy connection that follows.
 */
export default scenario(
  'A keep-alive of the last connection, of MQTT.js',
  { parameters: { version: { default: '5.3.4', values: ['5.3.4', '5.16.0'] } } },
  async (sim, { version }) => {
    const hub = sim.broker('hub');
    const line = sim.link(sim.host('sensor'), hub);
    const options = { clientId: 'sensor', keepalive: 1, connectTimeout: 1_000, reconnectPeriod: 100 };
    const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', options, { library: MQTTJS[version] });
    let lost = 0;
    await sensor.do((client) => void client.on('close', () => lost++));
    await sim.sleep('500ms');
    line.on(connack(), delay('1500ms'));
    line.blackHole();
    await sim.sleep('30s');
    sim.always(lost <= 2, 'a connection that works is kept');
  },
);
