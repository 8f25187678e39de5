import { scenario } from 'mqtt-amber';

/** Devices with a will: one takes leave, one dies, one falls silent, one is taken over; each of them comes back. */
export default scenario('The zoo: wills, due and not due', async (sim) => {
  const hub = sim.broker('hub');
  const guard = sim.client('guard', { cleanStart: false, sessionExpiry: '1h', keepAlive: '10s' });
  void guard.connect(hub);
  void guard.subscribe('will/+', { qos: 2 });

  const device = async (name: string, clientId = name) => {
    const client = sim.client(name, {
      clientId,
      keepAlive: '6s',
      reconnect: clientId === name ? { initial: '1s', maximum: '2s' } : 'off',
      will: { topic: `will/${name}`, payload: 'gone', qos: 1 },
    });
    const wire = sim.link(client, hub, { latency: ['2ms', '20ms'] });
    void client.connect(hub);
    return { client, wire };
  };
  const polite = await device('polite');
  const mortal = await device('mortal');
  const silent = await device('silent');
  await device('first', 'twin');

  sim.every('8s', () => {
    if (polite.client.connected) void polite.client.disconnect();
    else void polite.client.connect(hub);
  });
  sim.at('18s', () => mortal.client.crash({ for: '2s' }));
  sim.at('24s', () => silent.wire.partition({ for: '15s' }));
  await sim.sleep('50s');
  await device('second', 'twin');
  await sim.sleep('5s');
  await sim.quiet();
});
