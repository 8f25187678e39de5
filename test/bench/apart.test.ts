import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { measuredApart } from '../../bench/apart.ts';

const directory = mkdtempSync(join(tmpdir(), 'amber-apart-'));
afterAll(() => rmSync(directory, { recursive: true }));

function script(text: string): string {
  const file = join(directory, 'bench.mjs');
  writeFileSync(file, text);
  return file;
}

describe('a family of the bench in a process of its own', () => {
  it('is what that wrote down, also when a row of it failed', () => {
    const found = measuredApart(
      'codec',
      script(`import { writeFileSync } from 'node:fs';
        const [, , name, flag, file] = process.argv;
        writeFileSync(file, JSON.stringify({ [name]: { rows: [{ what: flag, value: 1, unit: 'x' }] } }));
        process.exit(1);`),
    );
    expect(found).toEqual({ rows: [{ what: '--json', value: 1, unit: 'x' }] });
  });

  it('says how that ended which wrote nothing down', () => {
    const found = measuredApart('codec', script('process.exit(9);'));
    expect(found).toMatchObject({ rows: [], failure: 'its process ended with 9 and wrote nothing down' });
  });
});
