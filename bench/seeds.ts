/**
 * Rows 8, 9, 15 and 17 of the goals: seeds a second, one worker and two, what the judge costs, and how soon the zoo is caught.
 *
 * Two shapes of QoS 2 over reconnects, 10 clients with 100 messages each and 3 with 20, on the `ideal` transport with latency and loss.
 */

import { type RunOptions, run } from '../src/runner/run.ts';
import type { sweep as Sweep } from '../src/runner/sweep.ts';
import { MUTANTS, substitutionOf } from '../src/zoo/index.ts';
import { atReference, type Cal } from './cal.ts';
import { cpuMillis, median, type Pace, type Row } from './measure.ts';
import story from './stories/reconnects.ts';

interface Shape {
  readonly clients: number;
  readonly messages: number;
  /** Of one round: well below a second on a quiet machine. */
  readonly seeds: number;
  /** Judged seeds a second of one core. */
  readonly floor: number;
  readonly goal: number;
}

const SHAPES: readonly Shape[] = [
  { clients: 10, messages: 100, seeds: 60, floor: 120, goal: 300 },
  { clients: 3, messages: 20, seeds: 400, floor: 1_200, goal: 3_000 },
];
const ROUNDS: Record<Pace, number> = { full: 3, smoke: 1 };
/** Of the seeds of a shape, in a smoke run. */
const SMOKE_SEEDS = 2;
/** Of each client of a sweep. */
const MESSAGES: Record<Pace, number> = { full: 100, smoke: 2 };
/** Seeds after which a mutant has escaped, as in the tests. */
const ZOO_LIMIT = 1_000;
const SMOKE_MUTANTS = 3;

const surroundings = { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) };

/** Milliseconds of the processor that a seed takes. */
async function millisPerSeed(
  { clients, messages, seeds }: Shape,
  checks: NonNullable<RunOptions['checks']>,
  first: number,
): Promise<number> {
  const begun = cpuMillis();
  for (let seed = first; seed < first + seeds; seed++) {
    const { verdict, error } = await run(
      story,
      // As a sweep does it.
      {
        seed,
        parameters: { clients, messages },
        level: 'digest',
        transport: 'ideal',
        checks,
        places: 'none',
      },
      surroundings,
    );
    if (verdict !== 'passed')
      throw new Error(`seed ${seed} of the bench ended ${verdict}: ${error?.message}`);
  }
  return (cpuMillis() - begun) / seeds;
}

/** Seeds a second are scaled when all shapes have been measured. */
async function shapeRows(shape: Shape, pace: Pace): Promise<(cal: number) => Row[]> {
  const { clients, messages, floor, goal } = shape;
  const who = `QoS 2 over reconnects, ${clients} x ${messages}`;
  const { summary } = await run(
    story,
    { seed: 1, parameters: { clients, messages }, level: 'packets', transport: 'ideal' },
    surroundings,
  );
  const judged: number[] = [];
  const ratios: number[] = [];
  await millisPerSeed(shape, 'all', 1);
  for (let round = 0; round < ROUNDS[pace]; round++) {
    const first = 1 + round * shape.seeds;
    const all = await millisPerSeed(shape, 'all', first);
    const none = await millisPerSeed(shape, 'none', first);
    judged.push(1_000 / all);
    ratios.push(all / none);
  }
  const perSecond = median(judged);
  return (cal) => [
    { what: `${who}: packets`, value: summary!.packetsSent, unit: 'a seed' },
    {
      ...{ what: `${who}, judged`, value: perSecond, unit: 'seeds/s' },
      aim: { row: 8, floor, goal, scaled: atReference(perSecond, cal) },
    },
    {
      what: `${who}: cost with the judge`,
      value: median(ratios),
      unit: 'x',
      aim: { row: 15, floor: 1.5, goal: 1.2 },
    },
  ];
}

/** Seeds a second of one core, judged, and what the judge costs of it. */
export async function seedRows(pace: Pace, cal: Cal): Promise<Row[]> {
  const shapes: ((cal: number) => Row[])[] = [];
  for (const shape of SHAPES) {
    const seeds = pace === 'full' ? shape.seeds : 1;
    shapes.push(await shapeRows({ ...shape, seeds }, pace));
  }
  const nanos = cal.nanos();
  return shapes.flatMap((rowsOf) => rowsOf(nanos));
}

interface Swept {
  readonly millis: number;
  readonly cpuMillis: number;
}

