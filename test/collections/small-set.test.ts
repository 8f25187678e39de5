import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { added, elementsOf, removed, type SmallSet, sizeOf } from '../../src/collections/small-set.ts';

const step = fc.record({ act: fc.constantFrom('add' as const, 'delete' as const), key: fc.nat({ max: 4 }) });

describe('SmallSet', () => {
  it('does what a Set does, in its order', () => {
    const elements = Array.from({ length: 5 }, (_, name) => ({ name }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let set: SmallSet<object>;
        const model = new Set<object>();
        for (const { act, key } of steps) {
          const element = elements[key]!;
          if (act === 'add') {
            set = added(set, element);
            model.add(element);
          } else {
            set = removed(set, element);
            model.delete(element);
          }
          expect([...elementsOf(set)]).toEqual([...model]);
          expect(sizeOf(set)).toBe(model.size);
        }
      }),
      { seed: 4 },
    );
  });
});
