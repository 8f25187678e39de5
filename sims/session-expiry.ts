import { scenario } from 'mqtt-amber';

/** How long the hub remembers: asked for at CONNECT, cut short by the hub, changed at DISCONNECT, and counted from the end of the connection. */
export default scenario('Session expiry', async (sim) => {
  const hub = sim.broker('hub', { sessionExpiryMaximum: '1h' });
  const remembered = async (name: string, away: '50min' | '70min' | '11min' | '1s') => {
    await sim.sleep(away);
    const client = sim.client(name);
    const { sessionPresent } = await client.connect(hub);
    await client.disconnect();
    return sessionPresent;
  };
  const phone = async (name: string, sessionExpiry: '0s' | '1h' | 'never') => {
    const client = sim.client(name, { cleanStart: false, sessionExpiry });
    const { properties } = await client.connect(hub);
    return { client, granted: properties.sessionExpiryInterval };
  };

  sim.note('Who asks for too much is told what it gets.');
  const greedy = await phone('greedy', 'never');
  sim.always(greedy.granted === 3600, 'for ever is an hour here');
  await greedy.client.disconnect();
  sim.always(await remembered('greedy', '50min'), 'after 50 minutes it is remembered');
  sim.always(!(await remembered('greedy', '70min')), 'after 70 it is forgotten');

  sim.note('Connected for three hours: the clock starts when the connection ends.');
  const steady = await phone('steady', '1h');
  sim.always(steady.granted === undefined, 'who gets what it asked for is told nothing');
  await sim.sleep('3h');
  await steady.client.disconnect();
  sim.always(await remembered('steady', '50min'), 'it is remembered after three hours and 50 minutes');

  sim.note('The last word counts.');
  const hasty = await phone('hasty', '1h');
  await hasty.client.disconnect({ sessionExpiry: '10min' });
  sim.always(!(await remembered('hasty', '11min')), 'ten minutes, said at the end, are ten minutes');
  const fleeting = await phone('fleeting', '0s');
  const kind = await fleeting.client.disconnect({ sessionExpiry: '1h' }).catch((error) => error.kind);
  sim.always(kind === 'invalid', 'but what was to end cannot be prolonged');
  await fleeting.client.disconnect();
  sim.always(!(await remembered('fleeting', '1s')), 'and it ended with its connection');
  await sim.quiet();
});
