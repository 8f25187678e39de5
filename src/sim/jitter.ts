/**
 * How long a segment takes beyond the fixed part of the way: distributions as plain data, drawn by inverting their cumulative
 * function at the luck of the segment.
 *
 * Only + - * / and the square root are used, so that every engine draws the same delay.
 */
import type { Micros } from '../mqtt/machine.ts';
import { exponential, naturalLog } from './elementary.ts';

export type Jitter =
  | { kind: 'none' }
  /** Anything from 0 to `width`, all alike. */
  | { kind: 'uniform'; widthMicros: Micros }
  /** From 0 to `width`, most often near `mode`. */
  | { kind: 'triangular'; modeMicros: Micros; widthMicros: Micros }
  /** Memoryless: waiting behind traffic that comes at random. */
  | { kind: 'exponential'; meanMicros: Micros }
  /**
   * Heavy-tailed (Lomax: a Pareto that begins at 0): half stay below `scale` * (2^(1/shape) - 1), few take very long; none longer than
   * `limit`. A smaller shape has a heavier tail; the mean is scale / (shape - 1) for shapes above 1.
   */
  | { kind: 'pareto'; scaleMicros: Micros; shape: number; limitMicros: Micros }
  /** Quantiles at equal distances from 0 to 1, as measured; straight lines between. */
  | { kind: 'table'; quantilesMicros: readonly Micros[] };

/** A link was described by numbers that make no sense; the message says which. */
export class LinkOptionError extends Error {
  override readonly name = 'LinkOptionError';
}

/** @throws LinkOptionError for negative or infinite values, and for tables that are not sorted. */
export function checkJitter(jitter: Jitter, what = 'jitter'): void {
  switch (jitter.kind) {
    case 'none':
      return;
    case 'uniform':
      checkMicros(jitter.widthMicros, `${what} width`);
      return;
    case 'triangular':
      checkMicros(jitter.modeMicros, `${what} mode`);
      checkMicros(jitter.widthMicros, `${what} width`);
      if (jitter.modeMicros > jitter.widthMicros)
        throw new LinkOptionError(
          `${what}: the mode ${jitter.modeMicros} us lies beyond the width ${jitter.widthMicros} us`,
        );
      return;
    case 'exponential':
      checkMicros(jitter.meanMicros, `${what} mean`);
      return;
    case 'pareto':
      checkMicros(jitter.scaleMicros, `${what} scale`);
      checkMicros(jitter.limitMicros, `${what} limit`);
      if (!(jitter.shape > 0 && jitter.shape < Infinity))
        throw new LinkOptionError(`${what}: the shape must be a positive number, not ${jitter.shape}`);
      return;
    case 'table': {
      const quantiles = jitter.quantilesMicros;
      if (quantiles.length < 2) throw new LinkOptionError(`${what}: a table needs at least two quantiles`);
      for (let i = 0; i < quantiles.length; i++) {
        checkMicros(quantiles[i]!, `${what} quantile ${i}`);
        if (i > 0 && quantiles[i]! < quantiles[i - 1]!)
          throw new LinkOptionError(`${what}: quantile ${i} is below the one before`);
      }
      return;
    }
  }
}

/** @throws LinkOptionError unless it is a finite length of time. */
export function checkMicros(value: number, what: string): void {
  if (!(value >= 0 && value < Infinity))
    throw new LinkOptionError(`${what} must be a length of time, not ${value}`);
}

/** The delay at `luck` in [0, 1), in microseconds and fractions of them; grows with the luck. */
export function drawJitter(jitter: Jitter, luck: number): Micros {
  switch (jitter.kind) {
    case 'none':
      return 0;
    case 'uniform':
      return luck * jitter.widthMicros;
    case 'triangular': {
      const { modeMicros: mode, widthMicros: width } = jitter;
      if (luck * width < mode) return Math.sqrt(luck * width * mode);
      return width - Math.sqrt((1 - luck) * width * (width - mode));
    }
    case 'exponential':
      return drawExponential(jitter.meanMicros, luck);
    case 'pareto': {
      const factor = exponential(-naturalLog(1 - luck) / jitter.shape) - 1;
      return Math.min(jitter.limitMicros, jitter.scaleMicros * factor);
    }
    case 'table': {
      const quantiles = jitter.quantilesMicros;
      const place = luck * (quantiles.length - 1);
      const index = Math.min(quantiles.length - 2, Math.floor(place));
      const low = quantiles[index]!;
      return low + (place - index) * (quantiles[index + 1]! - low);
    }
  }
}

/** An exponential length of time; at most 22 means, since luck has 32 bits. */
export function drawExponential(meanMicros: Micros, luck: number): Micros {
  return -meanMicros * naturalLog(1 - luck);
}
