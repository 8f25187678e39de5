/** Families in processes of their own: what the compiler has learnt from one of them is nothing to the next. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MeasuredFamily, type Measurement, unmeasured } from './measurement.ts';

/** @param script what the process is given to run, with the name of the family and `--json FILE` behind it. */
export function measuredApart(name: string, script = process.argv[1]!): MeasuredFamily {
  const directory = mkdtempSync(join(tmpdir(), 'amber-bench-'));
  try {
    const file = join(directory, 'measured.json');
    const { status, signal } = spawnSync(
      process.execPath,
      [...process.execArgv, script, name, '--json', file],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    if (!existsSync(file))
      return unmeasured(`its process ended with ${status ?? signal} and wrote nothing down`);
    return (JSON.parse(readFileSync(file, 'utf8')) as Measurement)[name]!;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
