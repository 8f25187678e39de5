/** Families in processes of their own: what the compiler has learnt from one of them is nothing to the next. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MeasuredFamily, Measurement } from './measurement.ts';

/** @throws Error when the process comes to no end of its own. */
export function measuredApart(name: string): MeasuredFamily {
  const directory = mkdtempSync(join(tmpdir(), 'amber-bench-'));
  try {
    const file = join(directory, 'measured.json');
    const { status, signal } = spawnSync(
      process.execPath,
      [...process.execArgv, process.argv[1]!, name, '--json', file],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    if (status !== 0 && status !== 1)
      throw new Error(`the process of the family ${name} ended with ${status ?? signal}`);
    return (JSON.parse(readFileSync(file, 'utf8')) as Measurement)[name]!;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
