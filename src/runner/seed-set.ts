/** Which seeds of which scenarios there are in a set: a bit for each, so that a million of them take no more than 125 kB. */

/** Seeds of one page lie beside each other; a page is made when its first seed comes. */
const PAGE_SEEDS = 65_536;

interface Seed {
  /** Of the scenario, as it was named. */
  readonly file: string;
  /** A whole number, as the seeds of sweeps are. */
  readonly seed: string;
}

export class SeedSet {
  readonly #files = new Map<string, Map<number, Uint8Array>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has({ file, seed }: Seed): boolean {
    const number = Number(seed);
    const page = this.#files.get(file)?.get(Math.floor(number / PAGE_SEEDS));
    if (page === undefined) return false;
    const at = number % PAGE_SEEDS;
    return (page[at >> 3]! & (1 << (at & 7))) !== 0;
  }

  /** @returns whether it was not there before. */
  add({ file, seed }: Seed): boolean {
    const number = Number(seed);
    let pages = this.#files.get(file);
    if (pages === undefined) {
      pages = new Map();
      this.#files.set(file, pages);
    }
    const index = Math.floor(number / PAGE_SEEDS);
    let page = pages.get(index);
    if (page === undefined) {
      page = new Uint8Array(PAGE_SEEDS / 8);
      pages.set(index, page);
    }
    const at = number % PAGE_SEEDS;
    const bit = 1 << (at & 7);
    if ((page[at >> 3]! & bit) !== 0) return false;
    page[at >> 3]! |= bit;
    this.#size++;
    return true;
  }
}
