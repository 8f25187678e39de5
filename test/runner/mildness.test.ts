import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/check/rules/rules.ts';
import { mildnessOf } from '../../src/runner/mildness.ts';
import { recordWithout, type SeedRecord } from '../../src/runner/seed-record.ts';
import { SweepTally } from '../../src/runner/sweep-tally.ts';
import { HOSTILE } from '../../src/sim/profile.ts';

/** A seed in which everything happened that can. */
const wild: SeedRecord = {
  ...recordWithout('story.ts', '1', 'passed', ''),
  reconnects: 3,
  faults: Object.fromEntries(HOSTILE.map((family) => [family, 1])),
  rules: Object.fromEntries(Object.keys(RULES).map((rule) => [rule, [2, 1, 0, 0]])),
};

function mildness(changes: Partial<SeedRecord>): string[] {
  const tally = new SweepTally();
  tally.add({ ...wild, ...changes });
  return mildnessOf(tally);
}

describe('a sweep in which nothing broke', () => {
  it('is not mild when everything struck, clients came back, and every rule was reached under a fault', () => {
    expect(mildness({})).toEqual([]);
  });

  it('is mild without a family of faults', () => {
    const { reset: _, ...faults } = wild.faults;
    expect(mildness({ faults })).toEqual(['no seed met these faults: reset']);
  });

  it('is mild when half of its seeds lost hardly a connection', () => {
    expect(mildness({ reconnects: 2 })).toEqual(['half of the seeds had 2 reconnects or fewer, not 3']);
  });

  it('is mild when a rule was reached in fair weather only, or never', () => {
    const rules = { ...wild.rules, 'will.due': [5, 0, 0, 0] as const };
    const calm = ['no fault was there when these rules were asked: will.due'];
    expect(mildness({ rules })).toEqual(calm);
    const { 'will.due': _, ...others } = wild.rules;
    expect(mildness({ rules: others })).toEqual(calm);
  });

  it('is mild when a machine was let off, and not when somebody gave up what was promised to them', () => {
    expect(mildness({ excuses: { 'its session had ended': 4, 'it expired after 12 s': 1 } })).toEqual([]);
    const full = 'the queue of the session was full (limit 10)';
    expect(mildness({ excuses: { [full]: 4 } })).toEqual([`4 times a promise was excused because ${full}`]);
  });

  it('is mild when a story ended early, or never saw what it waits to see', () => {
    expect(mildness({ cutShort: true, sometimes: { 'it rains': false } })).toEqual([
      'story.ts never saw that it rains',
      'a story was cut short by the crash of a client that was waited for',
    ]);
  });
});
