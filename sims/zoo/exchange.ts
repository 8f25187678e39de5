import { scenario } from 'mqtt-amber';

/** Two that publish and two that subscribe, in sessions that last: bursts at every QoS, while the network does what it likes. */
export default scenario('The zoo: messages between sessions that last', async (sim) => {
  const hub = sim.broker('hub', { sysInterval: '20s' });
  const lasting = {
    cleanStart: false,
    sessionExpiry: '1h',
    keepAlive: '20s',
    reconnect: { initial: '500ms', maximum: '4s' },
  } as const;
  const screen = sim.client('screen', lasting);
  const panel = sim.client('panel', lasting);
  const sensor = sim.client('sensor', lasting);
  const meter = sim.client('meter', { ...lasting, protocol: '3.1.1', inflightLimit: 4 });
  for (const client of [screen, panel, sensor, meter]) {
    sim.link(client, hub, { latency: ['5ms', '60ms'] });
    void client.connect(hub);
  }
  void screen.subscribe(['+/0', '+/1', '+/2', 'sensor/state'], { qos: 2 });
  void panel.subscribe('#', { qos: 1 });

  let count = 0;
  const burst = (publisher: typeof sensor, options: object) => {
    for (const qos of [0, 1, 2] as const) {
      for (let copy = 0; copy < 3; copy++)
        void publisher.publish(`${publisher.name}/${qos}`, `${++count}`, { qos, ...options });
    }
  };
  sim.every('3s', () => burst(sensor, { userProperties: [['unit', 'C']] }));
  sim.every('4s', () => burst(meter, {}));
  sim.every('11s', () => void sensor.publish('sensor/state', `${++count}`, { qos: 1, retain: true }));
  sim.every('13s', () => {
    const visitor = sim.client(`visitor-${++count}`, { reconnect: 'off' });
    void visitor.connect(hub).then(
      () => void visitor.subscribe('sensor/state', { qos: 1 }),
      () => {},
    );
  });
  sim.at('30s', () => void screen.unsubscribe('+/0'));
  await sim.sleep('60s');
  await sim.quiet();
});
