/** Every event of a trace as rows of a table, a page at a time. */
import type { Story } from '../../layout/story.ts';
import { brokenRules, type TableRow, tableRow } from '../../layout/table-row.ts';
import type { Stories } from '../stories.ts';

/** More rows than any screen shows are not made at once. */
const ROWS_MAX = 500;

export class TableAnswers {
  readonly #stories: Stories;
  readonly #rules = new WeakMap<Story, ReadonlyMap<number, readonly string[]>>();

  constructor(stories: Stories) {
    this.#stories = stories;
  }

  /** How many rows there are. */
  size(trace: number): number {
    return this.#stories.story(trace).eventCount;
  }

  /** Rows from a place (0 is the first), at most 500 of them, and fewer at the end. */
  rows(trace: number, first: number, count: number): TableRow[] {
    const story = this.#stories.story(trace);
    const rules = this.#rulesOf(story);
    const rows: TableRow[] = [];
    const end = Math.min(story.eventCount, first + Math.min(count, ROWS_MAX));
    for (let place = Math.max(0, first); place < end; place++) {
      rows.push(tableRow(story.event(place + 1)!, story.event(place), story, rules));
    }
    return rows;
  }

  /** The row of an event. */
  place(trace: number, ordinal: number): number {
    return Math.min(Math.max(ordinal, 1), this.#stories.story(trace).eventCount) - 1;
  }

  #rulesOf(story: Story): ReadonlyMap<number, readonly string[]> {
    let rules = this.#rules.get(story);
    if (rules === undefined) {
      rules = brokenRules(story);
      this.#rules.set(story, rules);
    }
    return rules;
  }
}
