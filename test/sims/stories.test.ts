import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from 'mqtt-amber';
import { describe, expect, it } from 'vitest';
import { type RunOptions, type RunResult, run } from '../../src/runner/run.ts';
import { repository } from '../programs.ts';

const folder = join(repository, 'sims');
const stories = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .sort();

const surroundings = { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) };

async function tell(story: string, options: RunOptions): Promise<RunResult> {
  const module = (await import(join(folder, story))) as { default: Scenario };
  return run(module.default, options, surroundings);
}

/** What went wrong in a run, as a list that is empty when nothing did. */
function complaints(result: RunResult): string[] {
  const broken = result.asserts.filter(({ assertion, held, evaluated }) =>
    assertion === 'always' ? held < evaluated : held === 0,
  );
  return [...broken.map(({ text }) => `not true: ${text}`), ...(result.error ? [result.error.message] : [])];
}

describe('the stories of sims/', () => {
  it('are the twelve that the documentation promises', () => {
    expect(stories).toEqual([
      'durability.ts',
      'flapping-uplink.ts',
      'keep-alive.ts',
      'last-will.ts',
      'qos-matrix.ts',
      'qos-under-cuts.ts',
      'reconnect-storm.ts',
      'retained.ts',
      'sessions.ts',
      'takeover.ts',
      'topics.ts',
      'websocket.ts',
    ]);
  });

  for (const story of stories) {
    it(`${story} passes from ten seeds, judged`, async () => {
      const seeds = story === 'reconnect-storm.ts' ? 1 : 10;
      for (let seed = 1; seed <= seeds; seed++) {
        const result = await tell(story, { seed });
        expect(complaints(result), `${story}, seed ${seed}`).toEqual([]);
        expect(result.verdict, `${story}, seed ${seed}`).toBe('passed');
      }
    });

    it(`${story} keeps the digest that is pinned for its seed`, async () => {
      const { digest } = await tell(story, { seed: 7, level: 'digest' });
      expect({ seed: 7, digest }).toMatchSnapshot();
    });
  }

  it('have a parameter for each durability and pass at each', async () => {
    for (const durability of ['none', 'interval', 'sync']) {
      const result = await tell('durability.ts', { seed: 3, parameters: { durability } });
      expect(complaints(result), durability).toEqual([]);
    }
  });
});
