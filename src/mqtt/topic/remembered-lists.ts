/** Topics whose lists are remembered, and elements in all of them together: 8 MB, however many match each topic. */
const TOPICS = 4_096;
const ELEMENTS = 1_048_576;

/**
 * What was found for recent topics, which repeat. When there is too much of it all is forgotten: the next search for
 * each topic is merely slower.
 */
export class RememberedLists<T> {
  readonly #lists = new Map<string, readonly T[]>();
  #elements = 0;

  get(topic: string): readonly T[] | undefined {
    return this.#lists.get(topic);
  }

  /** Remembers a list that never changes, for a topic that has none. */
  add(topic: string, list: readonly T[]): void {
    if (this.#lists.size >= TOPICS || this.#elements + list.length > ELEMENTS) this.clear();
    this.#lists.set(topic, list);
    this.#elements += list.length;
  }

  clear(): void {
    this.#lists.clear();
    this.#elements = 0;
  }
}
