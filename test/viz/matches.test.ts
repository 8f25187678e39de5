import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Matches } from '../../viz/worker/matches.ts';

it('matches of a filter are a set and a list, as a plain list is', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 200 })),
      fc.integer({ min: 1, max: 205 }),
      (found, asked) => {
        const ordinals = [...found].sort((one, other) => one - other);
        const matches = new Matches(Uint32Array.from(ordinals), 200);
        expect(matches.count).toBe(ordinals.length);
        expect(matches.has(asked)).toBe(ordinals.includes(asked));
        expect(matches.before(asked)).toBe(ordinals.filter((each) => each < asked).length);
        expect(ordinals.map((_, index) => matches.at(index))).toEqual(ordinals);
      },
    ),
  );
});
