import { describe, expect, it } from 'vitest';
import { Slots } from '../../viz/view/slots.ts';

/** The numbers that some keys get. */
function given(slots: Slots, keys: readonly number[]): number[] {
  const slotOf = slots.assign(keys);
  return keys.map((key) => slotOf.get(key)!);
}

describe('the elements of shapes', () => {
  it('stay with their shapes, and are given to new ones in the order in which they stand', () => {
    const slots = new Slots();
    expect(given(slots, [10, 11, 12, 13])).toEqual([0, 1, 2, 3]);
    // A view moves on: what is still seen keeps its element.
    expect(given(slots, [12, 13, 14, 15])).toEqual([2, 3, 0, 1]);
    // A seek: everything is another shape, and no element is made, moved or taken away.
    expect(given(slots, [90, 91, 92, 93])).toEqual([0, 1, 2, 3]);
    // Fewer, and then more than ever.
    expect(given(slots, [91])).toEqual([1]);
    const many = given(slots, [91, 92, 93, 94, 95, 96]);
    expect(many[0]).toBe(1);
    expect(new Set(many).size).toBe(6);
  });
});
