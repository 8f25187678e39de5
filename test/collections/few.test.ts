import { describe, expect, it } from 'vitest';
import { Few } from '../../src/collections/few.ts';

/** Numbers that look like chance and are always the same. */
function* draws(): Generator<number, never> {
  for (let x = 1; ; x = (x * 48_271) % 0x7fff_ffff) yield x;
}

describe('a map of few entries', () => {
  it('does what a map does, in its order, however many entries it has', () => {
    const chance = draws();
    for (const keys of [4, 12, 17, 40]) {
      const few = new Few<number, number>();
      const map = new Map<number, number>();
      for (let step = 0; step < 4_000; step++) {
        const key = chance.next().value % keys;
        // Sometimes it grows for long, and sometimes it becomes empty.
        if (chance.next().value % 100 < (step % 1_000 < 500 ? 70 : 20)) {
          few.set(key, step);
          map.set(key, step);
        } else if (step % 2 === 0) {
          expect(few.take(key)).toBe(map.get(key));
          map.delete(key);
        } else expect(few.delete(key)).toBe(map.delete(key));
        expect(few.size).toBe(map.size);
        expect(few.has(key)).toBe(map.has(key));
        expect(few.get(key)).toBe(map.get(key));
        expect([...few.all()]).toEqual([...map]);
      }
    }
  });

  it('is empty when it was cleared, of few entries or of many', () => {
    for (const count of [3, 30]) {
      const few = new Few<number, string>();
      for (let key = 0; key < count; key++) few.set(key, `${key}`);
      few.clear();
      expect(few.size).toBe(0);
      expect(few.get(1)).toBeUndefined();
      few.set(1, 'again');
      expect([...few.all()]).toEqual([[1, 'again']]);
    }
  });

  it('stands still for whoever goes through it and takes entries out meanwhile', () => {
    const few = new Few<string, number>();
    few.set('a', 1);
    few.set('b', 2);
    few.set('c', 3);
    const seen: string[] = [];
    for (const [key] of few.all()) {
      few.delete(key);
      seen.push(key);
    }
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(few.size).toBe(0);
  });
});
