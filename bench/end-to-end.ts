/**
 * Messages a second from a publisher through a broker to a subscriber: our machines in the simulation, beside aedes and
 * MQTT.js in memory. Both encode and decode every packet; ours also decide when each segment arrives.
 */
import { scenario } from '../src/index.ts';
import { run } from '../src/runner/run.ts';
import { throughAedes } from './in-memory-peer.ts';
import { beside, type Row, rateOf } from './measure.ts';

const MESSAGES = 10_000;
const ROUNDS = 5;
/** As many as the peer keeps under way. */
const WINDOW = 100;

const surroundings = { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) };

const story = scenario(
  'bench',
  { parameters: { qos: { default: 0, values: [0, 1, 2] } }, durability: 'none' },
  async (sim, p) => {
    const hub = sim.broker('hub');
    const publisher = sim.client('publisher');
    const subscriber = sim.client('subscriber');
    await publisher.connect(hub);
    await subscriber.connect(hub);
    await subscriber.subscribe('bench/topic', { qos: p.qos });
    const payload = new Uint8Array(64).fill(0x61);
    for (let sent = 0; sent < MESSAGES; ) {
      const window: Promise<unknown>[] = [];
      for (; window.length < WINDOW && sent < MESSAGES; sent++) {
        window.push(publisher.publish('bench/topic', payload, { qos: p.qos }));
      }
      await Promise.all(window);
    }
    await sim.quiet();
    sim.always(subscriber.received.length === MESSAGES, 'every message arrives');
  },
);

async function throughAmber(qos: 0 | 1 | 2): Promise<number> {
  const options = { parameters: { qos }, level: 'digest', transport: 'ideal', checks: 'none' } as const;
  const { verdict, error } = await run(story, options, surroundings);
  if (verdict !== 'passed') throw new Error(`the bench ended ${verdict}: ${error?.message}`);
  return MESSAGES;
}

export async function endToEndRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const qos of [0, 1, 2] as const) {
    const ours = await rateOf(ROUNDS, () => throughAmber(qos));
    const theirs = await rateOf(ROUNDS, () => throughAedes(qos, MESSAGES));
    rows.push(beside(`end to end, QoS ${qos}`, 'messages/s', ours, 'aedes + MQTT.js in memory', theirs));
  }
  return rows;
}
