import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';

/** A connection with a will takes over one with a will: aedes deletes the new one from its store, and after a crash nobody publishes it. */
export default scenario(
  'A will after a takeover and a crash, of aedes',
  { protocol: '3.1.1' },
  async (sim) => {
    const hub = await aedes(sim, 'hub', { durable: true });
    const listener = sim.client('listener', { cleanStart: false, reconnect: { initial: '1s' } });
    await listener.connect('hub');
    await listener.subscribe('gone', { qos: 1 });
    for (const name of ['first', 'second']) {
      const will = { topic: 'gone', payload: name, qos: 1 } as const;
      const device = sim.client(name, { clientId: 'device', will, reconnect: 'off' });
      await device.connect('hub');
      await sim.sleep('1s');
    }
    hub.crash({ for: '1s' });
    await sim.sleep('5min');
    const wills = [...listener.received].map(({ text }) => text);
    const survived = hub.restarts === 0 || wills.includes('second');
    sim.always(survived, 'the will of a device outlives the broker');
  },
);
