/**
 * Which seeds of a sweep came where few do: they broke something, or they reached a rule, met a fault or saw something that hardly any
 * other seed did. Most rules are reached by every seed of a story, once; so how often counts as well, by doublings, and under a fault, where machines
 * are in states that they seldom are in. What is said does not depend on the order in which seeds come.
 */
import type { SeedRecord } from './seed-record.ts';

/** Rare is what one seed in so many does. */
const RARE_SEEDS = 100;
/** Of each rare thing, the first so many seeds. */
const SEEDS_EACH = 2;
/** Of one story; what scripts say may be without end. */
const TEXTS_LIMIT = 1_000;

/** A seed, and what it does that is rare. */
export interface RareSeed {
  readonly seed: string;
  /** `breaks will.due`, `reaches will.delay under a fault`: in alphabetical order. */
  readonly why: readonly string[];
}

interface Deed {
  count: number;
  /** The first by number. */
  readonly seeds: number[];
}

export class Rarity {
  /** By file, what seeds did. */
  readonly #stories = new Map<
    string,
    { seeds: number; deeds: Map<string, Deed>; texts: Map<string, Deed> }
  >();

  add(record: SeedRecord): void {
    let story = this.#stories.get(record.file);
    if (story === undefined) {
      story = { seeds: 0, deeds: new Map(), texts: new Map() };
      this.#stories.set(record.file, story);
    }
    story.seeds++;
    for (const what of deedsOf(record)) note(story.deeds, what, Number(record.seed));
    for (const what of textsOf(record)) {
      if (story.texts.has(what) || story.texts.size < TEXTS_LIMIT)
        note(story.texts, what, Number(record.seed));
    }
  }

  /**
   * The rare seeds of a story, in order.
   *
   * @param known how many seeds are kept already for doing this.
   */
  rare(file: string, known: (why: string) => number): RareSeed[] {
    const { seeds, deeds, texts } = this.#stories.get(file) ?? { seeds: 0, deeds: [], texts: [] };
    const found = new Map<number, string[]>();
    for (const [why, deed] of [...deeds, ...texts]) {
      if (deed.count * RARE_SEEDS > seeds && !why.startsWith(BREAKS)) continue;
      for (const seed of deed.seeds.slice(0, Math.max(0, SEEDS_EACH - known(why)))) {
        const reasons = found.get(seed);
        if (reasons === undefined) found.set(seed, [why]);
        else reasons.push(why);
      }
    }
    return [...found].sort(([a], [b]) => a - b).map(([seed, why]) => ({ seed: `${seed}`, why: why.sort() }));
  }
}

/** A failure is kept however frequent it is. */
const BREAKS = 'breaks ';

function* deedsOf({ rules, faults }: SeedRecord): Generator<string> {
  for (const [rule, [reached, underFault]] of Object.entries(rules)) {
    if (reached > 0) yield `reaches ${rule}`;
    if (underFault > 0) yield `reaches ${rule} under a fault`;
    for (let times = 2; times <= underFault; times *= 2) yield `reaches ${rule} ${times} times under a fault`;
  }
  for (const family of Object.keys(faults)) yield `is struck by ${family}`;
}

/** In the words of a script. */
function* textsOf({ outcome, broke, sometimes }: SeedRecord): Generator<string> {
  if (outcome !== 'passed') yield `${BREAKS}${broke ?? outcome}`;
  for (const [text, seen] of Object.entries(sometimes ?? {})) if (seen) yield `sees that ${text}`;
}

function note(deeds: Map<string, Deed>, what: string, seed: number): void {
  let deed = deeds.get(what);
  if (deed === undefined) {
    deed = { count: 0, seeds: [] };
    deeds.set(what, deed);
  }
  deed.count++;
  const before = deed.seeds.findLastIndex((other) => other < seed);
  if (before + 1 < SEEDS_EACH) deed.seeds.splice(before + 1, 0, seed);
  if (deed.seeds.length > SEEDS_EACH) deed.seeds.pop();
}
