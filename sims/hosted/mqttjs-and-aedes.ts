import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { mqttjs } from 'mqtt-amber/mqttjs';
import { network, TROUBLES } from './cast/network.ts';
import { checkReadings, sayReadings } from './cast/readings.ts';

/** Clients of MQTT.js and a broker of aedes, as they ship: nothing here is ours but the world. */
export default scenario(
  'MQTT.js and aedes',
  {
    parameters: {
      qos: { default: 1, values: [0, 1, 2] },
      trouble: { default: 'none', values: TROUBLES },
    },
  },
  async (sim, { qos, trouble }) => {
    const hub = await aedes(sim, 'hub', { durable: true });
    network(sim, trouble, hub, [sim.host('reader'), sim.host('sensor')]);

    const reader = await mqttjs(sim, 'reader', 'mqtt://hub', { clientId: 'reader', clean: false });
    const arrived: string[] = [];
    await reader.do((client) => {
      client.on('message', (_topic, payload) => arrived.push(`${payload}`));
      return client.subscribeAsync('plant/+/temperature', { qos });
    });

    const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor', clean: false });
    const published = await sayReadings(sim, (reading) =>
      sensor.do((client) => client.publishAsync('plant/1/temperature', reading, { qos })),
    );
    checkReadings(sim, { published, arrived }, qos, trouble);
  },
);
