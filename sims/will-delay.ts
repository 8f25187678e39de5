import { scenario } from 'mqtt-amber';

/** A will that waits: a client that comes back in time is not mourned, and no will outlives the session. */
export default scenario('Will delay', async (sim) => {
  const hub = sim.broker('hub');
  const guard = sim.client('guard');
  await guard.connect(hub);
  await guard.subscribe('will/+', { qos: 1 });

  const device = async (name: string, sessionExpiry: '0s' | '10s' | '1h') => {
    const client = sim.client(name, {
      sessionExpiry,
      cleanStart: false,
      reconnect: 'off',
      will: { topic: `will/${name}`, payload: 'gone', qos: 1, delay: '30s' },
    });
    await client.connect(hub);
    return client;
  };
  const mourned = async (name: string) =>
    ((await guard.next(`will/${name}`, { within: '5min' })).at - left) / 1e6;
  const quick = await device('quick', '1h');
  const slow = await device('slow', '1h');
  const brief = await device('brief', '10s');
  const clean = await device('clean', '0s');
  const moved = await device('moved', '1h');
  const leaving = await device('leaving', '1h');

  sim.note('Everybody crashes at once; one comes back after 20 seconds.');
  const left = sim.now;
  for (const client of [slow, brief, clean, moved]) client.crash();
  quick.crash({ for: '20s' });
  sim.note('One leaves in order, and asks for its will all the same.');
  await leaving.disconnect({ reasonCode: 0x04 });
  sim.note('And the one that moved connects from elsewhere, with a clean start.');
  await sim.sleep('5s');
  await sim.client('elsewhere', { clientId: 'moved' }).connect(hub);

  const after = async (name: string, seconds: number) => {
    const waited = await mourned(name);
    return waited >= seconds && waited < seconds + 1;
  };
  sim.always(await after('clean', 0), 'a session that ends with its connection does not wait');
  sim.always(await after('moved', 5), 'a clean start ends the session, and the wait');
  sim.always(await after('brief', 10), 'the session ends before the delay does: so does the wait');
  sim.always(await after('slow', 30), 'the delay passes: the will');
  sim.always(await after('leaving', 30), 'DISCONNECT with will: the delay counts as well');
  await sim.sleep('5min');
  sim.always(guard.received.on('will/quick').length === 0, 'back in time: no will');
  await sim.quiet();
});
