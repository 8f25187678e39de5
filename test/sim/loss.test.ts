import { describe, expect, it } from 'vitest';
import { BurstSchedule, checkLoss } from '../../src/sim/loss.ts';

const MS = 1_000;
const S = 1_000_000;

/** Lengths of the good and bad times in the first while, by asking often. */
function holdings(schedule: BurstSchedule, until: number, step: number): { good: number[]; bad: number[] } {
  const lengths: { good: number[]; bad: number[] } = { good: [], bad: [] };
  let state = schedule.isBadAt(0);
  let since = 0;
  for (let now = step; now < until; now += step) {
    if (schedule.isBadAt(now) === state) continue;
    lengths[state ? 'bad' : 'good'].push(now - since);
    since = now;
    state = !state;
  }
  return lengths;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;

describe('the schedule of bursts', () => {
  it('has exponential times of the means it was given', () => {
    const { good, bad } = holdings(new BurstSchedule(900 * MS, 100 * MS, 5), 20_000 * S, MS);
    expect(good.length).toBeGreaterThan(15_000);
    expect(mean(good) / (900 * MS)).toBeCloseTo(1, 1);
    expect(mean(bad) / (100 * MS)).toBeCloseTo(1, 1);
    // Of an exponential length of time a share of 1 - 1/e is shorter than the mean.
    const short = bad.filter((length) => length < 100 * MS).length / bad.length;
    expect(short).toBeCloseTo(1 - 1 / Math.E, 1);
  });

  it('is the same whoever asks and however often', () => {
    const often = new BurstSchedule(300 * MS, 50 * MS, 9);
    const seldom = new BurstSchedule(300 * MS, 50 * MS, 9);
    for (let now = 0; now < 400 * S; now += 7 * MS) {
      const bad = often.isBadAt(now);
      if (now % (7 * 113 * MS) === 0) expect(seldom.isBadAt(now)).toBe(bad);
    }
  });

  it('is another for another seed', () => {
    const states = [1, 2].map((seed) => {
      const schedule = new BurstSchedule(100 * MS, 100 * MS, seed);
      return Array.from({ length: 200 }, (_, i) => schedule.isBadAt(i * 50 * MS));
    });
    expect(states[0]).not.toEqual(states[1]);
  });

  it('ages while nobody asks, at no cost: a hundred years are one look', () => {
    const schedule = new BurstSchedule(1, 1, 3);
    expect(typeof schedule.isBadAt(3_155_760_000 * S)).toBe('boolean');
  });

  it('forgets: a minute after a burst the channel is as bad as ever, not worse', () => {
    let badThen = 0;
    let badLater = 0;
    for (let seed = 0; seed < 4_000; seed++) {
      const schedule = new BurstSchedule(900 * MS, 100 * MS, seed);
      if (!schedule.isBadAt(10 * S)) continue;
      badThen++;
      if (schedule.isBadAt(70 * S)) badLater++;
    }
    expect(badThen).toBeGreaterThan(300);
    expect(badLater / badThen).toBeLessThan(0.16);
    expect(badLater / badThen).toBeGreaterThan(0.05);
  });
});

describe('a loss', () => {
  it('is refused when it is no probability', () => {
    expect(() => checkLoss(1.5)).toThrow('loss must be a probability from 0 to 1, not 1.5');
    expect(() => checkLoss(Number.NaN)).toThrow('probability');
    expect(() => checkLoss({ goodMicros: 0, badMicros: 5 })).toThrow('a microsecond at least');
    expect(() => checkLoss({ goodMicros: 5, badMicros: 5, badRate: 0 })).toThrow('(0, 1]');
    expect(() => checkLoss({ goodMicros: 5, badMicros: 5, badLoss: 2 })).toThrow('in bad times');
    expect(() => checkLoss({ goodMicros: 5, badMicros: 5, badLoss: 0.5, badRate: 0.5 })).not.toThrow();
  });
});
