/** Cuts the seeds of a campaign into jobs: neighbours of one story, as many as take some seconds. */
import { type SeedRange, seedsOf } from '../runner/seeds.ts';
import { JOB_SEEDS_LIMIT, type SeedJob } from './campaign.ts';

/** Long enough for messages not to matter, short enough to be done again when a machine dies. */
const JOB_MILLIS = 2_500;
/** Nobody knows yet how long a seed takes. */
const FIRST_SEEDS = 20;
const GROWTH_LIMIT = 4;
const LATEST_WEIGHT = 0.3;

export class JobSize {
  #seeds = FIRST_SEEDS;
  #seedMillis: number | undefined;

  get seeds(): number {
    return this.#seeds;
  }

  /** So long a worker took for so many seeds. */
  learn(millis: number, seeds: number): void {
    const latest = Math.max(0.001, millis / seeds);
    this.#seedMillis =
      this.#seedMillis === undefined
        ? latest
        : LATEST_WEIGHT * latest + (1 - LATEST_WEIGHT) * this.#seedMillis;
    const fitting = Math.max(1, Math.floor(JOB_MILLIS / this.#seedMillis));
    this.#seeds = Math.min(fitting, Math.max(FIRST_SEEDS, seeds * GROWTH_LIMIT), JOB_SEEDS_LIMIT);
  }
}

/**
 * @param stories how many there are.
 * @param isTaken whether a seed is done, or somebody has it already.
 */
export function* jobsOf(
  stories: number,
  seeds: SeedRange,
  size: JobSize,
  isTaken: (story: number, seed: number) => boolean,
): Generator<SeedJob, undefined> {
  for (let story = 0; story < stories; story++) {
    let first = 0;
    let count = 0;
    for (const seed of seedsOf(seeds)) {
      if (!isTaken(story, seed)) {
        if (count === 0) first = seed;
        if (++count < size.seeds) continue;
      }
      if (count > 0) yield { story, first, count };
      count = 0;
    }
    if (count > 0) yield { story, first, count };
  }
}
