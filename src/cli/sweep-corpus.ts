/** The corpus of a sweep: a directory with a file of seeds for each of its stories. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../host/folder.ts';
import {
  CorpusError,
  formatCorpus,
  grown,
  type KeptSeed,
  keptWith,
  parseCorpus,
  termsOf,
} from '../runner/corpus.ts';
import type { Rarity } from '../runner/rarity.ts';
import type { SweepRunOptions, SweepTask } from '../runner/sweep-messages.ts';
import { usage } from './option-values.ts';
import { writeWhole } from './whole-file.ts';

export class SweepCorpus {
  readonly #directory: string;
  /** What stories are called in the names of their files. */
  readonly #names: ReadonlyMap<string, string>;
  readonly #terms: SweepRunOptions;
  readonly #kept: ReadonlyMap<string, readonly KeptSeed[]>;

  /** @throws CommandError for a file that is no corpus */
  constructor(directory: string, names: ReadonlyMap<string, string>, run: SweepRunOptions) {
    this.#directory = directory;
    this.#names = names;
    this.#terms = termsOf(run);
    this.#kept = new Map([...names.keys()].map((file) => [file, this.#read(this.#pathOf(file))]));
  }

  /** What is run first: all that was kept of runs like these. */
  get seeds(): SweepTask[] {
    return [...this.#kept].flatMap(([file, kept]) =>
      keptWith(kept, this.#terms).map(({ seed }) => ({ file, seed })),
    );
  }

  /**
   * Keeps what a sweep has found.
   *
   * @returns how many seeds were added, and how many there are.
   */
  grow(rarity: Rarity): { added: number; kept: number } {
    let added = 0;
    let all = 0;
    for (const [file, kept] of this.#kept) {
      const like = keptWith(kept, this.#terms);
      const found = rarity.rare(file, (why) => like.filter((each) => each.why.includes(why)).length);
      const now = grown(kept, found, this.#terms);
      added += now.length - kept.length;
      all += now.length;
      if (found.length === 0) continue;
      makeFolder(this.#directory);
      writeWhole(this.#pathOf(file), formatCorpus(now));
    }
    return { added, kept: all };
  }

  #pathOf(file: string): string {
    return join(this.#directory, `${this.#names.get(file)}.seeds.jsonl`);
  }

  #read(path: string): KeptSeed[] {
    if (!existsSync(path)) return [];
    try {
      return parseCorpus(readFileSync(path, 'utf8'), path);
    } catch (error) {
      throw error instanceof CorpusError ? usage(error.message) : error;
    }
  }
}
