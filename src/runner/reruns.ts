/**
 * Which of the runs that failed are run again, alone and with everything recorded, and saved: the first of each group, then the second, as
 * far as the limit goes; the first by number, whichever thread or machine was done with its seed first.
 */
import type { SeedOutcome, SeedRecord } from './seed-record.ts';

/** One bug fails thousands of times. */
const RERUNS_LIMIT = 20;

/** A thread that had to be ended would have to be again. */
function canBeRerun(outcome: SeedOutcome): boolean {
  return outcome !== 'stuck' && outcome !== 'died' && outcome !== 'bug';
}

export class Reruns {
  readonly #files: readonly string[];
  /** The first records of each group, in order; of groups, those that begin first. What else there was can never be chosen. */
  readonly #groups = new Map<string, SeedRecord[]>();
  #failures = 0;

  /** @param files in the order in which they were named. */
  constructor(files: readonly string[]) {
    this.#files = files;
  }

  /** How many failures could be run again. */
  get failures(): number {
    return this.#failures;
  }

  /** Takes note of a record, if it is of a failure. */
  add(record: SeedRecord): void {
    if (record.outcome === 'passed' || !canBeRerun(record.outcome)) return;
    this.#failures++;
    const key = `${record.file}\n${record.broke}`;
    const group = this.#groups.get(key);
    if (group === undefined) {
      this.#groups.set(key, [record]);
      if (this.#groups.size > RERUNS_LIMIT) this.#groups.delete(this.#lastGroup());
      return;
    }
    const before = group.findLastIndex((other) => this.#inOrder(other, record) < 0);
    group.splice(before + 1, 0, record);
    if (group.length > RERUNS_LIMIT) group.pop();
  }

  chosen(): SeedRecord[] {
    const groups = [...this.#groups.values()].sort(([a], [b]) => this.#inOrder(a!, b!));
    const chosen: SeedRecord[] = [];
    for (let round = 0; round < RERUNS_LIMIT; round++) {
      for (const group of groups) {
        const record = group[round];
        if (record !== undefined && chosen.length < RERUNS_LIMIT) chosen.push(record);
      }
    }
    return chosen;
  }

  #lastGroup(): string {
    const [[key]] = [...this.#groups].sort(([, [a]], [, [b]]) => this.#inOrder(b!, a!)) as [
      [string, SeedRecord[]],
    ];
    return key;
  }

  #inOrder(a: SeedRecord, b: SeedRecord): number {
    return this.#files.indexOf(a.file) - this.#files.indexOf(b.file) || Number(a.seed) - Number(b.seed);
  }
}
