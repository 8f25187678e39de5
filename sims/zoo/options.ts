import { scenario } from 'mqtt-amber';

/** What 5.0 lets publishers and subscribers choose: expiry, retained messages, No Local, identifiers, shares, a will that waits. */
export default scenario('The zoo: what publishers and subscribers choose', async (sim) => {
  const hub = sim.broker('hub');
  const lasting = {
    cleanStart: false,
    sessionExpiry: '1h',
    keepAlive: '20s',
    reconnect: { initial: '300ms', maximum: '2s' },
  } as const;
  const station = sim.client('station', {
    ...lasting,
    will: { topic: 'will/station', payload: 'gone', qos: 1, delay: '8s' },
  });
  const chat = sim.client('chat', lasting);
  const screen = sim.client('screen', lasting);
  const sleeper = sim.client('sleeper', lasting);
  const workers = ['ann', 'bob'].map((name) => sim.client(name, lasting));
  for (const client of [station, chat, screen, sleeper, ...workers]) {
    sim.link(client, hub, { latency: ['5ms', '40ms'] });
    void client.connect(hub);
  }
  void chat.subscribe('chat', { qos: 1, noLocal: true });
  void screen.subscribe('offer/#', { qos: 2, subscriptionIdentifier: 1 });
  void screen.subscribe('offer/+', { qos: 1, subscriptionIdentifier: 2 });
  void screen.subscribe(['chat', 'will/+'], { qos: 1 });
  void sleeper.subscribe('offer/+', { qos: 2, retainHandling: 2 });
  for (const worker of workers) void worker.subscribe('$share/crew/job', { qos: 1 });

  let count = 0;
  sim.every('1s', () => {
    void station.publish('job', `job ${++count}`, { qos: 1 });
    void chat.publish('chat', `word ${count}`, { qos: 1 });
    void station.publish('offer/today', `offer ${count}`, { qos: 2, messageExpiry: '6s' });
  });
  sim.every('5s', () => void station.publish('state/door', `state ${++count}`, { qos: 1, retain: true }));
  sim.every('7s', () => {
    const visitor = sim.client(`visitor-${++count}`, { reconnect: 'off' });
    void visitor.connect(hub).then(
      () => void visitor.subscribe('state/#', { qos: 1 }),
      () => {},
    );
  });
  sim.every('9s', () => void sleeper.subscribe('state/door', { qos: 1, retainHandling: 1 }));
  sim.at('10s', () => void sleeper.disconnect());
  sim.at('20s', () => void sleeper.connect(hub));
  sim.at('25s', () => void sleeper.disconnect());
  sim.at('28s', () => void sleeper.connect(hub));
  for (const at of ['12s', '32s'] as const) sim.at(at, () => station.crash({ for: '1s' }));
  await sim.sleep('45s');
  await sim.quiet();
});
