/** Row 3 of the goals: what it costs to let a script run on, and that a script which sleeps costs nothing. */
import { drive } from '../src/host/drive.ts';
import { yieldToEventLoop } from '../src/host/real.ts';
import { scenario } from '../src/index.ts';
import { run, type Surroundings } from '../src/runner/run.ts';
import { atReference, type Cal } from './cal.ts';
import { cpuMillis, median, type Pace, type Row } from './measure.ts';

const SIZES = { full: { wakes: 200_000, rounds: 5 }, smoke: { wakes: 500, rounds: 1 } };

/** Microseconds. */
const RESUME = { floor: 1.2, goal: 0.5 };

/** A script that sleeps again and again; nothing else is in its world. */
const sleeper = scenario(
  'bench-script',
  { parameters: { wakes: { default: 500, range: [1, 10_000_000] } }, limit: '365d' },
  async (sim, { wakes }) => {
    for (let wake = 0; wake < wakes; wake++) await sim.sleep('1s');
  },
);

/** As the host of every run does it. */
const surroundings: Surroundings = {
  yieldToScript: yieldToEventLoop,
  drive: (step) => drive(step, () => undefined),
};

async function microsPerWake(wakes: number): Promise<number> {
  const begun = cpuMillis();
  const options = { parameters: { wakes }, level: 'digest', checks: 'none' } as const;
  const { verdict, error } = await run(sleeper, options, surroundings);
  if (verdict !== 'passed') throw new Error(`the bench ended ${verdict}: ${error?.message}`);
  return ((cpuMillis() - begun) * 1000) / wakes;
}

export async function scriptRows(pace: Pace, cal: Cal): Promise<Row[]> {
  const { wakes, rounds } = SIZES[pace];
  await microsPerWake(wakes);
  const micros: number[] = [];
  for (let round = 0; round < rounds; round++) micros.push(await microsPerWake(wakes));
  const value = median(micros);
  const scaled = 1e6 / atReference(1e6 / value, cal.nanos());
  return [
    { what: 'resume of a script, its event included', value, unit: 'us', aim: { row: 3, ...RESUME, scaled } },
  ];
}
