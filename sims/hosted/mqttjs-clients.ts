import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';
import { network, TROUBLES } from './cast/network.ts';
import { checkReadings, sayReadings } from './cast/readings.ts';

/** Clients of MQTT.js, as they ship, with our broker. */
export default scenario(
  'Clients of MQTT.js',
  {
    parameters: {
      qos: { default: 1, values: [0, 1, 2] },
      trouble: { default: 'none', values: TROUBLES },
      version: { default: 4, values: [4, 5] },
    },
  },
  async (sim, { qos, trouble, version }) => {
    const hub = sim.broker('hub');
    network(sim, trouble, hub, [sim.host('reader'), sim.host('sensor')]);

    const reader = await mqttjs(sim, 'reader', 'mqtt://hub', {
      clientId: 'reader',
      protocolVersion: version,
      clean: false,
      ...(version === 5 ? { properties: { sessionExpiryInterval: 3_600 } } : {}),
    });
    const arrived: string[] = [];
    await reader.do((client) => {
      client.on('message', (_topic, payload) => arrived.push(`${payload}`));
      return client.subscribeAsync('plant/+/temperature', { qos });
    });

    const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', {
      clientId: 'sensor',
      protocolVersion: version,
      clean: false,
      ...(version === 5 ? { properties: { sessionExpiryInterval: 3_600 } } : {}),
    });
    const published = await sayReadings(sim, (reading) =>
      sensor.do((client) => client.publishAsync('plant/1/temperature', reading, { qos })),
    );
    checkReadings(sim, { published, arrived }, qos, trouble);
  },
);
