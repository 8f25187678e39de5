import { scenario } from 'mqtt-amber';

/** Each client sends a message a second to the next one in the ring, mostly at QoS 1, over links that are reset now and then: 4 packets a message and a little more. */
export default scenario(
  'a fleet at work',
  {
    parameters: {
      clients: { default: 200, range: [3, 10_000] },
      messages: { default: 1_250, range: [1, 100_000] },
    },
  },
  async (sim, p) => {
    const hub = sim.broker('hub');
    const ring = Array.from({ length: p.clients }, (_, at) =>
      sim.client(`client-${at}`, { cleanStart: false, sessionExpiry: '1h' }),
    );
    const payload = new Uint8Array(64).fill(0x61);
    const links = ring.map((client) => sim.link(client, hub, { latency: ['10ms', '40ms'], loss: 0.01 }));
    for (const [at, client] of ring.entries()) {
      await client.connect(hub);
      await client.subscribe(`fleet/${at}/position`, { qos: 2 });
    }
    for (const [at, link] of links.entries()) sim.every(`${190_000 + 700 * at}ms`, () => link.reset());
    for (let message = 0; message < p.messages; message++) {
      for (const [at, client] of ring.entries()) {
        const qos = (['1', '1', '1', '0', '2'] as const)[(message + at) % 5];
        void client.publish(`fleet/${(at + 1) % ring.length}/position`, payload, {
          qos: Number(qos) as 0 | 1 | 2,
        });
      }
      await sim.sleep('1s');
    }
    await sim.quiet();
  },
);
