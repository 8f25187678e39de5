import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fifo } from '../../src/collections/fifo.ts';

const step = fc.oneof(
  { weight: 5, arbitrary: fc.constant('push' as const) },
  { weight: 3, arbitrary: fc.constant('shift' as const) },
  fc.record({ remove: fc.nat({ max: 80 }) }),
  fc.record({ take: fc.nat({ max: 80 }) }),
  fc.record({ prepend: fc.integer({ min: 0, max: 5 }) }),
);

describe('Fifo', () => {
  it('does what an array does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
        const fifo = new Fifo<number>();
        let model: number[] = [];
        let next = 0;
        for (const action of steps) {
          if (action === 'push') {
            fifo.push(next);
            model.push(next++);
          } else if (action === 'shift') {
            expect(fifo.shift()).toBe(model.shift());
          } else if ('take' in action) {
            const count = Math.min(action.take, model.length);
            expect(fifo.take(count)).toEqual(model.splice(0, count));
          } else if ('remove' in action) {
            if (model.length === 0) continue;
            const index = action.remove % model.length;
            fifo.removeAt(index);
            model.splice(index, 1);
          } else {
            const items = Array.from({ length: action.prepend }, () => next++);
            fifo.prepend(items);
            model = [...items, ...model];
          }
          expect(fifo.length).toBe(model.length);
          expect(fifo.at(0)).toBe(model[0]);
          expect(fifo.at(model.length - 1)).toBe(model.at(-1));
        }
        expect(fifo.toArray()).toEqual(model);
      }),
      { seed: 9 },
    );
  });
});
