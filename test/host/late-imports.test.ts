/** What code imports once it runs: of a node it is there at once, of a script it is refused, at the same time on each Node and each time. */
import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import { answerOf, NODES } from './on-each-node.ts';

interface Told {
  verdict: string;
  micros: number;
  digest: string;
  seen: string[];
  why?: string;
  site?: string;
}

const REFUSED = {
  verdict: 'script-error',
  micros: 100_000,
  why: expect.stringContaining(
    "import() is not available while a scenario runs: import 'node:zlib'",
  ) as string,
};

// Node 20 has the hooks of its loader on a thread of their own.
describe('import() of code that has booted', () => {
  for (const [name, node] of NODES) {
    it.skipIf(node === undefined)(
      `comes to the same each time on ${name}, with no time passing`,
      async () => {
        const told = await answerOf<Record<'nodes' | 'stacks' | 'lost' | 'caught' | 'uncaught', Told[]>>(
          node!,
          'late.mjs',
        );
        for (const [first, ...others] of Object.values(told))
          for (const other of others) expect(other).toEqual(first);
        expect(told.nodes[0]).toMatchObject({
          verdict: 'passed',
          seen: [
            ...['1 at 100', '1 at 100', '1 at 100', '2 at 200', '1 at 1100'].map(
              (count) => expect.stringMatching(new RegExp(`^${count.split(' ')[0]} at \\d+`)) as string,
            ),
            'late.js',
            'parts/unit.js',
            expect.stringMatching(/^ {4}at (?:Module\.)?stack \(late\.js:7:28\),/) as string,
          ],
        });
        const [stacks] = told.stacks;
        expect(stacks!.seen.slice(0, 10)).toEqual(
          Array(10).fill(expect.stringMatching(/^Error: behind\n {4}at /)),
        );
        expect(stacks!.seen[10]).toMatch(/^Error \[ERR_MODULE_NOT_FOUND\]: Cannot find module/);
        expect(stacks!.seen.join()).not.toContain('node:internal/');
        expect(told.lost[0]).toMatchObject({
          verdict: 'failed',
          why: expect.stringMatching(/^app: Error: Cannot find module .*none\.js/) as string,
          site: expect.stringMatching(/late\.js:\d+:\d+$/) as string,
        });
        expect(told.caught[0]).toMatchObject(REFUSED);
        expect(told.uncaught[0]).toMatchObject(REFUSED);
      },
    );
  }

  it('is refused to a script under a test runner too, at the time when it asks, and to no seed after it', async () => {
    const story = scenario('lazy', async (sim) => {
      await sim.sleep('100ms');
      await import('aedes').catch(() => {});
      await sim.sleep('1s');
    });
    const passing = scenario('idle', (sim) => sim.sleep('1s'));
    for (const seed of [1, 2]) {
      expect(await runHosted(story, { seed })).toMatchObject({
        verdict: 'script-error',
        virtualMicros: 100_000,
        error: { name: 'RefusedCallError', atMicros: 100_000 },
      });
      expect((await runHosted(passing, { seed })).verdict).toBe('passed');
    }
  });

  it('holds the time of a node under a test runner too', async () => {
    const seen: unknown[] = [];
    const story = scenario('lazy', async (sim) => {
      await sim.host('app').boot(() => {
        setTimeout(async () => {
          await import('mqtt');
          await import('node:zlib');
          seen.push(sim.now);
        }, 100);
      });
      await sim.sleep('1s');
    });
    for (const seed of [1, 2, 3]) expect((await runHosted(story, { seed })).verdict).toBe('passed');
    expect(seen).toEqual([100_000, 100_000, 100_000]);
  });

  it('says where it was called that failed, under a test runner too', async () => {
    const missing: string = 'no-such-package';
    const story = scenario('lost', async (sim) => {
      await sim.host('app').boot(() => {
        setTimeout(async () => {
          await import(missing);
        }, 100);
      });
      await sim.sleep('1s');
    });
    const { verdict, error } = await runHosted(story, { seed: 1 });
    expect([verdict, error?.message]).toEqual(['failed', expect.stringContaining('no-such-package')]);
    expect(error?.site).toMatch(/late-imports\.test\.ts:\d+:\d+$/);
  });

  it('sees an address that counts no runs where a test runner forms its stacks', async () => {
    const seen: unknown[] = [];
    const story = scenario('stacks', async (sim) => {
      const app = sim.host('app');
      await app.boot(new URL('./apps/late.js', import.meta.url));
      seen.push(await app.do((late: { stack(): string }) => late.stack().split(',')[0]));
    });
    const { prepareStackTrace } = Error;
    try {
      for (const seed of [1, 2]) expect((await runHosted(story, { seed })).verdict).toBe('passed');
      Error.prepareStackTrace = (_error, sites) =>
        `\n${sites[0]!.getFileName()}:${sites[0]!.getLineNumber()}`;
      await runHosted(story);
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
    }
    expect(seen[1]).toBe(seen[0]);
    expect(seen[0]).toMatch(/late\.js:7:28\)$/);
    expect(seen[2]).toMatch(/late\.js:7$/);
    expect(Error.prepareStackTrace).toBe(prepareStackTrace);
  });
});
