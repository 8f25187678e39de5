/** Row 14 of the goals: one seed from the command line, cold, beside a bare Node that does nothing. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { atReference, type Cal } from './cal.ts';
import { median, type Pace, type Row } from './measure.ts';

const ROUNDS: Record<Pace, number> = { full: 15, smoke: 1 };
const root = join(import.meta.dirname, '..');
const SEED = [join(root, 'bin/amber.js'), 'run', join(root, 'sims/topics.ts'), '--level', 'digest'];
/** With certificates of the machine Node 20 reads them at its start, which takes it as long again: no part of either. */
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;

function millis(args: readonly string[]): number {
  const begun = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore', env });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return performance.now() - begun;
}

export function startRows(pace: Pace, cal: Cal): Row[] {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS[pace]; round++) {
    bare.push(millis(['-e', '0']));
    ours.push(millis(SEED));
  }
  // The best of the runs is told beside the best of the machine, before them and after.
  const best = Math.min(...ours);
  const bareBest = Math.min(...bare);
  const name = 'node -e 0';
  return [
    {
      ...{ what: 'one seed from the command line, cold', value: median(ours), unit: 'ms' },
      peer: { name, value: median(bare), ratio: median(bare) / median(ours) },
    },
    {
      ...{ what: `one seed from the command line, best of ${ours.length}`, value: best, unit: 'ms' },
      peer: { name, value: bareBest, ratio: bareBest / best },
      aim: { row: 14, floor: 250, goal: 150, scaled: 1e3 / atReference(1e3 / best, cal.nanos()) },
    },
  ];
}
