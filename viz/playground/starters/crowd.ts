import { scenario } from 'mqtt-amber';

/** A broker crashes under twenty clients, and all of them come back at once. Another seed, and they come in another order. */
export default scenario(
  'Everybody comes back',
  {
    parameters: {
      clients: { default: 20, range: [1, 200], whole: true },
      loss: { default: 0.05, range: [0, 0.5] },
    },
  },
  async (sim, { clients, loss }) => {
    const hub = sim.broker('hub');
    const crowd = Array.from({ length: clients }, (_, index) =>
      sim.client(`meter-${index + 1}`, { cleanStart: false, sessionExpiry: '1h', keepAlive: '10s' }),
    );
    for (const meter of crowd) sim.link(meter, hub, { latency: ['10ms', '60ms'], loss });
    await Promise.all(crowd.map((meter) => meter.connect(hub)));

    const stop = sim.every('5s', () => {
      for (const meter of crowd) meter.publish(`usage/${meter.name}`, '1 kWh', { qos: 1 });
    });
    await sim.sleep('12s');
    hub.crash({ for: '3s' });
    await sim.sleep('28s');
    stop();
    await sim.quiet();

    sim.always(
      crowd.every((meter) => meter.connected),
      'everybody is back',
    );
  },
);
