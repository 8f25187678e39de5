import { scenario } from 'mqtt-amber';

/** A broker restarts and all of its clients come back. Back-off with jitter spreads them; without it they come as one. */
export default scenario(
  'A reconnect storm',
  {
    parameters: {
      clients: { default: 1000, range: [2, 100_000], unit: 'clients' },
      jitter: { default: 0.5, range: [0, 1], unit: '' },
    },
  },
  async (sim, p) => {
    const hub = sim.broker('hub');
    const fleet = [];
    for (let n = 0; n < p.clients; n++) {
      const client = sim.client(`device-${n}`, {
        cleanStart: false,
        sessionExpiry: '1h',
        reconnect: { initial: '1s', maximum: '60s', factor: 2, jitter: p.jitter },
      });
      sim.link(client, hub, { preset: 'lte' });
      fleet.push(client);
    }
    await Promise.all(fleet.map((client) => client.connect(hub)));
    await Promise.all(fleet.map((client, n) => client.subscribe(`device/${n}`, { qos: 1 })));

    sim.note('The hub goes down for 20 seconds.');
    hub.crash({ for: '20s' });
    await sim.sleep('3min');
    sim.always(
      fleet.every((client) => client.connected),
      'three minutes later everybody is back',
    );

    const operator = sim.client('operator');
    await operator.connect(hub);
    for (let n = 0; n < p.clients; n++) operator.publish(`device/${n}`, 'report', { qos: 1 });
    await sim.quiet();
    sim.always(
      fleet.every((client) => client.received.length === 1),
      'and everybody still has the subscription of its session',
    );
  },
);
