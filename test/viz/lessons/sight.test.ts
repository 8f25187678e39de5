/** What of a card is in sight. */
import { describe, expect, it } from 'vitest';
import { firstInSight } from '../../../viz/lessons/view/sight.ts';

describe('a card in sight', () => {
  // A title, a task, a choice, a prediction and a hint, and buttons that end at 500.
  const tops = [0, 40, 120, 240, 400];

  it('is all of it where there is room', () => {
    expect(firstInSight(tops, 500, 500)).toBe(0);
  });

  it('begins where a part begins, as far up as there is room down to its end', () => {
    expect(firstInSight(tops, 500, 499)).toBe(1);
    expect(firstInSight(tops, 500, 460)).toBe(1);
    expect(firstInSight(tops, 500, 459)).toBe(2);
    expect(firstInSight(tops, 500, 260)).toBe(3);
  });

  it('begins with its last part where there is too little room for that as well', () => {
    expect(firstInSight(tops, 500, 60)).toBe(4);
  });
});
