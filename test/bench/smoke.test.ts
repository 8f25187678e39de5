/** A little of every row, in a process of its own as it is run by hand: a bench that nobody runs for a month is broken in a month. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../../bench/families.ts';

const root = join(import.meta.dirname, '../..');

describe('a smoke run of the bench', () => {
  it('measures every family, and nothing has changed that does not depend on the machine', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--expose-gc', join(root, 'scripts/bench.mjs'), '--smoke'],
      { encoding: 'utf8', timeout: 600_000 },
    );
    const lines = stdout.split('\n');
    expect(lines.filter((line) => /^CHANGED|FAILED/.test(line))).toEqual([]);
    expect(lines.filter((line) => line in FAMILIES)).toEqual(Object.keys(FAMILIES));
    expect(stderr).toBe('');
    expect(status).toBe(0);
  }, 600_000);
});
