import { describe, expect, it } from 'vitest';
import { CongestionWindow } from '../../../src/sim/tcp/congestion.ts';
import { RoundTrip } from '../../../src/sim/tcp/rtt.ts';

const MS = 1_000;
const S = 1_000_000;

describe('the congestion window', () => {
  /** A window that is used up by `rounds` round trips. */
  function fill(window: CongestionWindow, rounds: number): void {
    for (let i = 0; i < rounds; i++) {
      window.noteUsage(window.size, window.size, 0, 1);
      window.grow(window.size);
    }
  }

  it('doubles in slow start, then grows by one a round trip', () => {
    const window = new CongestionWindow();
    fill(window, 1);
    expect(window.size).toBe(20);
    window.halve();
    expect(window.size).toBe(10);
    fill(window, 3);
    expect(window.size).toBe(13);
  });

  it('does not grow while nobody fills it', () => {
    const window = new CongestionWindow();
    window.noteUsage(3, 3, 0, 1);
    window.grow(3);
    expect(window.size).toBe(10);
  });

  it('never falls below two by halving, and to what is out and one by a timeout', () => {
    const window = new CongestionWindow();
    for (let i = 0; i < 6; i++) window.halve();
    expect(window.size).toBe(2);
    window.collapse(0, true);
    expect(window.size).toBe(1);
  });

  it('is restored when the reduction was for nothing', () => {
    const window = new CongestionWindow();
    fill(window, 1);
    window.collapse(0, true);
    window.restore();
    expect(window.size).toBe(20);
    // The threshold is back as well: slow start goes on.
    fill(window, 1);
    expect(window.size).toBe(40);
  });

  it('halves once a timeout while idle, down to ten', () => {
    const window = new CongestionWindow();
    fill(window, 3);
    window.idled(260 * MS, 250 * MS);
    expect(window.size).toBe(40);
    window.idled(10 * S, 250 * MS);
    expect(window.size).toBe(10);
  });
});

describe('the round trip', () => {
  it('follows RFC 6298 with the floor under the variance', () => {
    const roundTrip = new RoundTrip();
    expect(roundTrip.timeout(0)).toBe(1 * S);
    roundTrip.sample(100 * MS);
    expect(roundTrip.timeout(0)).toBe(300 * MS);
    roundTrip.sample(300 * MS);
    // SRTT = 7/8 * 100 + 1/8 * 300, RTTVAR = 3/4 * 50 + 1/4 * 200.
    expect(roundTrip.timeout(0)).toBe(125 * MS + 4 * 87.5 * MS);
    for (let i = 0; i < 200; i++) roundTrip.sample(100 * MS);
    expect(roundTrip.timeout(0) / MS).toBeCloseTo(300, 0);
    expect(roundTrip.timeout(3) / roundTrip.timeout(0)).toBe(8);
    expect(roundTrip.timeout(60)).toBe(120 * S);
    expect(roundTrip.least).toBe(100 * MS);
  });
});
