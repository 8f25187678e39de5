import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IntervalForest } from '../../../viz/index/interval-forest.ts';

const intervals = fc
  .array(fc.tuple(fc.nat(100), fc.nat(60)), { maxLength: 400 })
  .map((drawn) =>
    drawn.map(([start, lasts]) => [start, start + lasts] as const).sort((one, other) => one[0] - other[0]),
  );

describe('the forest of intervals', () => {
  it('finds what a walk over all intervals finds', () => {
    fc.assert(
      fc.property(intervals, fc.nat(120), fc.nat(50), (sorted, from, length) => {
        const forest = new IntervalForest();
        for (const [start, end] of sorted) forest.append(start, end);
        const expected = sorted.flatMap(([start, end], at) =>
          start <= from + length && end >= from ? [at] : [],
        );
        expect(forest.query(from, from + length, 1_000)).toEqual({ found: expected, count: expected.length });
        expect(forest.query(from, from + length, 3)).toEqual({
          found: expected.slice(0, 3),
          count: expected.length,
        });
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('finds the same while it grows and ends become known', () => {
    const steps = fc.array(
      fc.record({ index: fc.nat(), later: fc.nat(90), from: fc.nat(130), length: fc.nat(40) }),
    );
    fc.assert(
      fc.property(intervals, steps, (sorted, drawn) => {
        const forest = new IntervalForest();
        const ends: number[] = [];
        for (const [at, [start]] of sorted.entries()) {
          forest.append(start, start);
          ends.push(start);
          const step = drawn[at];
          if (step === undefined) continue;
          const index = step.index % ends.length;
          ends[index] = Math.max(ends[index]!, sorted[index]![0] + step.later);
          forest.raise(index, sorted[index]![0] + step.later);
          const expected = ends.flatMap((end, each) =>
            sorted[each]![0] <= step.from + step.length && end >= step.from ? [each] : [],
          );
          expect(forest.query(step.from, step.from + step.length, 1_000).found).toEqual(expected);
        }
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it('finds few among many without looking at most of them', () => {
    const forest = new IntervalForest();
    for (let each = 0; each < 100_000; each++) forest.append(each, each + 2);
    forest.raise(17, 99_000);
    expect(forest.query(50_000, 50_001, 10)).toEqual({
      found: [17, 49_998, 49_999, 50_000, 50_001],
      count: 5,
    });
    expect(forest.query(0, 200_000, 0)).toEqual({ found: [], count: 100_000 });
  });
});
