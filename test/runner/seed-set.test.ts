import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeedSet } from '../../src/runner/seed-set.ts';

describe('a set of seeds', () => {
  it('knows each seed of each file that was added, and says which it had before', () => {
    const seed = fc.oneof(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 65_530, max: 65_545 }),
      fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    );
    const task = fc.record({ file: fc.constantFrom('a', 'b'), seed: seed.map(String) });
    fc.assert(
      fc.property(fc.array(task), fc.array(task), (added, asked) => {
        const set = new SeedSet();
        const model = new Set<string>();
        for (const each of added) {
          const key = `${each.file} ${each.seed}`;
          expect(set.add(each)).toBe(!model.has(key));
          model.add(key);
        }
        expect(set.size).toBe(model.size);
        for (const each of [...added, ...asked])
          expect(set.has(each)).toBe(model.has(`${each.file} ${each.seed}`));
      }),
      { seed: 1 },
    );
  });
});
