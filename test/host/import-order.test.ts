/** Several imports of hosted code at once: which goes on first is that of the first call, on each Node, in each process and in each run. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { program } from '../programs.ts';

interface Told {
  runs: { verdict: string; digest: string; micros: number; seen: string[] }[];
  order: string[];
}

const PROCESSES = 4;

async function told(node: string): Promise<Told> {
  const { stdout } = await promisify(execFile)(node, [
    fileURLToPath(new URL('./apps/at-once.mjs', import.meta.url)),
  ]);
  return JSON.parse(stdout) as Told;
}

describe('imports that are asked for at once', () => {
  for (const [name, node] of [
    ['this node', process.execPath],
    ['node22', program('node22')],
    ['node24', program('node24')],
  ] as const) {
    it.skipIf(node === undefined)(
      `go on one after the other on ${name}, whatever was there before`,
      async () => {
        for (let time = 0; time < PROCESSES; time++) {
          const { runs, order } = await told(node!);
          expect(runs).toHaveLength(3);
          for (const run of runs)
            expect(run).toMatchObject({ verdict: 'passed', micros: runs[0]!.micros, seen: order });
          expect(new Set(runs.map(({ digest }) => digest)).size).toBe(1);
        }
      },
    );
  }
});
