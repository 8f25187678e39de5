/** When segments are sent again and when an end gives up, beside what a Linux 6.18 kernel did (docs/tcp.md has the source). */
import { describe, expect, it } from 'vitest';
import type { TcpOptions } from '../../../src/sim/tcp/index.ts';
import { MS, S, Wire } from './wire.ts';

/** Times of the repetitions in seconds since the first transmission of one segment into a black hole. */
function blackHole(oneWayMicros: number, options: TcpOptions = {}) {
  const wire = new Wire({ there: { latencyMicros: oneWayMicros }, dialler: options });
  wire.connect();
  // The variance of the handshake has to settle, as it had in the measurements.
  for (let i = 0; i < 20; i++) {
    wire.write(wire.dialler, 100);
    wire.run(wire.now + S);
  }
  expect(wire.pending).toBe(0);
  wire.dialler.link.impose('hole', { kind: 'black-hole' });
  const start = wire.now;
  wire.dialler.resent.length = 0;
  wire.write(wire.dialler, 100);
  wire.run();
  return {
    times: wire.dialler.resentAt.map((at) => (at - start) / S),
    triggers: wire.dialler.resent.map((each) => each.trigger),
    end: wire.dialler.ended,
    endedAt: (wire.dialler.endedAt - start) / S,
  };
}

interface Excess {
  row: string;
  gap: number;
  model: number;
  real: number;
}

