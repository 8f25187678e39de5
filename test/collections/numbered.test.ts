import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Numbered } from '../../src/collections/numbered.ts';

describe('what has numbers', () => {
  test('is what a map would hold, whatever comes and goes, in the order of the numbers', () => {
    const step = fc.record({ add: fc.boolean(), pick: fc.nat(1_000), skip: fc.nat(40) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const numbered = new Numbered<{ id: number }>();
        const model = new Map<number, { id: number }>();
        let last = 0;
        for (const { add, pick, skip } of steps) {
          if (add || model.size === 0) {
            last += 1 + skip;
            const element = { id: last };
            numbered.add(element);
            model.set(last, element);
          } else {
            const gone = [...model.keys()][pick % model.size]!;
            numbered.delete(gone);
            model.delete(gone);
          }
          numbered.delete(last + 1);
        }
        expect(numbered.size).toBe(model.size);
        expect(numbered.values()).toEqual([...model.values()]);
        for (let number = 0; number <= last + 1; number++)
          expect(numbered.get(number)).toBe(model.get(number));
      }),
    );
  });

  test('is found among many, of which the oldest stayed', () => {
    const numbered = new Numbered<{ id: number }>();
    numbered.add({ id: 1 });
    for (let number = 2; number <= 10_000; number++) {
      numbered.add({ id: number });
      if (number > 20) numbered.delete(number - 10);
    }
    expect(numbered.values().map(({ id }) => id)).toEqual([
      ...Array.from({ length: 10 }, (_, i) => i + 1),
      ...Array.from({ length: 10 }, (_, i) => 9_991 + i),
    ]);
    expect(numbered.get(500)).toBeUndefined();
  });
});
