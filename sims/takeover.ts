import { scenario } from 'mqtt-amber';

/** Two devices were given one client identifier. The second connects, and the broker closes the first. */
export default scenario('Takeover', async (sim) => {
  const hub = sim.broker('hub');
  const sender = sim.client('sender');
  await sender.connect(hub);

  const session = { clientId: 'shared', cleanStart: false, sessionExpiry: '1h', reconnect: 'off' } as const;
  const first = sim.client('first', session);
  await first.connect(hub);
  await first.subscribe('work', { qos: 2 });
  await sender.publish('work', 'for the first', { qos: 2 });
  await sim.sleep('1s');

  const second = sim.client('second', session);
  const { sessionPresent } = await second.connect(hub);
  await sim.sleep('1s');
  sim.always(!first.connected, 'the first is closed');
  sim.always(sessionPresent, 'the session goes over to the second');

  await sender.publish('work', 'for the second', { qos: 2 });
  await sim.sleep('1s');
  sim.always(first.received.length === 1, 'the first got its own and no more');
  sim.always(
    second.received.length === 1,
    'the second inherits the subscription, not what was delivered already',
  );
  await sim.quiet();
});
