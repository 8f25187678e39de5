/**
 * Row 13 of the goals: messages a second from a publisher through a broker to a subscriber: our machines in the simulation, beside aedes and
 * MQTT.js in memory. Both encode and decode every packet; ours also decide when each segment arrives.
 */
import { drive } from '../src/host/drive.ts';
import { yieldToEventLoop } from '../src/host/real.ts';
import { scenario } from '../src/index.ts';
import { run } from '../src/runner/run.ts';
import { throughAedes } from './in-memory-peer.ts';
import { beside, type Pace, type Row, rateOf } from './measure.ts';

const MESSAGES: Record<Pace, number> = { full: 100_000, smoke: 500 };
const ROUNDS: Record<Pace, number> = { full: 3, smoke: 1 };
/** Times aedes and MQTT.js, at QoS 1. */
const QOS_1 = { floor: 8, goal: 15 };
/** As many as the peer keeps under way. */
const WINDOW = 100;

/** As every run in Node goes from step to step. */
const surroundings = {
  yieldToScript: yieldToEventLoop,
  drive: (step: () => boolean) => drive(step, () => undefined),
};

const story = scenario(
  'bench',
  {
    parameters: {
      qos: { default: 0, values: [0, 1, 2] },
      messages: { default: 500, range: [1, 1_000_000] },
    },
    durability: 'none',
  },
  async (sim, p) => {
    const hub = sim.broker('hub');
    const publisher = sim.client('publisher');
    const subscriber = sim.client('subscriber');
    await publisher.connect(hub);
    await subscriber.connect(hub);
    await subscriber.subscribe('bench/topic', { qos: p.qos });
    const payload = new Uint8Array(64).fill(0x61);
    for (let sent = 0; sent < p.messages; ) {
      const window: Promise<unknown>[] = [];
      for (; window.length < WINDOW && sent < p.messages; sent++) {
        window.push(publisher.publish('bench/topic', payload, { qos: p.qos }));
      }
      await Promise.all(window);
    }
    await sim.quiet();
    sim.always(subscriber.received.length === p.messages, 'every message arrives');
  },
);

async function throughAmber(qos: 0 | 1 | 2, messages: number): Promise<number> {
  const options = {
    parameters: { qos, messages },
    level: 'digest',
    transport: 'ideal',
    checks: 'none',
  } as const;
  const { verdict, error } = await run(story, options, surroundings);
  if (verdict !== 'passed') throw new Error(`the bench ended ${verdict}: ${error?.message}`);
  return messages;
}

export async function endToEndRows(pace: Pace): Promise<Row[]> {
  const messages = MESSAGES[pace];
  const rows: Row[] = [];
  for (const qos of [0, 1, 2] as const) {
    const ours = await rateOf(ROUNDS[pace], () => throughAmber(qos, messages));
    const theirs = await rateOf(ROUNDS[pace], () => throughAedes(qos, messages));
    const row = beside(`end to end, QoS ${qos}`, 'messages/s', ours, 'aedes + MQTT.js in memory', theirs);
    if (qos === 1) row.aim = { row: 13, ...QOS_1, of: 'ratio' };
    rows.push(row);
  }
  return rows;
}
