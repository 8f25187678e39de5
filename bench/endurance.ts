/** Whether memory stays where it is: over a week of virtual time with a thousand clients, and over a hundred thousand seeds of a sweep. */
import type { sweep as Sweep } from '../src/runner/sweep.ts';
import { Recorder } from '../src/trace/recorder.ts';
import type { Pace, Row } from './measure.ts';
import { heldBytes } from './memory.ts';
import { activeWorld, HEADER, SECOND } from './simulation.ts';

interface Size {
  readonly clients: number;
  /** Of virtual time, between two messages of a client. */
  readonly intervalSeconds: number;
  readonly days: number;
  readonly daySeconds: number;
  readonly seeds: number;
}

const SIZES: Record<Pace, Size> = {
  full: { clients: 1_000, intervalSeconds: 60, days: 7, daySeconds: 86_400, seeds: 100_000 },
  smoke: { clients: 5, intervalSeconds: 1, days: 2, daySeconds: 10, seeds: 20 },
};

/** A sweep is weighed so often. */
const WEIGHINGS = 10;
const MEGABYTE = 1_000_000;

function weekRows({ clients, intervalSeconds, days, daySeconds }: Size): Row[] {
  let delivered = 0;
  const recorder = new Recorder({ level: 'digest', header: HEADER });
  const deliver = (): void => {
    delivered++;
  };
  const { world } = activeWorld(clients, 'ideal', 4, recorder, deliver, intervalSeconds * SECOND);
  const weights: number[] = [];
  for (let day = 1; day <= days; day++) {
    world.simulator.run(day * daySeconds * SECOND);
    weights.push(heldBytes());
  }
  // They begin when all are connected, and the last ones may be under way.
  const least = clients * (Math.floor((days * daySeconds - 10) / intervalSeconds) - 2);
  if (delivered < least) throw new Error(`only ${delivered} of ${least} messages arrived`);
  const who = `${days} days of ${clients.toLocaleString('en-US')} clients`;
  return [
    { what: `${who}: messages`, value: delivered, unit: '' },
    { what: `${who}: heap after the first day`, value: weights[0]! / MEGABYTE, unit: 'MB' },
    { what: `${who}: heap after the last day, beside that`, value: weights.at(-1)! / weights[0]!, unit: 'x' },
  ];
}

/** The process that sweeps with all its threads, as the system sees it. */
async function sweepRows({ seeds }: Size): Promise<Row[]> {
  const built = new URL('../dist/src/runner/sweep.js', import.meta.url);
  const { sweep } = (await import(built.href)) as { sweep: typeof Sweep };
  const weights: number[] = [];
  let swept = 0;
  const { tally } = await sweep({
    files: [new URL('./stories/reconnects.ts', import.meta.url).pathname],
    seeds: { first: 1, last: seeds },
    workers: 2,
    run: { parameters: { clients: 2, messages: 2 }, transport: 'ideal' },
    patienceMillis: 60_000,
    onRecord() {
      if (++swept % (seeds / WEIGHINGS) === 0) weights.push(process.memoryUsage().rss);
    },
  });
  if (tally.passed !== seeds) throw new Error(`of ${seeds} seeds of the bench ${tally.passed} passed`);
  const tenth = `a tenth of ${seeds.toLocaleString('en-US')} seeds`;
  return [
    { what: `sweep: resident memory after ${tenth}`, value: weights[0]! / MEGABYTE, unit: 'MB' },
    {
      what: 'sweep: resident memory after all, beside that',
      value: weights.at(-1)! / weights[0]!,
      unit: 'x',
    },
  ];
}

export async function enduranceRows(pace: Pace): Promise<Row[]> {
  return [...weekRows(SIZES[pace]), ...(await sweepRows(SIZES[pace]))];
}
