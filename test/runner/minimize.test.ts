import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimize } from '../../src/runner/minimize.ts';

describe('delta debugging', () => {
  it('finds what is needed and nothing else, in order, whatever that is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.nat(59), { maxLength: 5 }),
        async (count, wanted) => {
          const items = Array.from({ length: count }, (_, at) => at);
          const needed = [...new Set(wanted.filter((item) => item < count))].sort((a, b) => a - b);
          let asked = 0;
          const kept = await minimize(items, async (some) => {
            asked++;
            return needed.every((item) => some.includes(item));
          });
          expect(kept).toEqual(needed);
          expect(asked).toBeLessThan(count * 20 + 10);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it('ends with items of which none can be left out alone, when there is more than one answer', async () => {
    const shows = async (some: readonly number[]) => some.length >= 3 && some.some((item) => item % 7 === 0);
    const kept = await minimize(
      Array.from({ length: 40 }, (_, at) => at),
      shows,
    );
    expect(kept.length).toBe(3);
    for (const left of kept) expect(await shows(kept.filter((item) => item !== left))).toBe(false);
  });

  it('gives nothing when nothing is needed, and asks nobody about nothing', async () => {
    expect(await minimize([1, 2, 3], async () => true)).toEqual([]);
    expect(await minimize([], async () => true)).toEqual([]);
  });
});
