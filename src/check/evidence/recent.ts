import type { MessageKey } from './message-key.ts';

/**
 * An ordinal for each of the last `limit` messages that something happened to.
 *
 * A ring that is searched from its newest entry: it is written for every message, and read only when something looks wrong.
 */
export class Recent {
  readonly #limit: number;
  readonly #keys: MessageKey[] = [];
  readonly #ordinals: number[] = [];
  #next = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  set(key: MessageKey, ordinal: number): void {
    this.#keys[this.#next] = key;
    this.#ordinals[this.#next] = ordinal;
    this.#next = (this.#next + 1) % this.#limit;
  }

  get(key: MessageKey): number | undefined {
    const { length } = this.#keys;
    for (let back = 1; back <= length; back++) {
      const at = (this.#next - back + length) % length;
      if (this.#keys[at] === key) return this.#ordinals[at];
    }
    return undefined;
  }

  has(key: MessageKey): boolean {
    return this.get(key) !== undefined;
  }
}
