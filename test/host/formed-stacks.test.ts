/** Stacks without places inside of Node are for hosted code: who asks here who called it has to see them. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { program } from '../programs.ts';

describe('what Node does for hosted code', () => {
  for (const [name, node] of [
    ['this node', process.execPath],
    ['node22', program('node22')],
    ['node24', program('node24')],
  ] as const) {
    it.skipIf(node === undefined)(
      `is done in virtual time and refused to nobody on ${name}: pieces of a blob, pipes, warnings`,
      async () => {
        const { stdout } = await promisify(execFile)(node!, [
          '--no-warnings',
          fileURLToPath(new URL('./apps/insides.mjs', import.meta.url)),
        ]);
        const runs = JSON.parse(stdout) as { verdict: string; why?: string; seen: unknown }[];
        expect(runs[0]).toMatchObject({ verdict: 'passed', seen: [200_000, 0] });
        expect(runs[1]).toEqual(runs[0]);
      },
    );
  }
});
