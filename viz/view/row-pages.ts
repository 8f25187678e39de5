/** Rows of the table that were asked for, by pages. Old ones are shown until newer ones have come. */
import type { FilteredRow } from '../worker/answers/table-answers.ts';

const PAGE_ROWS = 100;
/** Pages that are kept: some screens in both directions. */
const PAGES_MAX = 40;

interface Page {
  rows: readonly FilteredRow[];
  edition: number;
}

export class RowPages {
  readonly #ask: (first: number, count: number) => Promise<readonly FilteredRow[]>;
  readonly #onCome: () => void;
  readonly #pages = new Map<number, Page>();
  readonly #coming = new Map<number, Promise<void>>();
  #edition = 0;

  constructor(ask: (first: number, count: number) => Promise<readonly FilteredRow[]>, onCome: () => void) {
    this.#ask = ask;
    this.#onCome = onCome;
  }

  /** What is here may have changed, and is asked for again when it is wanted. */
  age(): void {
    this.#edition++;
    this.#coming.clear();
  }

  /** What is here is of something else. */
  clear(): void {
    this.age();
    this.#pages.clear();
  }

  row(place: number): FilteredRow | undefined {
    return this.#pages.get(Math.floor(place / PAGE_ROWS))?.rows[place % PAGE_ROWS];
  }

  /** Asks for what is missing between two places, both inclusive; resolves when it is all there. */
  async want(first: number, last: number): Promise<void> {
    const pages: Promise<void>[] = [];
    for (let page = Math.floor(first / PAGE_ROWS); page <= Math.floor(last / PAGE_ROWS); page++) {
      if (this.#pages.get(page)?.edition !== this.#edition) pages.push(this.#come(page));
    }
    await Promise.all(pages);
  }

  #come(page: number): Promise<void> {
    let coming = this.#coming.get(page);
    if (coming === undefined) {
      coming = this.#fetch(page, this.#edition);
      this.#coming.set(page, coming);
    }
    return coming;
  }

  async #fetch(page: number, edition: number): Promise<void> {
    const rows = await this.#ask(page * PAGE_ROWS, PAGE_ROWS);
    if (edition !== this.#edition) return;
    this.#coming.delete(page);
    // The newest stands last, so that the oldest is forgotten first.
    this.#pages.delete(page);
    this.#pages.set(page, { rows, edition });
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= PAGES_MAX) break;
      this.#pages.delete(oldest);
    }
    this.#onCome();
  }
}
