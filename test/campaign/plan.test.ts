import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JOB_SEEDS_LIMIT, jobIdOf, parseJob, parseJobId } from '../../src/campaign/campaign.ts';
import { JobSize, jobsOf } from '../../src/campaign/plan.ts';

describe('the jobs of a campaign', () => {
  it('have every seed that is not taken once, in order, and no other', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 5, max: 200 })),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
        (taken, millis) => {
          const size = new JobSize();
          const seeds: string[] = [];
          for (const [at, job] of [
            ...jobsOf(2, { first: 5, last: 200 }, size, (story, seed) => story === 0 && taken.includes(seed)),
          ].entries()) {
            size.learn(millis[at % millis.length]! * 100, job.count);
            expect(parseJob(JSON.parse(JSON.stringify(job)), 2)).toEqual(job);
            expect(parseJobId(jobIdOf(job), 2)).toEqual(job);
            for (let i = 0; i < job.count; i++) seeds.push(`${job.story} ${job.first + i}`);
          }
          const all = Array.from({ length: 196 }, (_, at) => at + 5);
          expect(seeds).toEqual([
            ...all.filter((seed) => !taken.includes(seed)).map((seed) => `0 ${seed}`),
            ...all.map((seed) => `1 ${seed}`),
          ]);
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });

  it('take some seconds once it is known how long a seed takes, and grow by and by', () => {
    const size = new JobSize();
    const sizes: number[] = [];
    for (let round = 0; round < 8; round++) {
      sizes.push(size.seeds);
      size.learn(size.seeds * 0.5, size.seeds);
    }
    expect(sizes).toEqual([20, 80, 320, 1_280, 5_000, 5_000, 5_000, 5_000]);
    for (let round = 0; round < 20; round++) size.learn(size.seeds * 50, size.seeds);
    expect(size.seeds).toBe(50);
    for (let round = 0; round < 20; round++) size.learn(60_000, 1);
    expect(size.seeds).toBe(1);
    expect(JOB_SEEDS_LIMIT).toBe(5_000);
  });
});
