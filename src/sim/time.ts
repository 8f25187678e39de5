/**
 * Virtual time: a whole number of microseconds in a Number, good for 285 years.
 *
 * Scripts write durations as strings with their unit. A bare number is refused, because nobody can see whether
 * `3000` meant milliseconds or seconds.
 */
import type { Micros } from '../mqtt/machine.ts';

/** `'20us'`, `'1.5ms'`, `'3s'`, `'5min'`, `'1h'`, `'2d'`. */
export type Duration = `${number}${DurationUnit}`;
export type DurationUnit = 'us' | 'ms' | 's' | 'min' | 'h' | 'd';

const MICROS_PER_UNIT: Readonly<Record<DurationUnit, Micros>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  min: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

/** Units from long to short, for writing. */
const UNITS_BY_LENGTH: readonly DurationUnit[] = ['d', 'h', 'min', 's', 'ms', 'us'];

const DURATION_PATTERN = /^([0-9]+(?:\.[0-9]+)?)(us|ms|s|min|h|d)$/;

/** What a duration or a time was written as cannot be read; the message says how to write it. */
export class DurationError extends Error {
  override readonly name = 'DurationError';
}

/**
 * Reads a duration into microseconds.
 *
 * @param what names the value in the error, `latency of link sensor~hub`.
 * @throws DurationError for anything but a number with a unit, for fractions of a microsecond, and beyond 285 years.
 */
export function parseDuration(duration: Duration, what = 'a duration'): Micros {
  const given: unknown = duration;
  if (typeof given === 'number') {
    throw new DurationError(
      `${what} is the bare number ${given}; write it with a unit, as '${given}ms' or '${given}s'`,
    );
  }
  if (typeof given !== 'string') {
    throw new DurationError(
      `${what} must be a string such as '20ms' or '3s', not ${given === null ? 'null' : typeof given}`,
    );
  }
  const match = DURATION_PATTERN.exec(given);
  if (match === null) {
    throw new DurationError(
      `${what} '${given}' cannot be read; write a number and one of us ms s min h d, as '20ms'`,
    );
  }
  const exact = Number(match[1]) * MICROS_PER_UNIT[match[2] as DurationUnit];
  const micros = Math.round(exact);
  if (!Number.isSafeInteger(micros)) throw new DurationError(`${what} '${given}' is longer than 285 years`);
  // A decimal fraction times a unit may be off by a rounding error of the product, never by a whole 1e-6.
  if (Math.abs(exact - micros) > 1e-6 * Math.max(1, micros * 1e-9)) {
    throw new DurationError(`${what} '${given}' is not a whole number of microseconds`);
  }
  return micros;
}

/** Writes a duration for people, `1min 30s`, `1.5ms`; negative ones with a minus sign. */
export function formatDuration(micros: Micros): string {
  if (micros === Infinity) return 'for ever';
  if (micros < 0) return `-${formatDuration(-micros)}`;
  // Below a minute one decimal number reads best; above, two units do.
  if (micros < MICROS_PER_UNIT.ms) return `${micros}us`;
  if (micros < MICROS_PER_UNIT.s) return `${micros / MICROS_PER_UNIT.ms}ms`;
  if (micros < MICROS_PER_UNIT.min) return `${micros / MICROS_PER_UNIT.s}s`;
  const parts: string[] = [];
  let rest = micros;
  for (const unit of UNITS_BY_LENGTH) {
    const size = MICROS_PER_UNIT[unit];
    if (unit === 's') {
      if (rest > 0) parts.push(`${rest / size}s`);
      break;
    }
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * size;
  }
  return parts.join(' ');
}

/** Writes a point of virtual time for people: `1d 02:03:04.005006`, days only when there are any. */
export function formatTime(at: Micros): string {
  const days = Math.floor(at / MICROS_PER_UNIT.d);
  const hours = Math.floor(at / MICROS_PER_UNIT.h) % 24;
  const minutes = Math.floor(at / MICROS_PER_UNIT.min) % 60;
  const seconds = Math.floor(at / MICROS_PER_UNIT.s) % 60;
  const clock = `${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(seconds)}.${`${at % MICROS_PER_UNIT.s}`.padStart(6, '0')}`;
  return days > 0 ? `${days}d ${clock}` : clock;
}

function twoDigits(value: number): string {
  return `${value}`.padStart(2, '0');
}
