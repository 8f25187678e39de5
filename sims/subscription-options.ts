import { scenario } from 'mqtt-amber';

/** What a subscriber may ask for: not its own words, the RETAIN flag as it was, what is retained or not, and a number to know it by. */
export default scenario('Subscription options', async (sim) => {
  const hub = sim.broker('hub');
  const wall = sim.client('wall');
  await wall.connect(hub);
  await wall.publish('room/light', 'off', { qos: 1, retain: true });
  const reader = async (name: string) => {
    const client = sim.client(name);
    await client.connect(hub);
    return client;
  };
  const heard = async (client: typeof wall) => {
    await sim.sleep('1s');
    const { received } = client;
    return received.length;
  };

  sim.note('No Local: a lamp that both reads and writes one topic does not talk to itself.');
  const lamp = await reader('lamp');
  await lamp.subscribe('room/light', { qos: 1, noLocal: true, retainHandling: 2 });
  await lamp.publish('room/light', 'dimmed', { qos: 1, retain: true });
  sim.always((await heard(lamp)) === 0, 'its own message does not come back');
  await wall.publish('room/light', 'on', { qos: 1, retain: true });
  sim.always((await heard(lamp)) === 1, "another's does");

  sim.note('Retain As Published: a bridge has to know what to retain on the other side.');
  const plain = await reader('plain');
  const bridge = await reader('bridge');
  await plain.subscribe('room/#', { qos: 1, retainHandling: 2 });
  await bridge.subscribe('room/#', { qos: 1, retainHandling: 2, retainAsPublished: true });
  await wall.publish('room/light', 'off', { qos: 1, retain: true });
  await sim.sleep('1s');
  sim.always(plain.received.at(0)?.retain === false, 'the flag is cleared for who was there already');
  sim.always(bridge.received.at(0)?.retain === true, 'unless it asks for it');

  sim.note('Retain Handling: with every subscription, with a new one, or never.');
  for (const [retainHandling, first, second] of [
    [0, 1, 2],
    [1, 1, 1],
    [2, 0, 0],
  ] as const) {
    const client = await reader(`handling-${retainHandling}`);
    await client.subscribe('room/light', { qos: 1, retainHandling });
    const once = await heard(client);
    await client.subscribe('room/light', { qos: 1, retainHandling });
    const twice = await heard(client);
    sim.always(
      once === first && twice === second,
      `retain handling ${retainHandling}: ${first}, then ${second}`,
    );
  }

  sim.note('Identifiers: a message says for which subscriptions it came.');
  const house = await reader('house');
  await house.subscribe('room/+', { qos: 1, subscriptionIdentifier: 1, retainHandling: 2 });
  await house.subscribe('+/light', { qos: 1, subscriptionIdentifier: 2, retainHandling: 2 });
  await wall.publish('room/light', 'on', { qos: 1 });
  await wall.publish('room/door', 'open', { qos: 1 });
  await sim.quiet();
  const numbers = [...house.received].map((message) => [...message.subscriptionIdentifiers].sort().join('+'));
  sim.always(numbers.join() === '1+2,1', 'one copy for both, with both numbers');
});