/** As `amber sweep` does it, in threads from what was built. */
async function swept(workers: number, seeds: number, messages: number): Promise<Swept> {
  const built = new URL('../dist/src/runner/sweep.js', import.meta.url);
  const { sweep } = (await import(built.href)) as { sweep: typeof Sweep };
  const begun = performance.now();
  const cpu = cpuMillis();
  const { tally } = await sweep({
    files: [new URL('./stories/reconnects.ts', import.meta.url).pathname],
    seeds: { first: 1, last: seeds },
    workers,
    run: { parameters: { clients: 10, messages }, transport: 'ideal' },
    patienceMillis: 60_000,
  });
  if (tally.passed !== seeds) throw new Error(`of ${seeds} seeds of the bench ${tally.passed} passed`);
  return { millis: performance.now() - begun, cpuMillis: cpuMillis() - cpu };
}

/**
 * One worker and two in turn, on a machine whose other load changes: each ratio is of neighbours. What a sweep of twice as many seeds takes
 * longer is taken by threads that are warm.
 */
export async function workerRows(pace: Pace): Promise<Row[]> {
  const seeds = pace === 'full' ? 300 : SMOKE_SEEDS;
  const speedUps: number[] = [];
  const costs: number[] = [];
  const rates: number[] = [];
  const warmSpeedUps: number[] = [];
  const warmCosts: number[] = [];
  for (let round = 0; round < ROUNDS[pace]; round++) {
    const one = await swept(1, seeds, MESSAGES[pace]);
    const two = await swept(2, seeds, MESSAGES[pace]);
    const oneLonger = await swept(1, 2 * seeds, MESSAGES[pace]);
    const twoLonger = await swept(2, 2 * seeds, MESSAGES[pace]);
    rates.push((seeds * 1_000) / two.millis);
    speedUps.push(one.millis / two.millis);
    costs.push(two.cpuMillis / one.cpuMillis);
    warmSpeedUps.push((oneLonger.millis - one.millis) / (twoLonger.millis - two.millis));
    warmCosts.push((twoLonger.cpuMillis - two.cpuMillis) / (oneLonger.cpuMillis - one.cpuMillis));
  }
  return [
    { what: 'sweep, two workers, thread start included', value: median(rates), unit: 'seeds/s' },
    {
      ...{ what: 'sweep, two workers against one', value: median(speedUps), unit: 'x' },
      aim: { row: 9, floor: 1.7, goal: 1.85 },
    },
    { what: 'sweep, best round of those', value: Math.max(...speedUps), unit: 'x' },
    {
      ...{ what: 'sweep, processor a seed, two against one', value: median(costs), unit: 'x' },
      aim: { row: 9, floor: 1.1, goal: 1.05 },
    },
    { what: 'sweep, two workers against one, once warm', value: median(warmSpeedUps), unit: 'x' },
    {
      what: 'sweep, processor a seed, two against one, once warm',
      value: median(warmCosts),
      unit: 'x',
    },
  ];
}

/** From the first seed on until the rule that has to catch it is broken, mutant by mutant. */
export async function zooRows(pace: Pace): Promise<Row[]> {
  const found: { seeds: number; millis: number }[] = [];
  for (const mutant of pace === 'full' ? MUTANTS : MUTANTS.slice(0, SMOKE_MUTANTS)) {
    const { default: zooStory } = await import(
      new URL(`../sims/zoo/${mutant.story}.ts`, import.meta.url).href
    );
    const begun = cpuMillis();
    for (let seed = 1; seed <= ZOO_LIMIT; seed++) {
      const { report } = await run(
        zooStory,
        { seed, profile: 'swarm', level: 'digest', substitute: substitutionOf(mutant) },
        surroundings,
      );
      if (report?.violations.some(({ rule }) => rule === mutant.rule)) {
        found.push({ seeds: seed, millis: cpuMillis() - begun });
        break;
      }
    }
  }
  const millis = found.map((each) => each.millis);
  return [
    {
      what: 'zoo: caught',
      value: found.length,
      unit: `of ${MUTANTS.length}`,
      aim: { row: 17, floor: 25, goal: 40 },
    },
    {
      ...{
        what: 'zoo: seeds to the first failure',
        value: median(found.map(({ seeds }) => seeds)),
        unit: '',
      },
      aim: { row: 17, floor: 50, goal: 10 },
    },
    { what: 'zoo: time to the first failure', value: median(millis), unit: 'ms of CPU' },
    { what: 'zoo: time to the first failure, the latest', value: Math.max(...millis), unit: 'ms of CPU' },
  ];
}
