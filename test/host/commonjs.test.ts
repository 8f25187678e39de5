/** Applications in CommonJS: Node keeps one module of each file, and each life of a node has its own all the same. */
import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import { answerOf, NODES } from './on-each-node.ts';

const REQUIRED = new URL('./apps/required.mjs', import.meta.url);

/** Of node one twice, of node two, of one again; and after a crash of one, of both. */
const counts = (outside: number) => ({
  verdict: 'passed',
  seen: ['1 1 1', '2 2 2', '1 1 1', '3 3 3', '1 1 1', '2 2 2'],
  // And those of whom they require are the same for all.
  packages: 1,
  isOfNoLife: true,
  outside: `${outside} ${outside}`,
});
const all = { file: counts(2), imported: counts(3), required: counts(4) };

describe('an application in CommonJS', () => {
  it('has modules of its own in each life of each node, however it is loaded, and later too', async () => {
    const { all: run } = (await import(REQUIRED.href)) as { all(): Promise<unknown> };
    expect(await run()).toEqual(all);
  });

  it('is not what was started, and starts by the function that it exports for that', async () => {
    const seen: unknown[] = [];
    const { error } = await runHosted(
      scenario('program', async (sim) => {
        const app = sim.host('app');
        seen.push(await app.boot(new URL('./apps/program.cjs', import.meta.url), 'start'));
      }),
      { level: 'digest' },
    );
    expect(error).toBeUndefined();
    expect(seen).toEqual([{ name: 'app', started: 1, isMain: false }]);
  });

  // Node 20, 22 and 24 load them each in a way of its own.
  for (const [name, node] of NODES) {
    it.skipIf(node === undefined)(`has them on ${name} without a test runner`, async () => {
      expect(await answerOf(node!, 'required.mjs', ['--print'])).toEqual(all);
    });

    it.skipIf(node === undefined)(`may be a package on ${name} that requires an ES module`, async () => {
      expect(await answerOf(node!, 'required-esm.mjs')).toEqual({
        verdict: 'passed',
        seen: ['inner', 'inner'],
      });
    });
  }
});
