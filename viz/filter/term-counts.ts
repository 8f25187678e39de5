/**
 * How many events each term keeps out, for a filter that nothing matches: "31 without qos>=1". A long trace is counted in
 * slices.
 */
import type { Story } from '../index/story.ts';
import { type Test, testOf } from './compile.ts';
import type { Filter, Place } from './filter.ts';
import { printFilter } from './print.ts';
import { Subject } from './subject.ts';

export interface TermCount extends Place {
  text: string;
  /** Events that match the filter when this term is left out. */
  without: number;
}

export class TermCounts {
  /** Events that match the whole filter. */
  matched = 0;
  readonly #subject: Subject;
  readonly #terms: readonly { filter: Filter; test: Test }[];
  /** By the term: events that it alone keeps out. */
  readonly #keptOut: Float64Array;

  constructor(filter: Filter, story: Story) {
    this.#subject = new Subject(story);
    const parts = filter.kind === 'and' ? filter.parts : [filter];
    this.#terms = parts
      .map((part) => ({ filter: part, test: testOf(part, story) }))
      .sort((one, other) => one.test.cost - other.test.cost);
    this.#keptOut = new Float64Array(parts.length);
  }

  /** Counts the events of ordinals from `first` to `last`; call it once for each. */
  count(first: number, last: number): void {
    for (let ordinal = first; ordinal <= last; ordinal++) {
      if (!this.#subject.turnTo(ordinal)) continue;
      let against = -1;
      for (let each = 0; each < this.#terms.length; each++) {
        if (this.#terms[each]!.test.holds(this.#subject)) continue;
        // Two terms against it: leaving one out would not help.
        if (against >= 0) {
          against = -2;
          break;
        }
        against = each;
      }
      if (against === -1) this.matched++;
      else if (against >= 0) this.#keptOut[against]!++;
    }
  }

  /** In the order of the text. */
  get terms(): TermCount[] {
    return this.#terms
      .map(({ filter }, each) => ({
        text: printFilter(filter),
        ...filter.place,
        without: this.matched + this.#keptOut[each]!,
      }))
      .sort((one, other) => one.start - other.start);
  }
}

/** All at once, for a trace that is short or a command that may take its time. */
export function explain(filter: Filter, story: Story): { matched: number; terms: TermCount[] } {
  const counts = new TermCounts(filter, story);
  counts.count(1, story.eventCount);
  return { matched: counts.matched, terms: counts.terms };
}
