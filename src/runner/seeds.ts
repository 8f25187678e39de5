/** Which seeds a sweep runs, as they are written on a command line, and which of them belong to one of several machines. */

/** Seeds that are whole numbers, `first` to `last`. */
export interface SeedRange {
  readonly first: number;
  readonly last: number;
}

/** The `index`-th of `count` machines, from 1: it runs every `count`-th seed. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** What was written cannot be seeds or a shard; the message says how to write them. */
export class SeedRangeError extends Error {
  override readonly name = 'SeedRangeError';
}

/** As many seeds as a sweep may have: far more than anybody waits for, and few enough to count. */
const SEEDS_LIMIT = 1_000_000_000;

/**
 * `1000`: seeds 1 to 1000. `17..40`: those, both included.
 *
 * @throws SeedRangeError
 */
export function parseSeeds(text: string): SeedRange {
  const match = /^(?:(\d+)\.\.)?(\d+)$/.exec(text);
  if (match === null) {
    throw new SeedRangeError(
      `'${text}' are no seeds; write how many, as 1000, or from where to where, as 17..40`,
    );
  }
  const first = match[1] === undefined ? 1 : Number(match[1]);
  const last = Number(match[2]);
  if (last < first) {
    const why = match[1] === undefined ? 'at least one is needed' : 'the last comes before the first';
    throw new SeedRangeError(`'${text}' are no seeds: ${why}`);
  }
  if (!Number.isSafeInteger(last) || last - first >= SEEDS_LIMIT) {
    throw new SeedRangeError(`'${text}' are too many seeds; at most ${SEEDS_LIMIT} at a time`);
  }
  return { first, last };
}

/**
 * `2/8`: the second of eight machines.
 *
 * @throws SeedRangeError
 */
export function parseShard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  if (match === null || index < 1 || index > count) {
    throw new SeedRangeError(`'${text}' is no shard; write which one of how many, as 1/4`);
  }
  return { index, count };
}

/** The seeds of a range that belong to a shard, in order. Neighbours go to different machines, for they cost alike. */
export function* seedsOf(
  { first, last }: SeedRange,
  shard: Shard = { index: 1, count: 1 },
): Generator<number> {
  for (let seed = first + shard.index - 1; seed <= last; seed += shard.count) yield seed;
}

/** Whether a seed is one of those. */
export function isSeedOf(
  seed: number,
  { first, last }: SeedRange,
  { index, count }: Shard = { index: 1, count: 1 },
): boolean {
  return seed >= first && seed <= last && (seed - first - (index - 1)) % count === 0;
}

/** How many those are. */
export function seedCount(
  { first, last }: SeedRange,
  { index, count }: Shard = { index: 1, count: 1 },
): number {
  return Math.max(0, Math.floor((last - first - (index - 1)) / count) + 1);
}
