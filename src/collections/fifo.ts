/** Of every queue in which nothing ever was. */
const NOTHING: never[] = [];

/**
 * First in, first out, with removal from anywhere near the front: what in-flight windows and queues need.
 *
 * An array with a moving head: `shift` costs nothing however long the queue is, and one that was always empty costs a few words.
 */
export class Fifo<T> {
  #items: (T | undefined)[] = NOTHING;
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** The element `index` places behind the first. */
  at(index: number): T | undefined {
    return this.#items[this.#head + index];
  }

  push(item: T): void {
    if (this.#items === NOTHING) this.#items = [item];
    else this.#items.push(item);
  }

  shift(): T | undefined {
    // The usual case of a short queue: the only element, and nothing in front of it.
    if (this.#head === 0 && this.#items.length <= 1) return this.#items.pop();
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head++;
    this.compact();
    return item;
  }

  /** Takes out the first `count`. */
  take(count: number): T[] {
    const taken = this.#items.slice(this.#head, this.#head + count) as T[];
    for (let i = 0; i < count; i++) this.shift();
    return taken;
  }

  removeAt(index: number): void {
    if (index === 0) {
      this.shift();
      return;
    }
    this.#items.splice(this.#head + index, 1);
  }

  /** Puts `items` before all others, in their order. */
  prepend(items: readonly T[]): void {
    this.#items = [...items, ...this.#items.slice(this.#head)];
    this.#head = 0;
  }

  clear(): void {
    this.#items = NOTHING;
    this.#head = 0;
  }

  toArray(): T[] {
    return this.#items.slice(this.#head) as T[];
  }

  private compact(): void {
    if (this.#head === this.#items.length) {
      // One by one, so that what comes next finds room: there are few in front.
      while (this.#items.length > 0) this.#items.pop();
      this.#head = 0;
    } else if (this.#head > 32 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }
}
