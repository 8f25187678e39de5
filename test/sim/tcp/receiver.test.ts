import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECEIVE_BUFFER_BYTES, Receiver } from '../../../src/sim/tcp/receiver.ts';
import { NO_RANGES, TcpSegment } from '../../../src/sim/tcp/segments.ts';

function segment(from: number, to: number, sentAt = 0, fin = false): TcpSegment {
  return new TcpSegment(from, to, fin ? 'fin' : 'none', 0, 1, NO_RANGES, 0, sentAt, -1);
}

describe('the receiving half', () => {
  it('agrees with a set of bytes, whatever arrives in whatever order', () => {
    const pieces = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 15 })), { maxLength: 40 });
    fc.assert(
      fc.property(pieces, (arrivals) => {
        const receiver = new Receiver();
        const bytes = new Set<number>();
        let last = 0;
        for (const [from, length] of arrivals) {
          expect(receiver.arrived(segment(from, from + length))).toBe(true);
          const before = new Set(bytes);
          for (let i = from; i < from + length; i++) bytes.add(i);
          let next = 0;
          while (bytes.has(next)) next++;
          expect(receiver.next).toBe(next);
          expect(receiver.next).toBeGreaterThanOrEqual(last);
          last = receiver.next;

          const told = receiver.takeRanges();
          let start = 0;
          if (
            told.length > 0 &&
            (told[1]! <= next || (told.length > 2 && told[2]! <= told[0]! && told[1]! <= told[3]!))
          ) {
            // What is told to have arrived twice had been there before.
            for (let i = told[0]!; i < told[1]!; i++) expect(before.has(i)).toBe(true);
            start = 2;
          }
          for (let i = start; i < told.length; i += 2) {
            expect(told[i]!).toBeGreaterThan(next);
            for (let at = told[i]!; at < told[i + 1]!; at++) expect(bytes.has(at)).toBe(true);
            expect(bytes.has(told[i]! - 1)).toBe(false);
            expect(bytes.has(told[i + 1]!)).toBe(false);
          }
          // The newest range comes first, so that one acknowledgement after a loss tells the news.
          if (from > next) expect(told[start]! <= from && from + length <= told[start + 1]!).toBe(true);
        }
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it('counts a FIN as one byte, and finishes when it is reached', () => {
    const receiver = new Receiver();
    receiver.arrived(segment(10, 20, 0, true));
    expect(receiver.finished).toBe(false);
    receiver.arrived(segment(0, 10));
    expect([receiver.next, receiver.readable, receiver.finished]).toEqual([21, 20, true]);
  });

  it('keeps nothing beyond its window, and moves its edge when it is read', () => {
    const receiver = new Receiver();
    receiver.arrived(segment(0, RECEIVE_BUFFER_BYTES));
    expect(receiver.window).toBe(0);
    receiver.arrived(segment(RECEIVE_BUFFER_BYTES, RECEIVE_BUFFER_BYTES + 1));
    expect(receiver.next).toBe(RECEIVE_BUFFER_BYTES);
    // A few bytes of room are not worth telling.
    expect(receiver.read(100)).toBe(false);
    expect(receiver.window).toBe(0);
    expect(receiver.read(10_000)).toBe(true);
    expect(receiver.window).toBe(10_000);
  });

  it('refuses to have read what never came', () => {
    expect(() => new Receiver().read(1)).toThrow('read up to 1, but only 0 is readable');
  });

  it('echoes what filled the gap, not what came beyond it', () => {
    const receiver = new Receiver();
    receiver.arrived(segment(0, 10, 100));
    receiver.takeRanges();
    receiver.arrived(segment(20, 30, 300));
    receiver.takeRanges();
    expect(receiver.echo).toBe(100);
    receiver.arrived(segment(10, 20, 500));
    expect(receiver.echo).toBe(500);
  });
});
