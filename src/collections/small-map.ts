/** A map in the order in which its keys came: as long as it has one at most, which most have, it costs a few words. */
export class SmallMap<K, V> {
  #key: K | undefined;
  #value: V | undefined;
  /** Of more than one. */
  #all: Map<K, V> | undefined;

  get(key: K): V | undefined {
    if (this.#all !== undefined) return this.#all.get(key);
    return key === this.#key ? this.#value : undefined;
  }

  set(key: K, value: V): void {
    if (this.#all !== undefined) this.#all.set(key, value);
    else if (this.#value === undefined || key === this.#key) {
      this.#key = key;
      this.#value = value;
    } else {
      this.#all = new Map([
        [this.#key!, this.#value],
        [key, value],
      ]);
      this.#key = undefined;
      this.#value = undefined;
    }
  }

  delete(key: K): void {
    if (this.#all !== undefined) {
      this.#all.delete(key);
      if (this.#all.size === 0) this.#all = undefined;
    } else if (key === this.#key) this.clear();
  }

  clear(): void {
    this.#key = undefined;
    this.#value = undefined;
    this.#all = undefined;
  }

  *values(): Iterable<V> {
    if (this.#all !== undefined) yield* this.#all.values();
    else if (this.#value !== undefined) yield this.#value;
  }
}
