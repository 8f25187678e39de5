import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exponential, naturalLog } from '../../src/sim/elementary.ts';

const FC = { seed: 20_260_101, numRuns: 20_000 };

test('the logarithm agrees with the engine to 14 digits', () => {
  fc.assert(
    fc.property(fc.double({ min: 2.3e-10, max: 1e15, noNaN: true }), (value) => {
      const expected = Math.log(value);
      expect(Math.abs(naturalLog(value) - expected)).toBeLessThanOrEqual(
        1e-14 * Math.max(1, Math.abs(expected)),
      );
    }),
    FC,
  );
  expect(naturalLog(1)).toBe(0);
});

test('the exponential agrees with the engine to 13 digits', () => {
  fc.assert(
    fc.property(fc.double({ min: -100, max: 100, noNaN: true }), (value) => {
      const expected = Math.exp(value);
      expect(Math.abs(exponential(value) - expected)).toBeLessThanOrEqual(1e-13 * expected);
    }),
    FC,
  );
  expect(exponential(0)).toBe(1);
  expect(exponential(1000)).toBe(Infinity);
  expect(exponential(-1000)).toBe(0);
});

test('values are pinned, so that an engine that rounds differently shows itself', () => {
  expect(naturalLog(0.3)).toBe(-1.203972804325936);
  expect(naturalLog(1e-9)).toBe(-20.72326583694641);
  expect(exponential(0.5)).toBe(1.6487212707001282);
  expect(exponential(3.7)).toBe(40.4473043600674);
});

test('nothing below or at zero has a logarithm', () => {
  for (const value of [0, -1, Number.NaN, Infinity]) expect(() => naturalLog(value)).toThrow('no logarithm');
});
