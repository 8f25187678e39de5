import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from 'mqtt-amber';
import { describe, expect, it } from 'vitest';
import { run } from '../../src/runner/run.ts';
import { recordOf } from '../../src/runner/seed-record.ts';
import { repository } from '../programs.ts';

const folder = join(repository, 'sims/swarm');
const stories = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .sort();
/** Few, for every run of the tests; `npm run swarm` takes thousands. */
const SEEDS = 3;

const surroundings = { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) };

describe('the stories of sims/swarm', () => {
  for (const story of stories) {
    it(`${story} holds in a hostile world, in 3.1.1, in 5.0 and mixed`, async () => {
      const module = (await import(join(folder, story))) as { default: Scenario };
      for (const protocol of ['3.1.1', '5.0', 'mixed']) {
        for (let seed = 1; seed <= SEEDS; seed++) {
          const options = { seed, profile: 'swarm', level: 'digest', parameters: { protocol } } as const;
          const result = await run(module.default, options, surroundings);
          const { outcome, broke, detail, cutShort } = recordOf(story, result);
          expect([outcome, broke, detail, cutShort], `${story}, ${protocol}, seed ${seed}`).toEqual([
            'passed',
            undefined,
            undefined,
            undefined,
          ]);
        }
      }
    });

    it(`${story} holds in fair weather`, async () => {
      const module = (await import(join(folder, story))) as { default: Scenario };
      const { verdict, report } = await run(module.default, { seed: 1, level: 'digest' }, surroundings);
      expect([verdict, report?.broken]).toEqual(['passed', 0]);
    });
  }
});
