import { scenario } from 'mqtt-amber';

/** Two hubs, one of which has terms, and clients with terms of their own: nobody is to go beyond what the other takes. */
export default scenario('The zoo: terms of either end', async (sim) => {
  const strict = sim.broker('strict', {
    receiveMaximum: 3,
    topicAliasMaximum: 2,
    maximumQoS: 1,
    retainAvailable: false,
    serverKeepAlive: '6s',
    limits: { packetSize: 300 },
    authenticate: ({ username }) => (username === 'eve' ? 'not-authorized' : 'accepted'),
    authorize: ({ topic }) => !topic.startsWith('vault/'),
  });
  const plain = sim.broker('plain');
  const lasting = {
    cleanStart: false,
    sessionExpiry: '1h',
    keepAlive: '6s',
    reconnect: { initial: '300ms', maximum: '2s' },
  } as const;
  const sensor = sim.client('sensor', { ...lasting, keepAlive: '1min', topicAliases: 5 });
  const screen = sim.client('screen', {
    ...lasting,
    receiveMaximum: 2,
    maximumPacketSize: 120,
    requestProblemInformation: false,
  });
  const listener = sim.client('listener', lasting);
  const idler = sim.client('idler', lasting);
  const eve = sim.client('eve', { ...lasting, username: 'eve' });
  const visitor = sim.peer('visitor');
  for (const client of [sensor, screen, eve]) sim.link(client, strict, { latency: ['5ms', '60ms'] });
  for (const client of [listener, idler]) sim.link(client, plain, { latency: ['5ms', '60ms'] });
  const meter = sim.client('meter', { ...lasting, protocol: '3.1.1' });
  sim.link(meter, plain, { latency: ['5ms', '60ms'] });
  for (const client of [sensor, screen]) void client.connect(strict);
  for (const client of [listener, idler, meter]) void client.connect(plain);
  void screen.subscribe('plant/#', { qos: 1 });
  void listener.subscribe('tick', { qos: 0 });

  let count = 0;
  sim.every('3s', () => {
    for (const press of [1, 2, 3, 4, 5])
      void sensor.publish(`plant/hall/press/${press}/temperature`, `${++count}`, { qos: 1 });
    void sensor.subscribe(`plant/order/${++count}`, { qos: 1 });
  });
  sim.every('2s', () => void meter.publish('tick', `${++count}`));
  sim.every('7s', () => {
    // Too large for the screen, too large for the hub, and what the hub does not do.
    void sensor.publish('plant/log', 'x'.repeat(150), { qos: 1 });
    void sensor.publish('plant/log', 'x'.repeat(400), { qos: 1 });
    void sensor.publish('plant/log', `${++count}`, { qos: 2 });
    void sensor.publish('plant/log', `${++count}`, { qos: 1, retain: true });
    void screen.subscribe(['vault/key', 'plant/extra'], { qos: 1 });
  });
  sim.every('20s', () => {
    void eve.connect(strict).catch(() => {});
    const door = visitor.dial(plain);
    void door.opened().then(
      () => {
        door.send(CONNECT);
        door.send(CONNECT);
      },
      () => {},
    );
  });
  sim.at('20s', () => idler.pause({ for: '25s' }));
  await sim.sleep('70s');
  await sim.quiet();
});

/** Of 5.0, with an identifier of one letter. */
const CONNECT = Uint8Array.of(0x10, 14, 0, 4, 77, 81, 84, 84, 5, 2, 0, 0, 0, 0, 1, 118);