/** Gaps of the kernel that lie outside of [model, 1.125 x model + 4 ms]; the times were written down to the millisecond. */
function outside(row: string, real: readonly number[], model: readonly number[]): Excess[] {
  const found: Excess[] = [];
  for (let i = 0; i < real.length; i++) {
    const realGap = real[i]! - (real[i - 1] ?? 0);
    const modelGap = model[i]! - (model[i - 1] ?? 0);
    if (realGap < modelGap - 0.001 || realGap > 1.125 * modelGap + 0.004 + 0.001) {
      found.push({ row, gap: i + 1, model: round(modelGap), real: round(realGap) });
    }
  }
  return found;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

const REAL = {
  '1 ms': [0.212, 0.42, 0.84, 1.672, 3.336, 6.828, 13.48, 26.79],
  '25 ms': [
    0.285, 0.573, 1.085, 2.105, 4.153, 8.409, 16.6, 32.99, 66.78, 132.3, 253.2, 374.0, 494.8, 615.6, 736.5,
    857.3,
  ],
  '25 ms, 8 retries': [0.275, 0.563, 1.071, 2.095, 4.143, 8.399, 16.59, 32.98, 66.77],
  '25 ms, user timeout 10 s': [0.27, 0.526, 1.038, 2.062, 4.11, 8.334],
  '150 ms': [0.536, 1.076, 2.1, 4.376, 8.468, 16.66],
} as const;

describe('a black hole with one small segment in flight', () => {
  const rows = {
    '1 ms': blackHole(1 * MS),
    '25 ms': blackHole(25 * MS),
    '25 ms, 8 retries': blackHole(25 * MS, { retries: 8 }),
    '25 ms, user timeout 10 s': blackHole(25 * MS, { userTimeoutMicros: 10 * S }),
    '150 ms': blackHole(150 * MS),
  };

  it('is probed once, then met by the timeout, once without doubling', () => {
    expect(rows['25 ms'].times.slice(0, 6)).toEqual([0.25, 0.5, 1, 2, 4, 8]);
    expect(rows['25 ms'].triggers.slice(0, 3)).toEqual(['tail-probe', 'timeout', 'timeout']);
    expect(rows['1 ms'].times[0]).toBe(0.202);
    expect(rows['150 ms'].times[0]).toBeCloseTo(0.5, 2);
  });

  it('is met as often as by the kernel', () => {
    for (const row of ['25 ms', '25 ms, 8 retries', '25 ms, user timeout 10 s'] as const) {
      expect(rows[row].times, row).toHaveLength(REAL[row].length);
    }
  });

  it('has every gap of the kernel within 12.5 % and 4 ms, but for three that docs/tcp.md explains', () => {
    const found = Object.entries(REAL).flatMap(([row, real]) =>
      outside(row, real, rows[row as keyof typeof REAL].times),
    );
    // Two were rounded up to 72 jiffies by the timer wheel: 3 ms beyond the tolerance, less than one jiffy. The third, beyond
    // it by 22 ms, is four timeouts of a host whose SRTT was some milliseconds longer than the way.
    expect(found).toEqual([
      { row: '25 ms', gap: 2, model: 0.25, real: 0.288 },
      { row: '25 ms, 8 retries', gap: 2, model: 0.25, real: 0.288 },
      { row: '150 ms', gap: 4, model: 2, real: 2.276 },
    ]);
  });

  it('is given up 924.6 s after the first timeout, judged when the timer fires', () => {
    const { end, endedAt, times } = rows['25 ms'];
    expect(end).toBe('timed-out');
    expect(endedAt).toBe(968);
    expect(endedAt - times[1]!).toBeGreaterThan(924.6);
    expect(times[times.length - 1]! - times[1]!).toBeLessThan(924.6);
    expect(outside('end', [978.1], [endedAt])).toEqual([]);
    expect(outside('8', [132.3], [rows['25 ms, 8 retries'].endedAt])).toEqual([]);
    expect(rows['25 ms, 8 retries'].end).toBe('timed-out');
  });

  it('is given up by a user timeout that counts from the first timeout', () => {
    const row = rows['25 ms, user timeout 10 s'];
    expect(row.end).toBe('timed-out');
    expect(row.endedAt).toBe(10.5);
    expect(outside('user timeout', [10.64], [row.endedAt])).toEqual([]);
  });
});

describe('connecting', () => {
  it('repeats the SYN five times a second apart, then doubles, and gives up after 131 s', () => {
    const wire = new Wire();
    wire.dialler.link.impose('hole', { kind: 'black-hole' });
    wire.dialler.end.dial(0);
    wire.run();
    const times = wire.dialler.resentAt.map((at) => at / S);
    expect(times).toEqual([1, 2, 3, 4, 5, 7, 11, 19, 35, 67]);
    const realGaps = [1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 4.1, 8.2, 16.1, 33.8];
    const real = realGaps.map((_, i) => realGaps.slice(0, i + 1).reduce((sum, gap) => sum + gap, 0));
    expect(outside('SYN', real, times)).toEqual([]);
    expect(wire.dialler.ended).toBe('timed-out');
    expect(wire.dialler.endedAt / S).toBe(131);
    expect(outside('SYN gives up', [134.9], [131])).toEqual([]);
  });

  it('is refused by a closed port after one round trip', () => {
    const wire = new Wire({ closedPort: true });
    wire.dialler.end.dial(0);
    wire.run();
    expect(wire.dialler.ended).toBe('refused');
    expect(wire.dialler.endedAt).toBe(50 * MS);
    expect(wire.pending).toBe(0);
  });

  it('stands after one round trip, and at the listener after one and a half', () => {
    const wire = new Wire().connect();
    expect(wire.dialler.established).toBe(50 * MS);
    expect(wire.listener.established).toBe(75 * MS);
    expect(wire.pending).toBe(0);
  });

  it('survives the loss of each segment of the handshake', () => {
    for (const which of [1, 2, 3]) {
      const wire = new Wire();
      let count = 0;
      const loses = () => ++count === which;
      wire.dialler.loses = loses;
      wire.listener.loses = loses;
      wire.dialler.end.dial(0);
      wire.write(wire.dialler, 100);
      wire.run();
      expect(wire.listener.readable, `segment ${which}`).toBe(100);
      expect(wire.pending).toBe(0);
    }
  });

  it('is forgotten by a listener whose answers are lost for a minute', () => {
    const wire = new Wire();
    wire.listener.link.impose('hole', { kind: 'black-hole' });
    wire.dialler.end.dial(0);
    wire.run();
    expect(wire.listener.ended).toBe('timed-out');
    expect(wire.dialler.ended).toBe('timed-out');
    expect(wire.listener.established).toBe(-1);
  });

  it('takes the round trip of the handshake as its first sample even when a SYN was lost', () => {
    const wire = new Wire();
    let first = true;
    wire.dialler.loses = () => {
      const lost = first;
      first = false;
      return lost;
    };
    wire.dialler.end.dial(0);
    wire.run();
    expect(wire.dialler.established).toBe(1050 * MS);
    wire.dialler.link.impose('hole', { kind: 'black-hole' });
    wire.write(wire.dialler, 1);
    const start = wire.now;
    wire.run(start + S);
    // SRTT + 4 * SRTT / 2, RFC 6298 2.2: 150 ms is below the floor of 200 ms.
    expect(wire.dialler.resentAt.slice(1).map((at) => at - start)).toEqual([250 * MS, 500 * MS, 1000 * MS]);
  });
});
