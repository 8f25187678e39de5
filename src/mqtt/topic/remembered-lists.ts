import { hashOf } from './level.ts';

/** Topics whose lists are remembered, and elements in all of them together: 8 MB, however many match each topic. */
const TOPICS = 4_096;
const ELEMENTS = 1_048_576;
/** Of the topics that were met: so few that a new one is hardly ever taken for one of them. */
const MET = 8_192;
const MET_BITS = 32_768;

/**
 * What was found for recent topics, which repeat. When there is too much of it all is forgotten: the next search for
 * each topic is merely slower. A topic that comes once is not worth its place, and is remembered when it comes again.
 */
export class RememberedLists<T> {
  readonly #lists = new Map<string, readonly T[]>();
  #elements = 0;
  /** A bit for the hash of each topic that was met. */
  #met: Uint32Array | undefined;
  #metCount = 0;

  get(topic: string): readonly T[] | undefined {
    return this.#lists.get(topic);
  }

  /** Remembers a list that never changes, for a topic that has none and was met before. */
  add(topic: string, list: readonly T[]): void {
    if (!this.#hasMet(topic)) return;
    if (this.#lists.size >= TOPICS || this.#elements + list.length > ELEMENTS) this.clear();
    this.#lists.set(topic, list);
    this.#elements += list.length;
  }

  clear(): void {
    this.#lists.clear();
    this.#elements = 0;
  }

  /** Whether it was met of late; from now on it was. */
  #hasMet(topic: string): boolean {
    this.#met ??= new Uint32Array(MET_BITS / 32);
    const hash = hashOf(topic, 0, topic.length);
    const cell = (hash >>> 5) % this.#met.length;
    const bit = 1 << (hash & 31);
    if ((this.#met[cell]! & bit) !== 0) return true;
    if (++this.#metCount > MET) {
      this.#met.fill(0);
      this.#metCount = 1;
    }
    this.#met[cell]! |= bit;
    return false;
  }
}
