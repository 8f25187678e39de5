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

  sim.note('A stranger says CONNECT twice, another something that is no packet.');
  const stranger = sim.peer('stranger');
  for (const second of [CONNECT, Uint8Array.of(0xff, 0)]) {
    const door = stranger.dial(hub);
    await door.opened();
    door.send(CONNECT);
    await door.read();
    door.send(second);
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

/** Of 5.0, with an identifier of one letter. */
const CONNECT = Uint8Array.of(0x10, 14, 0, 4, 77, 81, 84, 84, 5, 2, 0, 0, 0, 0, 1, 115);
