/**
 * What chance can do to a world: one row for each way to attack a node or a link, as data for a fault.
 *
 * A row draws what one strike is like. How often it strikes, the profile says; when, the nemesis.
 */
import type { Micros } from '../mqtt/machine.ts';
import { naturalLog } from './elementary.ts';
import type { FaultDetail, FaultFamily } from './fault.ts';
import type { Draw } from './rng.ts';
import {
  anyPacket,
  connack,
  connect,
  cut,
  delay,
  drop,
  type PacketMatcher,
  puback,
  pubcomp,
  publish,
  pubrec,
  pubrel,
  type RuleVerdict,
  resetAfter,
  resetBefore,
  suback,
  subscribe,
} from './rule.ts';
import { formatDuration } from './time.ts';

/** Whom an attack is for: links, nodes that run a machine, or brokers alone. */
export type Quarry = 'link' | 'node' | 'broker';

/** One strike: without a duration it is over in an instant. */
export interface Strike {
  readonly detail: FaultDetail;
  readonly duration?: Micros;
}

export interface Attack {
  readonly quarry: Quarry;
  /** @param ways the directions of the link, `a>b` and `b>a`; empty for nodes. */
  draw(luck: Draw, ways: readonly string[]): Strike;
}

/** Families that strike at a time; a rule waits for a packet, see {@link drawRule}. */
export type TimedFamily = Exclude<FaultFamily, 'rule'>;

const MILLISECOND: Micros = 1_000;
const SECOND: Micros = 1_000_000;
const MINUTE: Micros = 60 * SECOND;
/** A draw from an exponential distribution has no end of its own. */
const LONGEST_IN_MEANS = 6;

/** From an exponential distribution, cut off at six times its mean; a whole number of microseconds, 1 at least. */
export function drawSpan(luck: Draw, mean: Micros): Micros {
  const draw = Math.min(-naturalLog(1 - luck()), LONGEST_IN_MEANS);
  return Math.max(1, Math.round(draw * mean));
}

function between(luck: Draw, least: number, most: number): number {
  return least + Math.floor(luck() * (most - least + 1));
}

function pick<T>(luck: Draw, list: readonly T[]): T {
  return list[Math.floor(luck() * list.length)]!;
}

/** Six in ten work both ways: the other four each way alone, which is what TCP copes with worst. */
function direction(luck: Draw, ways: readonly string[]): string {
  return luck() < 0.6 ? 'both' : pick(luck, ways);
}

export const attacks: Readonly<Record<TimedFamily, Attack>> = {
  partition: {
    quarry: 'link',
    draw: (luck, ways) => ({
      detail: { direction: direction(luck, ways) },
      duration: drawSpan(luck, 6 * SECOND),
    }),
  },
  hold: {
    quarry: 'link',
    draw: (luck, ways) => ({
      detail: { direction: direction(luck, ways) },
      duration: drawSpan(luck, 3 * SECOND),
    }),
  },
  latency: {
    quarry: 'link',
    draw: (luck, ways) => ({
      detail: { by: between(luck, 20, 3_000) * MILLISECOND, direction: direction(luck, ways) },
      duration: drawSpan(luck, 8 * SECOND),
    }),
  },
  loss: {
    quarry: 'link',
    draw: (luck, ways) => ({
      detail: { probability: between(luck, 2, 60) / 100, direction: direction(luck, ways) },
      duration: drawSpan(luck, 8 * SECOND),
    }),
  },
  bandwidth: {
    quarry: 'link',
    draw: (luck, ways) => ({
      detail: { rate: between(luck, 2, 64) * 1_000, direction: direction(luck, ways) },
      duration: drawSpan(luck, 8 * SECOND),
    }),
  },
  reset: { quarry: 'link', draw: () => ({ detail: {} }) },
  'black-hole': { quarry: 'link', draw: () => ({ detail: {} }) },
  'nat-expiry': {
    quarry: 'link',
    draw: (luck) => ({
      detail: { idle: between(luck, 0, 5) * SECOND, answer: pick(luck, ['silence', 'reset']) },
    }),
  },
  crash: { quarry: 'node', draw: (luck) => ({ detail: {}, duration: drawSpan(luck, 2 * SECOND) }) },
  'power-cut': {
    quarry: 'node',
    draw: (luck) => ({ detail: { torn: luck() < 0.5 }, duration: drawSpan(luck, 3 * SECOND) }),
  },
  pause: { quarry: 'node', draw: (luck) => ({ detail: {}, duration: drawSpan(luck, 5 * SECOND) }) },
  'slow-consumer': {
    quarry: 'node',
    draw: (luck) => ({
      detail: { bytesPerSecond: between(luck, 1, 40) * 10 },
      duration: drawSpan(luck, 8 * SECOND),
    }),
  },
  'clock-skew': {
    quarry: 'node',
    draw: (luck) => ({
      detail: { by: (luck() < 0.5 ? -1 : 1) * between(luck, 1, 7_200) * SECOND },
      duration: drawSpan(luck, MINUTE),
    }),
  },
  'clock-drift': {
    quarry: 'node',
    draw: (luck) => ({
      detail: { rate: between(luck, -50, 50) / 1_000 },
      duration: drawSpan(luck, MINUTE),
    }),
  },
  'disk-slow': {
    quarry: 'broker',
    draw: (luck) => ({
      detail: { by: between(luck, 1, 2_000) * MILLISECOND },
      duration: drawSpan(luck, 5 * SECOND),
    }),
  },
  'disk-full': { quarry: 'broker', draw: (luck) => ({ detail: {}, duration: drawSpan(luck, 3 * SECOND) }) },
};

/** A rule as the nemesis lays it in wait: it strikes the next packet of its kind. */
export function drawRule(luck: Draw): { matcher: PacketMatcher; verdict: RuleVerdict } {
  const matcher = pick(luck, [
    ...[connect, connack, publish, publish, publish, puback, pubrec, pubrel, pubcomp, subscribe, suback],
    anyPacket,
  ]);
  const verdict = pick<(luck: Draw) => RuleVerdict>(luck, [
    () => drop,
    () => resetBefore,
    () => resetAfter,
    () => delay(`${between(luck, 10, 5_000)}ms`),
    () => cut(`${between(luck, 10, 8_000)}ms`),
  ]);
  return { matcher: matcher({ nth: between(luck, 1, 3) }), verdict: verdict(luck) };
}

/** For people: `partition every 20s`. */
export function describeGap(family: FaultFamily, gapMicros: Micros): string {
  return `${family} every ${formatDuration(gapMicros)}`;
}
