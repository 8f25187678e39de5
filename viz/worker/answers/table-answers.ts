/** The events of a trace as rows of a table, a page at a time: all of them, or those that a filter matches. */
import type { Story } from '../../index/story.ts';
import { brokenRules, type TableRow, tableRow } from '../../layout/table-row.ts';
import type { Sieve, Stories } from '../stories.ts';

/** More rows than any screen shows are not made at once. */
const ROWS_MAX = 500;

/** What the table is to show; an empty filter matches everything. */
export interface TableQuery {
  filter: string;
  /** Leaves out what does not match, instead of telling it apart. */
  hide: boolean;
}

export interface TableSize {
  rows: number;
  matches: number;
  events: number;
}

export interface FilteredRow extends TableRow {
  matches: boolean;
}

export class TableAnswers {
  readonly #stories: Stories;
  readonly #sieve: Sieve;
  readonly #rules = new WeakMap<Story, { verdicts: number; rules: ReadonlyMap<number, readonly string[]> }>();

  constructor(stories: Stories, sieve: Sieve) {
    this.#stories = stories;
    this.#sieve = sieve;
  }

  /** Applies the filter first; a text that is no filter matches everything. */
  async size(trace: number, { filter, hide }: TableQuery): Promise<TableSize> {
    if (filter !== '') await this.#sieve.apply(trace, filter);
    const events = this.#stories.story(trace).eventCount;
    const matches = (filter === '' ? undefined : this.#sieve.matches(trace, filter))?.count ?? events;
    return { rows: hide ? matches : events, matches, events };
  }

  /** Rows from a place (0 is the first), at most 500 of them, and fewer at the end. */
  rows(trace: number, query: TableQuery, first: number, count: number): FilteredRow[] {
    const story = this.#stories.story(trace);
    const matches = query.filter === '' ? undefined : this.#sieve.matches(trace, query.filter);
    const hidden = query.hide ? matches : undefined;
    const ordinalAt = (place: number): number => hidden?.at(place) ?? place + 1;
    const rules = this.#rulesOf(story);
    const rows: FilteredRow[] = [];
    const end = Math.min(hidden?.count ?? story.eventCount, first + Math.min(count, ROWS_MAX));
    for (let place = Math.max(0, first); place < end; place++) {
      const event = story.event(ordinalAt(place))!;
      const before = place === 0 ? undefined : story.event(ordinalAt(place - 1));
      rows.push({ ...tableRow(event, before, story, rules), matches: matches?.has(event.i) ?? true });
    }
    return rows;
  }

  /** The row of an event, or that of the next one when it has none. */
  place(trace: number, { filter, hide }: TableQuery, ordinal: number): number {
    const hidden = hide && filter !== '' ? this.#sieve.matches(trace, filter) : undefined;
    const count = hidden?.count ?? this.#stories.story(trace).eventCount;
    const place = hidden === undefined ? Math.max(ordinal, 1) - 1 : hidden.before(ordinal);
    return Math.min(place, count - 1);
  }

  #rulesOf(story: Story): ReadonlyMap<number, readonly string[]> {
    const verdicts = story.verdicts.length;
    let kept = this.#rules.get(story);
    // More may have been read since.
    if (kept?.verdicts !== verdicts) {
      kept = { verdicts, rules: brokenRules(story) };
      this.#rules.set(story, kept);
    }
    return kept.rules;
  }
}
