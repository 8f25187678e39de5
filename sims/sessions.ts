import { scenario } from 'mqtt-amber';

/** Two phones go into a tunnel. One asked for its session to be kept, the other starts clean. */
export default scenario('Clean and persistent sessions', async (sim) => {
  const hub = sim.broker('hub');
  const sender = sim.client('sender');
  const kept = sim.client('kept', { cleanStart: false, sessionExpiry: '1h' });
  const clean = sim.client('clean', { cleanStart: true });
  await sender.connect(hub);

  const first = await kept.connect(hub);
  sim.always(!first.sessionPresent, 'the first time there is no session to resume');
  await clean.connect(hub);
  for (const phone of [kept, clean]) await phone.subscribe('chat', { qos: 1 });

  sim.note('Both leave; three messages are sent meanwhile.');
  await kept.disconnect();
  await clean.disconnect();
  for (const text of ['one', 'two', 'three']) await sender.publish('chat', text, { qos: 1 });

  const again = await kept.connect(hub);
  const afresh = await clean.connect(hub);
  sim.always(again.sessionPresent, 'the kept session is present');
  sim.always(!afresh.sessionPresent, 'the clean one is not');
  await sim.sleep('1s');
  sim.always(
    [...kept.received].map((message) => message.text).join() === 'one,two,three',
    'what was sent meanwhile arrives in order',
  );
  sim.always(clean.received.length === 0, 'the clean session has forgotten its subscription');

  sim.note('A visitor has no name, and is given one.');
  const visitor = sim.client('visitor', { clientId: '' });
  const { properties } = await visitor.connect(hub);
  sim.always(
    properties.assignedClientIdentifier !== undefined,
    'the hub tells a nameless client what it calls it',
  );
  await visitor.disconnect();

  sim.note('The kept session ends an hour after its connection did.');
  await kept.disconnect();
  await sim.sleep('61min');
  const late = await kept.connect(hub);
  sim.always(!late.sessionPresent, 'after its expiry the session is gone');
  await sim.quiet();
});
