/**
 * Filters over the traces that are open. A filter is applied once, in slices, and kept for a while: then whoever answers asks it of
 * any event for nothing.
 */
import { compile } from '../filter/compile.ts';
import type { Filter, FilterError } from '../filter/filter.ts';
import { parseFilter } from '../filter/parse.ts';
import { type TermCount, TermCounts } from '../filter/term-counts.ts';
import type { Story } from '../index/story.ts';
import { turn } from '../source/turn.ts';
import { Matches } from './matches.ts';
import type { Traces } from './traces.ts';

/** Events between two looks at the clock. */
const STEP_EVENTS = 2_000;
const SLICE_MILLIS = 20;
/** Filters that are kept, over all traces. */
const KEPT_MAX = 8;

export type Applied =
  | {
      is: 'applied';
      matched: number;
      of: number /** Only when nothing matches: what each term keeps out. */;
      terms: readonly TermCount[];
    }
  | { is: 'wrong'; error: FilterError }
  /** Another filter was asked for meanwhile, or the trace was closed. */
  | { is: 'overtaken' };

interface Kept {
  trace: number;
  text: string;
  /** Of a trace that has grown since there is another one. */
  edition: number;
  matches: Matches;
}

export class Filters {
  readonly #traces: Traces;
  #kept: readonly Kept[] = [];
  /** By the trace: grows with each filter that is asked for. */
  readonly #latest = new Map<number, number>();
  /** By the trace: what is being applied. */
  readonly #running = new Map<number, { text: string; edition: number; applied: Promise<Applied> }>();

  constructor(traces: Traces) {
    this.#traces = traces;
  }

  /** Applies a filter. After that, {@link Filters.matches} has it. Who asks for the same meanwhile waits for the same. */
  apply(trace: number, text: string): Promise<Applied> {
    const { edition } = this.#traces.story(trace);
    const running = this.#running.get(trace);
    if (running?.text === text && running.edition === edition) return running.applied;
    const applied = this.#apply(trace, text);
    this.#running.set(trace, { text, edition, applied });
    const done = (): void => {
      if (this.#running.get(trace)?.applied === applied) this.#running.delete(trace);
    };
    applied.then(done, done);
    return applied;
  }

  async #apply(trace: number, text: string): Promise<Applied> {
    const turnOf = (this.#latest.get(trace) ?? 0) + 1;
    this.#latest.set(trace, turnOf);
    const { filter, error } = parseFilter(text);
    if (error !== undefined) return { is: 'wrong', error };
    const story = this.#traces.story(trace);
    const events = story.eventCount;
    const { edition } = story;
    const overtaken = (): boolean => this.#latest.get(trace) !== turnOf || !this.#traces.holds(trace);
    let matches = this.matches(trace, text);
    if (matches === undefined) {
      matches = await match(filter, story, events, overtaken);
      if (matches === undefined) return { is: 'overtaken' };
      this.#kept = [{ trace, text, edition, matches }, ...this.#kept].slice(0, KEPT_MAX);
    }
    const terms = matches.count > 0 ? [] : await termsOf(filter, story, events, overtaken);
    return terms === undefined
      ? { is: 'overtaken' }
      : { is: 'applied', matched: matches.count, of: events, terms };
  }

  /** What a filter that was applied matches; undefined for one that was not, or when the trace has grown since. */
  matches(trace: number, text: string): Matches | undefined {
    const { edition } = this.#traces.story(trace);
    return this.#kept.find((kept) => kept.trace === trace && kept.text === text && kept.edition === edition)
      ?.matches;
  }
}

async function match(
  filter: Filter,
  story: Story,
  events: number,
  overtaken: () => boolean,
): Promise<Matches | undefined> {
  const holds = compile(filter, story);
  const found = new Uint32Array(events);
  let count = 0;
  const done = await inSlices(events, overtaken, (first, last) => {
    for (let ordinal = first; ordinal <= last; ordinal++) if (holds(ordinal)) found[count++] = ordinal;
  });
  return done ? new Matches(found.slice(0, count), events) : undefined;
}

async function termsOf(
  filter: Filter,
  story: Story,
  events: number,
  overtaken: () => boolean,
): Promise<TermCount[] | undefined> {
  const counts = new TermCounts(filter, story);
  const done = await inSlices(events, overtaken, (first, last) => counts.count(first, last));
  return done ? counts.terms : undefined;
}

/** Goes through all ordinals and lets questions be answered in between. False when it was overtaken. */
async function inSlices(
  eventCount: number,
  overtaken: () => boolean,
  work: (first: number, last: number) => void,
): Promise<boolean> {
  let sliceEnd = performance.now() + SLICE_MILLIS;
  for (let first = 1; first <= eventCount; first += STEP_EVENTS) {
    work(first, Math.min(eventCount, first + STEP_EVENTS - 1));
    if (performance.now() < sliceEnd) continue;
    await turn();
    if (overtaken()) return false;
    sliceEnd = performance.now() + SLICE_MILLIS;
  }
  return true;
}
