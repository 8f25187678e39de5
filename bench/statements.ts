/** Row 18 of the goals: how many of the statements that can be observed the stories of `sims/` exercise, and how many under a fault. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { sweep as Sweep } from '../src/runner/sweep.ts';
import type { Pace, Row } from './measure.ts';

const SEEDS: Record<Pace, number> = { full: 20, smoke: 1 };
const SIMS = join(import.meta.dirname, '../sims');
/** Per cent. */
const EXERCISED = { floor: 80, goal: 98 };
const UNDER_FAULT = { floor: 50, goal: 80 };

function storiesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => join(folder, name));
}

export async function statementRows(pace: Pace): Promise<Row[]> {
  const built = new URL('../dist/src/runner/sweep.js', import.meta.url);
  const { sweep } = (await import(built.href)) as { sweep: typeof Sweep };
  const { tally } = await sweep({
    files:
      pace === 'full' ? [...storiesIn(SIMS), ...storiesIn(join(SIMS, 'swarm'))] : [join(SIMS, 'topics.ts')],
    seeds: { first: 1, last: SEEDS[pace] },
    workers: 2,
    run: { profile: 'swarm' },
    patienceMillis: 60_000,
  });
  const { exercised, underFault, observable } = tally.statements;
  const share = (statements: readonly string[]): number => (100 * statements.length) / observable;
  return [
    { what: 'stories: seeds that hold', value: tally.passed, unit: `of ${tally.seeds}` },
    {
      what: `statements exercised, of ${observable} that can be observed`,
      value: share(exercised),
      unit: '%',
      aim: { row: 18, ...EXERCISED },
    },
    {
      what: 'statements exercised under a fault',
      value: share(underFault),
      unit: '%',
      aim: { row: 18, ...UNDER_FAULT },
    },
  ];
}
