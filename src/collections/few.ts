/** With more entries than this a search costs more than a hash. */
const FEW = 16;

/**
 * A map that mostly has few entries, such as what is under way, in the order in which they came. They lie side by side as long as they are
 * few: a `Map` that comes to its last entry again and again would make a new table each time.
 */
export class Few<K, V> {
  #ks: K[] = [];
  #vs: V[] = [];
  #many: Map<K, V> | undefined;

  get size(): number {
    return this.#many?.size ?? this.#ks.length;
  }

  has(key: K): boolean {
    return this.#many?.has(key) ?? this.#ks.includes(key);
  }

  get(key: K): V | undefined {
    if (this.#many !== undefined) return this.#many.get(key);
    const at = this.#ks.indexOf(key);
    return at < 0 ? undefined : this.#vs[at];
  }

  set(key: K, value: V): void {
    const at = this.#many === undefined ? this.#ks.indexOf(key) : -1;
    if (at >= 0) {
      this.#vs[at] = value;
      return;
    }
    if (this.#ks.length >= FEW) {
      this.#many = this.all();
      this.#ks = [];
      this.#vs = [];
    }
    if (this.#many !== undefined) {
      this.#many.set(key, value);
      return;
    }
    this.#ks.push(key);
    this.#vs.push(value);
  }

  /** False when it was not there. */
  delete(key: K): boolean {
    if (this.#many !== undefined) {
      const had = this.#many.delete(key);
      if (this.#many.size === 0) this.#many = undefined;
      return had;
    }
    const ks = this.#ks;
    const vs = this.#vs;
    const last = ks.length - 1;
    let at = ks.indexOf(key);
    if (at < 0) return false;
    for (; at < last; at++) {
      ks[at] = ks[at + 1]!;
      vs[at] = vs[at + 1]!;
    }
    ks.pop();
    vs.pop();
    return true;
  }

  clear(): void {
    this.#ks = [];
    this.#vs = [];
    this.#many = undefined;
  }

  /** All of them as they are now. */
  all(): Map<K, V> {
    return new Map(this.#many ?? this.#ks.map((key, at) => [key, this.#vs[at]!]));
  }
}
