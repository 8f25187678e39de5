import { describe, expect, it } from 'vitest';
import { SweepProgress } from '../../src/cli/sweep-progress.ts';
import { recordWithout } from '../../src/runner/seed-record.ts';

describe('the progress of a sweep', () => {
  it('says how many seeds are done, what failed, how long the rest may take, and what is the matter', () => {
    const lines: string[] = [];
    const progress = new SweepProgress((text) => lines.push(text), 40, 'seeds');
    progress.show(recordWithout('story.ts', '1', 'passed', '', 3_600_000_000));
    progress.show(recordWithout('story.ts', '2', 'failed', 'it broke'));
    progress.tell('redis://127.0.0.1:6379 is out of reach');
    expect(lines.at(-1)).toMatch(
      /2 of 40 seeds, \d+\/s, 1\.0 simulated hours, 1 failed, \S+ (s|min|h) left; redis:\/\/127\.0\.0\.1:6379 is out of reach$/,
    );
    progress.tell(undefined);
    expect(lines.at(-1)).toMatch(/ left$/);
    const shown = lines.length;
    progress.clear();
    progress.clear();
    expect(lines).toHaveLength(shown + 1);
  });

  it('promises nothing before anything is done', () => {
    const lines: string[] = [];
    new SweepProgress((text) => lines.push(text), 40, 'seeds').tell('nothing comes');
    expect(lines).toEqual([
      expect.stringMatching(/0 of 40 seeds, 0\/s, 0\.0 simulated hours, 0 failed; nothing comes$/),
    ]);
  });
});
