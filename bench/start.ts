/** Row 14 of the goals: one seed from the command line, cold, beside a bare Node that does nothing. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { median, type Pace, type Row } from './measure.ts';

const ROUNDS: Record<Pace, number> = { full: 15, smoke: 1 };
const root = join(import.meta.dirname, '..');
const SEED = [join(root, 'bin/amber.js'), 'run', join(root, 'sims/topics.ts'), '--level', 'digest'];

function millis(args: readonly string[]): number {
  const begun = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return performance.now() - begun;
}

export function startRows(pace: Pace): Row[] {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS[pace]; round++) {
    bare.push(millis(['-e', '0']));
    ours.push(millis(SEED));
  }
  const best = Math.min(...ours);
  return [
    { what: 'one seed from the command line, cold', value: median(ours), unit: 'ms' },
    {
      ...{ what: `one seed from the command line, best of ${ours.length}`, value: best, unit: 'ms' },
      aim: { row: 14, floor: 250, goal: 150 },
    },
    { what: 'one seed beside a Node that does nothing', value: best / Math.min(...bare), unit: 'x' },
  ];
}
