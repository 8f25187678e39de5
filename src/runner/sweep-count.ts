/** What a sweep has come to so far: each seed counts once, however often somebody has run it. */
import type { SeedRecord } from './seed-record.ts';
import { SeedSet } from './seed-set.ts';
import type { SweepTask } from './sweep-messages.ts';
import { SweepTally } from './sweep-tally.ts';

export class SweepCount {
  readonly tally = new SweepTally();
  readonly #counted = new SeedSet();

  /** @returns false for a seed that was counted before, which changes nothing. */
  add(record: SeedRecord): boolean {
    if (!this.#counted.add(record)) return false;
    this.tally.add(record);
    return true;
  }

  has(task: SweepTask): boolean {
    return this.#counted.has(task);
  }
}
