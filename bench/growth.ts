/**
 * Rows 6 and 7 of the goals, and what else may grow: what a packet costs among ten clients and among a hundred thousand, what a
 * million idle ones weigh and cost, how topics are matched among a million subscriptions, and what an hour costs in a year.
 */
import { TopicTrie } from '../src/mqtt/topic/index.ts';
import { Recorder } from '../src/trace/recorder.ts';
import { atReference, type Cal } from './cal.ts';
import { cpuMillis, type Pace, type Row } from './measure.ts';
import { heldBytes } from './memory.ts';
import { addClient, emptyWorld, HEADER, SECOND, simulate } from './simulation.ts';

const HOUR = 3_600 * SECOND;

interface Size {
  /** Active clients, each with the seconds of virtual time that are measured; the first is what the others stand beside. */
  readonly clients: readonly (readonly [clients: number, seconds: number])[];
  readonly idle: number;
  readonly subscriptions: readonly number[];
  readonly hours: readonly number[];
}

const SIZES: Record<Pace, Size> = {
  full: {
    clients: [
      [1_000, 20],
      [10, 600],
      [100, 200],
      [10_000, 5],
      [100_000, 3],
    ],
    idle: 1_000_000,
    subscriptions: [1_000, 10_000, 100_000, 1_000_000],
    hours: [1, 24, 24 * 30, 24 * 365],
  },
  smoke: {
    clients: [
      [20, 2],
      [40, 2],
    ],
    idle: 500,
    subscriptions: [100, 1_000],
    hours: [1, 2],
  },
};

/** Times the cost among a thousand. */
const PACKET: Readonly<Record<number, { floor: number; goal: number }>> = {
  10000: { floor: 4, goal: 3 },
  100000: { floor: 12, goal: 8 },
};
const IDLE_BYTES = { floor: 2_048, goal: 1_229 };
const IDLE_SPEED = { floor: 4, goal: 10 };

function counted(count: number): string {
  return count.toLocaleString('en-US');
}

function clientRows(clients: Size['clients']): Row[] {
  const [[among, seconds], ...others] = clients as [readonly [number, number], ...Size['clients']];
  simulate(among, seconds, 'ideal');
  const base = simulate(among, seconds, 'ideal').packetsPerSecond;
  return others.map(([count, span]) => {
    const aim = PACKET[count];
    return {
      what: `cost of a packet among ${counted(count)} active clients, beside ${counted(among)}`,
      value: base / simulate(count, span, 'ideal').packetsPerSecond,
      unit: 'x',
      ...(aim === undefined ? {} : { aim: { row: 6, ...aim } }),
    };
  });
}

/** Clients that connect in the first five minutes and say nothing but what keep-alive asks of them. */
function idleRows(count: number, cal: Cal): Row[] {
  const { world } = emptyWorld('ideal', new Recorder({ level: 'digest', header: HEADER }));
  const { simulator } = world;
  const nothing = (): void => {};
  const batch = Math.ceil(count / 300);
  const before = heldBytes();
  for (let made = 0; made < count; ) {
    for (const end = Math.min(count, made + batch); made < end; made++)
      addClient(world, `c${made}`, 4, nothing);
    simulator.run(world.now + SECOND);
  }
  simulator.run(world.now + 10 * SECOND);
  if (world.debts().length > 0) throw new Error('a client of the bench is not connected');
  const bytes = (heldBytes() - before) / count;
  const begun = cpuMillis();
  simulator.run(world.now + 60 * SECOND);
  const speed = 60_000 / (cpuMillis() - begun);
  const who = `${counted(count)} idle clients`;
  return [
    { what: `${who}, each`, value: bytes, unit: 'bytes', aim: { row: 7, ...IDLE_BYTES } },
    {
      what: who,
      value: speed,
      unit: 'x real time',
      aim: { row: 7, ...IDLE_SPEED, scaled: atReference(speed, cal.nanos()) },
    },
  ];
}

const TOPICS = 20_000;

/** Two for each device, one of them with a wildcard: however many there are, a topic has two that match. */
function subscriptionRows(counts: readonly number[]): Row[] {
  const device = (number: number): string => `site/${number >> 9}/device/${number}`;
  return counts.flatMap((count) => {
    const before = heldBytes();
    const trie = new TopicTrie<number, number>();
    for (let i = 0; i < count; i++) trie.set(`${device(i >> 1)}/${i % 2 === 0 ? 'state' : '+'}`, i, i);
    const bytes = (heldBytes() - before) / count;
    const topics = Array.from({ length: TOPICS }, (_, i) => `${device((i * 7_919) % (count >> 1))}/state`);
    let matches = 0;
    const begun = cpuMillis();
    for (const topic of topics) matches += trie.matching(topic).length;
    const millis = cpuMillis() - begun;
    if (matches !== 2 * TOPICS) throw new Error(`${matches} matches instead of ${2 * TOPICS}`);
    return [
      {
        what: `match among ${counted(count)} subscriptions`,
        value: (TOPICS * 1_000) / millis,
        unit: 'topics/s',
      },
      { what: `a subscription of ${counted(count)}, its text included`, value: bytes, unit: 'bytes' },
    ];
  });
}

/** Ten clients that keep their connections alive, for as long as a year. */
function timeRows(spans: readonly number[]): Row[] {
  return spans.map((hours) => {
    const { world } = emptyWorld('ideal', new Recorder({ level: 'digest', header: HEADER }));
    for (let i = 0; i < 10; i++) addClient(world, `c${i}`, 4, () => {});
    const begun = cpuMillis();
    for (let hour = 1; hour <= hours; hour++) world.simulator.run(hour * HOUR);
    return {
      what: `ten idle clients, an hour of ${counted(hours)}`,
      value: (cpuMillis() - begun) / hours,
      unit: 'ms',
    };
  });
}

/** All rows; the million of clients takes some minutes and gigabytes. */
export function growthRows(pace: Pace, cal: Cal): Row[] {
  const { clients, idle, subscriptions, hours } = SIZES[pace];
  return [
    ...clientRows(clients),
    ...idleRows(idle, cal),
    ...subscriptionRows(subscriptions),
    ...timeRows(hours),
  ];
}
