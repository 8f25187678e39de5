/** Row 14 of the goals: one seed from the command line, cold, beside a bare Node that does nothing. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { median, type Row } from './measure.ts';

const ROUNDS = 15;
const root = join(import.meta.dirname, '..');
const SEED = [join(root, 'bin/amber.js'), 'run', join(root, 'sims/topics.ts'), '--level', 'digest'];

function millis(args: readonly string[]): number {
  const begun = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return performance.now() - begun;
}

export function startRows(): Row[] {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(millis(['-e', '0']));
    ours.push(millis(SEED));
  }
  const best = Math.min(...ours);
  return [
    { what: 'one seed from the command line, cold', value: median(ours), unit: 'ms' },
    {
      ...{ what: 'one seed from the command line, best of 15', value: best, unit: 'ms' },
      aim: { floor: 250, goal: 150 },
    },
    { what: 'one seed beside a Node that does nothing', value: best / Math.min(...bare), unit: 'x' },
  ];
}
