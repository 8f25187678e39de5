import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmallMap } from '../../src/collections/small-map.ts';

const step = fc.record({
  act: fc.constantFrom('set' as const, 'set' as const, 'delete' as const, 'clear' as const),
  key: fc.nat({ max: 4 }),
});

describe('SmallMap', () => {
  it('does what a Map does, in its order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const map = new SmallMap<string, number>();
        const model = new Map<string, number>();
        for (const [at, { act, key }] of steps.entries()) {
          if (act === 'set') {
            map.set(`${key}`, at);
            model.set(`${key}`, at);
          } else if (act === 'delete') {
            map.delete(`${key}`);
            model.delete(`${key}`);
          } else {
            map.clear();
            model.clear();
          }
          expect(map.get(`${key}`)).toBe(model.get(`${key}`));
          expect([...map.values()]).toEqual([...model.values()]);
        }
      }),
      { seed: 3 },
    );
  });
});
