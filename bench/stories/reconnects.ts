import { scenario } from 'mqtt-amber';

/** Each client sends its messages to the next one in the ring at QoS 2, while every link is reset now and then: 8 packets a message. */
export default scenario(
  'QoS 2 over reconnects',
  {
    parameters: {
      clients: { default: 10, range: [2, 1000] },
      messages: { default: 100, range: [1, 100_000] },
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
      await client.subscribe(`ring/${at}`, { qos: 2 });
    }
    for (const [at, link] of links.entries()) sim.every(`${7_000 + 300 * at}ms`, () => link.reset());
    for (let message = 0; message < p.messages; message++) {
      for (const [at, client] of ring.entries()) {
        void client.publish(`ring/${(at + 1) % ring.length}`, payload, { qos: 2 });
      }
      await sim.sleep('200ms');
    }
    await sim.quiet();
    sim.always(
      ring.every(({ received }) => received.length === p.messages),
      'every message arrives once',
    );
  },
);
