import { type Duration, pubrec, scenario } from 'mqtt-amber';

/** Clients that leave and come back, with a new session or with the old one, in time or too late, and once too often. */
export default scenario(
  'The zoo: sessions that are left, resumed, taken over and begun anew',
  async (sim) => {
    const hub = sim.broker('hub');
    const quick = { keepAlive: '20s', reconnect: { initial: '300ms', maximum: '2s' } } as const;
    const sender = sim.client('sender', { ...quick, cleanStart: false, sessionExpiry: '1h' });
    const phone = sim.client('phone', { ...quick, cleanStart: false, sessionExpiry: '20s' });
    const tablet = sim.client('tablet', {
      ...quick,
      protocol: '3.1.1',
      cleanStart: false,
      sessionExpiry: '1h',
    });
    const guest = sim.client('guest', { ...quick, clientId: 'shared', sessionExpiry: '1h' });
    const twin = sim.client('twin', { ...quick, clientId: 'shared', sessionExpiry: '1h', reconnect: 'off' });
    const passer = sim.client('passer', { ...quick, sessionExpiry: '0s' });
    for (const client of [sender, phone, tablet, guest]) {
      sim.link(client, hub, { latency: ['5ms', '40ms'] });
      void client.connect(hub);
    }
    void sender.subscribe('said', { qos: 2 });
    void phone.subscribe('news', { qos: 1 });
    void tablet.subscribe(['news', 'gossip'], { qos: 2 });
    void guest.subscribe('news', { qos: 1 });

    const road = sim.link(passer, hub, { latency: ['5ms', '40ms'] });
    void passer.connect(hub);
    sim.every('4s', () => {
      if (passer.connected) void passer.subscribe('gossip', { qos: 2 });
      road.on(pubrec(), 'reset-after');
    });

    let count = 0;
    sim.every('1s', () => {
      void sender.publish('news', `${++count}`, { qos: 1 });
      void sender.publish('gossip', `${++count}`, { qos: 2 });
      void guest.publish('said', `${++count}`, { qos: 2 });
    });
    const away = (client: typeof phone, from: Duration, to: Duration) => {
      sim.at(from, () => void client.disconnect());
      sim.at(to, () => void client.connect(hub));
    };
    away(phone, '5s', '15s');
    away(tablet, '6s', '12s');
    sim.at('20s', () => void tablet.unsubscribe('gossip'));
    away(tablet, '24s', '27s');
    away(phone, '30s', '75s');
    for (const at of ['10.03s', '18.05s', '26.07s'] as const) sim.at(at, () => guest.crash({ for: '500ms' }));
    sim.at('40s', () => void twin.connect(hub));
    await sim.sleep('80s');
    await sim.quiet();
  },
);
