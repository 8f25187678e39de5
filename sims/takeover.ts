import { scenario } from 'mqtt-amber';

/** A client identifier belongs to one connection: who connects with it again takes it over, and the broker closes the other. */
export default scenario('Takeover', async (sim) => {
  const hub = sim.broker('hub');
  const sender = sim.client('sender');
  await sender.connect(hub);

  sim.note('A phone leaves the house: its connection is dead, and the hub does not know yet.');
  const phone = sim.client('phone', { cleanStart: false, sessionExpiry: '1h', keepAlive: '20s' });
  const air = sim.link(phone, hub, { latency: '20ms' });
  await phone.connect(hub);
  await phone.subscribe('message', { qos: 2 });
  await sender.publish('message', 'at home', { qos: 2 });
  await phone.next('message');
  air.blackHole();
  await sender.publish('message', 'on the way', { qos: 2 });
  await phone.next('message');
  sim.note(
    'It came back on a new connection before the hub had missed the old one, and its session went with it.',
  );
  sim.always(phone.received.length === 2, 'the session goes over, with what was under way and nothing twice');

  sim.note('Two devices were given one identifier by mistake.');
  const first = sim.client('first', { clientId: 'twin', reconnect: 'off' });
  const second = sim.client('second', { clientId: 'twin', reconnect: 'off' });
  await first.connect(hub);
  await first.subscribe('work', { qos: 1 });
  const { sessionPresent } = await second.connect(hub);
  await sim.sleep('1s');
  sim.always(!first.connected && second.connected, 'the second is connected, the first is closed');
  sim.always(!sessionPresent, 'who starts clean inherits nothing');
  await sender.publish('work', 'for nobody', { qos: 1 });
  await sim.quiet();
  sim.always(first.received.length + second.received.length === 0, 'nobody is subscribed any more');
});
