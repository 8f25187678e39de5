import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Duration, formatDuration, formatTime, parseDuration } from '../../src/sim/time.ts';

describe('durations', () => {
  test.each([
    ['20us', 20],
    ['20ms', 20_000],
    ['1.5ms', 1_500],
    ['0.000001s', 1],
    ['3s', 3_000_000],
    ['5min', 300_000_000],
    ['1h', 3_600_000_000],
    ['2d', 172_800_000_000],
    ['0s', 0],
    ['1.001h', 3_603_600_000],
  ] as const)('%s is %d microseconds', (text, micros) => {
    expect(parseDuration(text)).toBe(micros);
  });

  test('a bare number is refused with what could have been meant', () => {
    expect(() => parseDuration(20 as unknown as Duration, 'latency of a~b')).toThrow(
      "latency of a~b is the bare number 20; write it with a unit, as '20ms' or '20s'",
    );
  });

  test.each(['', '20', 'ms', '-5ms', '5 ms', '5m', '1e3s', '5ms ', 'Infinitys', '.5s'])(
    '%j is refused',
    (text) => {
      expect(() => parseDuration(text as Duration)).toThrow(/cannot be read/);
    },
  );

  test('what is no string and no number is refused', () => {
    expect(() => parseDuration(null as unknown as Duration)).toThrow(/not null/);
    expect(() => parseDuration({} as unknown as Duration)).toThrow(/not object/);
  });

  test('a fraction of a microsecond is refused', () => {
    expect(() => parseDuration('0.5us')).toThrow(/not a whole number of microseconds/);
    expect(() => parseDuration('1.0000005s')).toThrow(/not a whole number of microseconds/);
  });

  test('more than 285 years are refused', () => {
    expect(() => parseDuration('200000d')).toThrow(/longer than 285 years/);
  });

  test('decimal fractions down to the microsecond are exact', () => {
    fc.assert(
      fc.property(fc.nat(100_000_000), (micros) => {
        const whole = Math.floor(micros / 1_000_000);
        const text = `${whole}.${`${micros % 1_000_000}`.padStart(6, '0')}s` as Duration;
        expect(parseDuration(text)).toBe(micros);
      }),
      { seed: 3 },
    );
  });

  test.each([
    [0, '0us'],
    [999, '999us'],
    [1_500, '1.5ms'],
    [3_000_000, '3s'],
    [90_000_000, '1min 30s'],
    [3_600_000_000, '1h'],
    [90_061_500_000, '1d 1h 1min 1.5s'],
    [-20_000, '-20ms'],
    [Infinity, 'for ever'],
  ])('%d microseconds are written for people as %s', (micros, text) => {
    expect(formatDuration(micros)).toBe(text);
  });

  test('a point of time is written as a clock', () => {
    expect(formatTime(0)).toBe('00:00:00.000000');
    expect(formatTime(3_723_000_045)).toBe('01:02:03.000045');
    expect(formatTime(86_400_000_000)).toBe('1d 00:00:00.000000');
  });
});
