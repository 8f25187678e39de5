import { describe, expect, it } from 'vitest';
import { Pending } from '../../../src/check/evidence/pending.ts';
import { PacketsUnderWay } from '../../../src/check/evidence/under-way.ts';

describe('what is pending by a number', () => {
  it('is found, replaced and taken out, whichever came first, and keeps the order in which it came', () => {
    const pending = new Pending<string>();
    pending.set(7, 'a');
    pending.set(9, 'b');
    pending.set(8, 'c');
    pending.set(7, 'A');
    expect([...pending.all()]).toEqual([
      [7, 'A'],
      [9, 'b'],
      [8, 'c'],
    ]);
    expect(pending.take(7)).toBe('A');
    expect(pending.get(7)).toBeUndefined();
    // What comes now comes behind those that are there.
    pending.set(7, 'd');
    expect([...pending.all().values()]).toEqual(['b', 'c', 'd']);
    expect([pending.size, pending.has(8), pending.has(6)]).toEqual([3, true, false]);
    pending.delete(8);
    expect([pending.take(9), pending.take(7), pending.take(7)]).toEqual(['b', 'd', undefined]);
    expect(pending.size).toBe(0);
    pending.set(1, 'e');
    pending.clear();
    expect([...pending.all()]).toEqual([]);
  });

  it('does what a Map does, through a thousand changes', () => {
    const pending = new Pending<number>();
    const map = new Map<number, number>();
    let draw = 1;
    for (let change = 0; change < 1_000; change++) {
      draw = (draw * 48_271) % 2_147_483_647;
      const number = draw % 5;
      if (draw % 3 === 0 && !map.has(number)) {
        pending.set(number, change);
        map.set(number, change);
      } else if (draw % 3 === 1) {
        expect(pending.take(number)).toBe(map.get(number));
        map.delete(number);
      }
      expect(pending.size).toBe(map.size);
      expect([...pending.all()]).toEqual([...map]);
    }
  });
});

describe('packets under way', () => {
  it('are taken in the order in which they were written, or out of it, and each once', () => {
    const underWay = new PacketsUnderWay();
    for (let sentAt = 1; sentAt <= 300; sentAt++) underWay.add(sentAt * 10, sentAt);
    expect(underWay.take(0)).toBeUndefined();
    expect(underWay.take(2)).toBe(20);
    expect(underWay.take(2)).toBeUndefined();
    for (let sentAt = 1; sentAt <= 299; sentAt++)
      expect(underWay.take(sentAt)).toBe(sentAt === 2 ? undefined : sentAt * 10);
    expect(underWay.size).toBe(1);
    underWay.add(3010, 301);
    expect([underWay.take(300), underWay.take(301), underWay.size]).toEqual([3000, 3010, 0]);
  });
});
