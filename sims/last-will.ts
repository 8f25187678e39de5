import { scenario } from 'mqtt-amber';

/** A last will is published on every kind of end but one: the client that says DISCONNECT leaves none. */
export default scenario('Last will', async (sim) => {
  const hub = sim.broker('hub');
  const guard = sim.client('guard');
  await guard.connect(hub);
  await guard.subscribe('will/+', { qos: 1 });

  const device = async (name: string, options = {}) => {
    const client = sim.client(name, {
      keepAlive: '10s',
      reconnect: 'off',
      will: { topic: `will/${name}`, payload: 'gone', qos: 1 },
      ...options,
    });
    const wire = sim.link(client, hub, { latency: '5ms' });
    await client.connect(hub);
    return { client, wire };
  };
  const wills = (name: string) => [...guard.received].filter(({ topic }) => topic === `will/${name}`).length;

  sim.note('A clean end: DISCONNECT removes the will.');
  const polite = await device('polite');
  await polite.client.disconnect();

  sim.note('A crash: the process dies, the connection ends without DISCONNECT.');
  const crashed = await device('crashed');
  crashed.client.crash();

  sim.note('Silence: the host loses its power, only keep-alive notices.');
  const silent = await device('silent');
  silent.client.powerCut();

  sim.note('A takeover: the same client identifier connects from elsewhere.');
  await device('taken', { clientId: 'twin' });
  const twin = sim.client('taker', { clientId: 'twin', reconnect: 'off' });
  await twin.connect(hub);

  await sim.sleep('30s');
  sim.always(wills('polite') === 0, 'DISCONNECT: no will');
  sim.always(wills('crashed') === 1, 'crash: the will, once');
  sim.always(wills('silent') === 1, 'keep-alive ran out: the will, once');
  sim.always(wills('taken') === 1, 'takeover: the will of the first connection, once');
  await sim.quiet();
});
