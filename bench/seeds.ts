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

/** Of a short sweep and of a long one. */
const SWEEPS: Record<Pace, readonly [short: number, long: number]> = {
  full: [300, 900],
  smoke: [SMOKE_SEEDS, 2 * SMOKE_SEEDS],
};

/** What sweeps take longer that have more seeds. */
const longer = (more: Swept, less: Swept): Swept => ({
  millis: more.millis - less.millis,
  cpuMillis: more.cpuMillis - less.cpuMillis,
});

/**
 * One worker and two in turn, on a machine whose other load changes: each ratio is of neighbours. What a long sweep takes longer than a
 * short one is taken by threads that are warm, as are the seeds a second of one core: the goals say where something is to be cold.
 */
export async function workerRows(pace: Pace): Promise<Row[]> {
  const [short, long] = SWEEPS[pace];
  const rates: number[] = [];
  const ratios = { short: [] as Ratio[], long: [] as Ratio[], warm: [] as Ratio[] };
  for (let round = 0; round < ROUNDS[pace]; round++) {
    const one = await swept(1, short, MESSAGES[pace]);
    const two = await swept(2, short, MESSAGES[pace]);
    const oneLong = await swept(1, long, MESSAGES[pace]);
    const twoLong = await swept(2, long, MESSAGES[pace]);
    rates.push((short * 1_000) / two.millis);
    ratios.short.push(ratioOf(one, two));
    ratios.long.push(ratioOf(oneLong, twoLong));
    ratios.warm.push(ratioOf(longer(oneLong, one), longer(twoLong, two)));
  }
  const [warm, cost] = ratioRows('sweep, once warm', ratios.warm);
  return [
    { ...warm, aim: { row: 9, floor: 1.7, goal: 1.85 } },
    { ...cost, aim: { row: 9, floor: 1.1, goal: 1.05 } },
    { what: `sweep of ${short} seeds, two workers`, value: median(rates), unit: 'seeds/s' },
    ...ratioRows(`sweep of ${short} seeds`, ratios.short),
    ...ratioRows(`sweep of ${long} seeds`, ratios.long),
  ];
}

/** Of two workers against one. */
interface Ratio {
  readonly speedUp: number;
  /** Of the processor, a seed. */
  readonly cost: number;
}

const ratioOf = (one: Swept, two: Swept): Ratio => ({
  speedUp: one.millis / two.millis,
  cost: two.cpuMillis / one.cpuMillis,
});

function ratioRows(what: string, ratios: readonly Ratio[]): [speedUp: Row, cost: Row] {
  return [
    {
      what: `${what}: two workers against one`,
      value: median(ratios.map(({ speedUp }) => speedUp)),
      unit: 'x',
    },
    {
      what: `${what}: processor a seed, two against one`,
      value: median(ratios.map(({ cost }) => cost)),
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
