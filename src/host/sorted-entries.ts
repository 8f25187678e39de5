/** Keys and values in the order of keys. */
export type Entry = readonly [key: string, value: Uint8Array];

export class SortedEntries {
  readonly #values: Map<string, Uint8Array>;
  /** All that are there, in order. */
  readonly #keys: string[];

  /** @param entries in the order of keys. */
  constructor(entries: readonly Entry[] = []) {
    this.#values = new Map(entries);
    this.#keys = entries.map(([key]) => key);
  }

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key);
  }

  /** Without a value the key is deleted. */
  set(key: string, value: Uint8Array | null): void {
    const isThere = this.#values.has(key);
    if (value === null) {
      if (!isThere) return;
      this.#values.delete(key);
      this.#keys.splice(this.#placeOf(key), 1);
      return;
    }
    this.#values.set(key, value);
    if (!isThere) this.#keys.splice(this.#placeOf(key), 0, key);
  }

  /**
   * Those from `least` on, up to `beyond` and without it.
   * @param limit how many of them; all when it is negative.
   */
  range(least: string, beyond: string | undefined, reverse: boolean, limit: number): Entry[] {
    const from = this.#placeOf(least);
    const to = beyond === undefined ? this.#keys.length : Math.max(from, this.#placeOf(beyond));
    const count = limit < 0 ? to - from : Math.min(limit, to - from);
    const keys = reverse ? this.#keys.slice(to - count, to).reverse() : this.#keys.slice(from, from + count);
    return keys.map((key) => [key, this.#values.get(key)!]);
  }

  /** Of the first key that is not less. */
  #placeOf(key: string): number {
    let from = 0;
    let to = this.#keys.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#keys[middle]! < key) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
