/**
 * A set in the order in which its elements came. Most sets of a world have one element at most, and a million of those must cost next to
 * nothing.
 */
export class SmallSet<T extends object> {
  /** The only element, or all of them. */
  #held: T | Set<T> | undefined;

  add(element: T): void {
    if (this.#held === undefined) this.#held = element;
    else if (this.#held instanceof Set) this.#held.add(element);
    else this.#held = new Set([this.#held, element]);
  }

  delete(element: T): void {
    if (this.#held instanceof Set) this.#held.delete(element);
    else if (this.#held === element) this.#held = undefined;
  }

  *[Symbol.iterator](): Iterator<T> {
    if (this.#held instanceof Set) yield* this.#held;
    else if (this.#held !== undefined) yield this.#held;
  }
}
