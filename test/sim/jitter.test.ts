import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkJitter, drawJitter, type Jitter } from '../../src/sim/jitter.ts';
import { luck } from '../../src/sim/rng.ts';

const KINDS: Record<string, { jitter: Jitter; mean: number; median: number; p99: number }> = {
  uniform: { jitter: { kind: 'uniform', widthMicros: 10_000 }, mean: 5_000, median: 5_000, p99: 9_900 },
  triangular: {
    jitter: { kind: 'triangular', modeMicros: 2_000, widthMicros: 10_000 },
    mean: 4_000,
    median: 10_000 - Math.sqrt(0.5 * 10_000 * 8_000),
    p99: 10_000 - Math.sqrt(0.01 * 10_000 * 8_000),
  },
  exponential: {
    jitter: { kind: 'exponential', meanMicros: 10_000 },
    mean: 10_000,
    median: 10_000 * Math.LN2,
    p99: 10_000 * Math.log(100),
  },
  pareto: {
    jitter: { kind: 'pareto', scaleMicros: 10_000, shape: 3, limitMicros: 10_000_000 },
    mean: 5_000,
    median: 10_000 * (2 ** (1 / 3) - 1),
    p99: 10_000 * (100 ** (1 / 3) - 1),
  },
  table: {
    jitter: { kind: 'table', quantilesMicros: [0, 1_000, 2_000, 4_000, 20_000] },
    mean: (500 + 1_500 + 3_000 + 12_000) / 4,
    median: 2_000,
    p99: 4_000 + 0.96 * 16_000,
  },
};

describe('jitter', () => {
  for (const [kind, { jitter, mean, median, p99 }] of Object.entries(KINDS)) {
    it(`is distributed as it should be when ${kind}`, () => {
      const draws = Array.from({ length: 200_000 }, (_, i) => drawJitter(jitter, luck(7, i))).sort(
        (a, b) => a - b,
      );
      const sum = draws.reduce((total, each) => total + each, 0);
      expect(sum / draws.length / mean).toBeCloseTo(1, 1);
      expect(draws[draws.length / 2]! / median).toBeCloseTo(1, 1);
      expect(draws[Math.floor(draws.length * 0.99)]! / p99).toBeCloseTo(1, 1);
      expect(drawJitter(jitter, 0.5)).toBeCloseTo(median, 6);
      expect(drawJitter(jitter, 0.99)).toBeCloseTo(p99, 6);
    });

    it(`grows with luck and is never negative when ${kind}`, () => {
      fc.assert(
        fc.property(fc.double({ min: 0, max: 0.9999999, noNaN: true }), (value) => {
          const here = drawJitter(jitter, value);
          expect(here).toBeGreaterThanOrEqual(0);
          expect(drawJitter(jitter, value / 2)).toBeLessThanOrEqual(here);
        }),
        { seed: 1, numRuns: 1000 },
      );
    });
  }

  it('is nothing when none', () => {
    expect(drawJitter({ kind: 'none' }, 0.9)).toBe(0);
  });

  it('never exceeds the limit of a heavy tail', () => {
    const jitter: Jitter = { kind: 'pareto', scaleMicros: 1_000, shape: 0.5, limitMicros: 50_000 };
    expect(drawJitter(jitter, 1 - 2 ** -32)).toBe(50_000);
  });

  it('is refused when its numbers make no sense', () => {
    const refused: [Jitter, string][] = [
      [{ kind: 'uniform', widthMicros: -1 }, 'width must be a length of time'],
      [{ kind: 'exponential', meanMicros: Infinity }, 'mean must be a length of time'],
      [{ kind: 'triangular', modeMicros: 5, widthMicros: 4 }, 'beyond the width'],
      [{ kind: 'pareto', scaleMicros: 1, shape: 0, limitMicros: 1 }, 'shape must be a positive number'],
      [{ kind: 'table', quantilesMicros: [1] }, 'at least two'],
      [{ kind: 'table', quantilesMicros: [1, 3, 2] }, 'quantile 2 is below'],
    ];
    for (const [jitter, message] of refused) expect(() => checkJitter(jitter)).toThrow(message);
    for (const { jitter } of Object.values(KINDS)) expect(() => checkJitter(jitter)).not.toThrow();
  });
});
