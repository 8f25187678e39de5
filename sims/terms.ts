import { scenario } from 'mqtt-amber';

/**
 * Each end says what it wants and what it takes, and the other keeps to it: how often to be heard, how much at once, how large, and
 * without explanations. Who keeps to nothing at all is shown the door.
 */
export default scenario('Terms that both ends keep', async (sim) => {
  const hub = sim.broker('hub', { serverKeepAlive: '5s', maximumQoS: 1 });
  const terse = sim.client('terse', {
    keepAlive: '1h',
    requestProblemInformation: false,
    maximumPacketSize: 60,
    receiveMaximum: 1,
    will: { topic: 'last/terse', payload: 'gone', qos: 1 },
  });
  const chatty = sim.client('chatty');
  const wire = sim.link(terse, hub, { latency: '200ms' });

  const { properties } = await terse.connect(hub);
  sim.always(properties.serverKeepAlive === 5, 'the hub wants to hear something every five seconds');
  await terse.subscribe(['news', 'last/+'], { qos: 1 });
  await chatty.connect(hub);

  sim.note('One message takes all the room that the terse one has. Its other business goes on meanwhile.');
  await chatty.publish('news', 'first', { qos: 1 });
  await chatty.publish('news', 'second', { qos: 1 });
  await sim.sleep('100ms');
  await terse.subscribe('weather', { qos: 0 });
  await terse.unsubscribe('weather');

  sim.note('A message that is too large for it counts as sent, and the next one comes.');
  await chatty.publish('news', 'much too long for anybody who takes sixty bytes at once', { qos: 1 });
  await chatty.publish('news', 'third', { qos: 1 });
  await sim.sleep('1min');
  const heard = [...terse.received].map(({ text }) => text).join(' ');
  sim.always(heard === 'first second third', 'the terse one hears what it can take, in order');
  sim.always(terse.connected, 'and has been heard often enough');

  sim.note('Who has no name is given one.');
  const nameless = sim.client('nameless', { clientId: '' });
  const { properties: given } = await nameless.connect(hub);
  sim.always(given.assignedClientIdentifier !== undefined, 'and told which');

  sim.note(
    'Strangers: CONNECT twice, no packet at all, a flag that is reserved, before 5.0 as well, and a protocol of tomorrow.',
  );
  const stranger = sim.peer('stranger');
  for (const words of [
    [connect(5), connect(5)],
    [connect(5), NO_PACKET],
    [connect(5, 3)],
    [connect(4, 3)],
    [connect(9)],
  ]) {
    const door = stranger.dial(hub);
    await door.opened();
    for (const word of words) door.send(word);
    await door.ended();
  }

  sim.note('The terse one falls silent, and the hub closes after seven and a half seconds.');
  const lastWord = terse.lastSentAt;
  await chatty.subscribe('last/+', { qos: 1 });
  wire.partition();
  const will = await chatty.next();
  sim.always(will.at - lastWord >= 7_500_000, 'not earlier');
  wire.repair();
  await sim.quiet();
});

/** A CONNECT with an identifier of one letter. */
function connect(level: number, flags = 2): Uint8Array {
  const properties = level === 5 ? [0] : [];
  const rest = [0, 4, 77, 81, 84, 84, level, flags, 0, 0, ...properties, 0, 1, 115];
  return Uint8Array.of(0x10, rest.length, ...rest);
}

const NO_PACKET = Uint8Array.of(0xff, 0);
