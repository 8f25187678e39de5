import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { mqttjs } from 'mqtt-amber/mqttjs';

const MINUTES = 2;

/**
 * A fleet of MQTT.js and a broker of aedes on a bad day: links lose and are cut, devices and the broker crash, and no clock goes
 * right. What is published at QoS 1 while all of that goes on comes to the dashboard all the same.
 */
export default scenario(
  'A fleet on a bad day',
  {
    parameters: {
      devices: { default: 10, range: [1, 100], whole: true },
      loss: { default: 0.02, range: [0, 0.3] },
    },
  },
  async (sim, { devices, loss }) => {
    const hub = await aedes(sim, 'hub', { durable: true }, { clock: { drift: -30e-6 } });
    sim.link(sim.host('desk'), hub, { latency: '2ms' });
    const desk = await mqttjs(sim, 'desk', 'mqtt://hub', { clientId: 'desk', clean: false });
    const arrived = new Set<string>();
    await desk.do((client) => {
      client.on('message', (topic, payload) => arrived.add(`${topic} ${payload}`));
      return client.subscribeAsync('devices/+/report', { qos: 1 });
    });

    let acknowledged = 0;
    const missing = new Set<string>();
    for (let n = 1; n <= devices; n++) {
      const name = `device-${n}`;
      sim.host(name, { clock: { drift: n * 20e-6 }, cpu: { perEvent: ['20us', '200us'] } });
      const link = sim.link(name, hub, { latency: ['10ms', '60ms'], loss });
      const device = await mqttjs(sim, name, 'mqtt://hub', {
        clientId: name,
        clean: false,
        keepalive: 20,
        reconnectPeriod: 500,
      });
      const topic = `devices/${n}/report`;
      let report = 0;
      sim.every(`${1_600 + 90 * n}ms`, async () => {
        const payload = `${++report}`;
        const said = device.do((client) => client.publishAsync(topic, payload, { qos: 1 }));
        // A device that crashes forgets what it was about to say.
        const heard = await said.then(
          () => true,
          () => false,
        );
        if (!heard) return;
        acknowledged++;
        missing.add(`${topic} ${payload}`);
      });
      sim.every(`${13 + n}s`, () => link.partition({ for: '3s' }));
      sim.every(`${29 + n}s`, () => device.crash({ for: '1s' }));
    }
    sim.every('47s', () => hub.crash({ for: '1s' }));
    sim.every('19s', () => hub.skewClock({ for: '5s', ahead: '2s' }));

    await sim.sleep(`${MINUTES}min`);
    await sim.quiet();
    for (const report of arrived) missing.delete(report);
    sim.always(missing.size === 0, 'every report that was acknowledged came to the desk');
    sim.always(acknowledged > 0, 'reports were acknowledged');
  },
);
