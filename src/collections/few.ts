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
    return this.#many?.has(key) ?? placeIn(this.#ks, key) >= 0;
  }

  get(key: K): V | undefined {
    if (this.#many !== undefined) return this.#many.get(key);
    const at = placeIn(this.#ks, key);
    return at < 0 ? undefined : this.#vs[at];
  }

  set(key: K, value: V): void {
    const at = this.#many === undefined ? placeIn(this.#ks, key) : -1;
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
    const at = placeIn(this.#ks, key);
    if (at < 0) return false;
    removeAt(this.#ks, at);
    removeAt(this.#vs, at);
    return true;
  }

  /** Takes an entry out, and gives it back. */
  take(key: K): V | undefined {
    if (this.#many !== undefined) {
      const value = this.#many.get(key);
      this.delete(key);
      return value;
    }
    const at = placeIn(this.#ks, key);
    if (at < 0) return undefined;
    const value = this.#vs[at];
    removeAt(this.#ks, at);
    removeAt(this.#vs, at);
    return value;
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

/** Where a key is, or -1. Maps of few entries have keys of many kinds, for which `indexOf` would be a call. */
function placeIn<K>(keys: readonly K[], key: K): number {
  for (let at = 0; at < keys.length; at++) if (keys[at] === key) return at;
  return -1;
}

function removeAt<T>(list: T[], place: number): void {
  const last = list.length - 1;
  for (let at = place; at < last; at++) list[at] = list[at + 1]!;
  list.pop();
}
