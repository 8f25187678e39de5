import { scenario } from 'mqtt-amber';

/** A hub that refuses things says which and why; a client that was told does not even ask. */
export default scenario('A hub that refuses', async (sim) => {
  const spare = sim.broker('spare');
  const hub = sim.broker('hub', {
    maximumQoS: 1,
    retainAvailable: false,
    wildcardSubscriptionAvailable: false,
    sharedSubscriptionAvailable: false,
    subscriptionIdentifiersAvailable: false,
    limits: { packetSize: 1_000 },
    authenticate: ({ username }) => {
      if (username === 'guest') return { server: 'spare' };
      return username === 'ann' ? 'accepted' : 'bad-credentials';
    },
    authorize: ({ topic }) => !topic.startsWith('vault/'),
  });
  const ann = sim.client('ann', { username: 'ann' });
  await ann.connect(hub);
  /** The reason code, or the kind of the error where nobody had to be asked. */
  const refusal = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => 'done',
      ({ kind, reasonCode }) => reasonCode ?? kind,
    );

  sim.note('What CONNACK said is not to be had: the client keeps these to itself, and stays connected.');
  const told = {
    'QoS 2': ann.publish('a', 'x', { qos: 2 }),
    'a retained message': ann.publish('a', 'x', { retain: true }),
    'a large message': ann.publish('a', 'x'.repeat(1_000)),
    'a wildcard': ann.subscribe('a/#'),
    'a shared subscription': ann.subscribe('$share/crew/a'),
    'an identifier': ann.subscribe('a', { subscriptionIdentifier: 1 }),
  };
  const expected = ['refused', 'refused', 'packet-too-large', 0xa2, 0x9e, 0xa1];
  for (const [place, [what, call]] of Object.entries(told).entries()) {
    sim.always((await refusal(call)) === expected[place], `${what} is refused before it is sent`);
  }

  sim.note('What may not be done is refused by the hub, one thing at a time.');
  sim.always((await refusal(ann.publish('vault/1', 'x', { qos: 1 }))) === 0x87, 'a publish: not authorized');
  const granted = await ann.subscribe(['a', 'vault/1'], { qos: 1 });
  sim.always(granted.join() === `1,${0x87}`, 'of two filters one is granted');
  const { reasonCode } = await ann.publish('nobody', 'x', { qos: 1 });
  sim.always(reasonCode === 0x10, 'nobody is subscribed: no refusal, but worth knowing');
  sim.always((await ann.unsubscribe('b')).join() === '17', 'and there was nothing to take back');
  sim.always(ann.connected, 'all the while the connection stands');

  sim.note('Who may not come in at all, and who is sent elsewhere.');
  const eve = sim.client('eve', { username: 'eve' });
  sim.always((await refusal(eve.connect(hub))) === 0x86, 'a bad user name or password');
  const guest = sim.client('guest', { username: 'guest' });
  const server = await guest.connect(hub).catch(({ serverReference }) => serverReference);
  sim.always(server === 'spare', 'use another server: this one');
  await guest.connect(server);

  sim.note('The hub is taken down, and Ann goes over as well.');
  ann.on('offline', (_reason, cause) => {
    if (cause?.serverReference !== undefined) ann.connect(cause.serverReference);
  });
  hub.redirect(ann, spare, { moved: true });
  await sim.sleep('1s');
  hub.shutdown();
  await guest.subscribe('a/#', { qos: 2 });
  await ann.publish('a/1', 'here we are', { qos: 2, retain: true });
  await sim.sleep('1s');
  sim.always(guest.received.length === 1, 'the spare has none of these limits');
  await sim.quiet();
});
