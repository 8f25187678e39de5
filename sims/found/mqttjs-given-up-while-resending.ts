import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/**
 * A reading is published while MQTT.js sends what it has in its store, and then the connection breaks: what was in the store is sent on the next
 * one, and that reading is given up.
 */
export default scenario(
  'A reading that comes while the store is sent, of MQTT.js',
  { checks: 'none' },
  async (sim) => {
    const hub = sim.broker('hub');
    const link = sim.link(sim.host('sensor'), hub, { latency: '150ms' });
    const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor', clean: false });
    const publish = (reading: string) =>
      sensor.do((client) => client.publishAsync('reading', reading, { qos: 1 }));
    const stored = ['1', '2', '3', '4'].map(publish);
    await sim.sleep('1s');
    let isGivenUp = false;
    publish('5').catch(() => {
      isGivenUp = true;
    });
    await sim.sleep('100ms');
    link.reset();
    await Promise.all(stored);
    await sim.sleep('5s');
    sim.always(!isGivenUp, 'a client that goes on gives up no reading');
  },
);
