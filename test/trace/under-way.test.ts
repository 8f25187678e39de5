import { describe, expect, it } from 'vitest';
import type { PacketSent } from '../../src/trace/event.ts';
import { UnderWay } from '../../src/trace/under-way.ts';

function sentAs(i: number): PacketSent {
  return { i, t: i, c: 0, k: 'packet.sent', n: 'a', conn: 'a>b#1', v: 4, bytes: Uint8Array.of(0xc0, 0) };
}

describe('what is under way', () => {
  it('is found by its ordinal until it has arrived, however much was sent meanwhile', () => {
    const underWay = new UnderWay();
    const kept = new Map<number, PacketSent>();
    for (let i = 1; i <= 20_000; i++) {
      const sent = sentAs(i);
      underWay.add(sent);
      // Every seventh waits for ever, the others arrive three later.
      if (i % 7 === 0) kept.set(i, sent);
      const arrived = i - 3;
      if (arrived < 1 || arrived % 7 === 0) continue;
      expect(underWay.get(arrived)?.i).toBe(arrived);
      underWay.delete(arrived);
      expect(underWay.get(arrived)).toBeUndefined();
    }
    for (const [i, sent] of kept) {
      expect(underWay.get(i)).toBe(sent);
      underWay.delete(i);
      expect(underWay.get(i)).toBeUndefined();
    }
  });

  it('is nothing that was never sent', () => {
    const underWay = new UnderWay();
    underWay.add(sentAs(5));
    for (const ordinal of [0, 1, 5 + 4_096, 5 + 2 ** 32]) expect(underWay.get(ordinal)).toBeUndefined();
  });
});
