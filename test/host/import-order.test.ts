/** Several imports of hosted code at once: which goes on first is that of the first call, on each Node, in each process and in each run. */
import { describe, expect, it } from 'vitest';
import { answerOf, NODES } from './on-each-node.ts';

interface Told {
  runs: { verdict: string; digest: string; micros: number; seen: string[] }[];
  order: string[];
}

const PROCESSES = 4;

describe('imports that are asked for at once', () => {
  for (const [name, node] of NODES) {
    it.skipIf(node === undefined)(
      `go on one after the other on ${name}, whatever was there before`,
      async () => {
        for (let time = 0; time < PROCESSES; time++) {
          const { runs, order } = await answerOf<Told>(node!, 'at-once.mjs');
          expect(runs).toHaveLength(3);
          for (const run of runs)
            expect(run).toMatchObject({ verdict: 'passed', micros: runs[0]!.micros, seen: order });
          expect(new Set(runs.map(({ digest }) => digest)).size).toBe(1);
        }
      },
    );
  }
});
