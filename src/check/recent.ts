import type { MessageKey } from './message-key.ts';

/**
 * What was lately seen of messages: at least the last `limit`, at most twice as many.
 *
 * Two generations, of which the older is dropped whole: a Map that loses its oldest entry again and again is slow.
 */
export class Recent<T> {
  readonly #limit: number;
  #young = new Map<MessageKey, T>();
  #old = new Map<MessageKey, T>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  set(key: MessageKey, value: T): void {
    this.#young.set(key, value);
    if (this.#young.size < this.#limit) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  get(key: MessageKey): T | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  has(key: MessageKey): boolean {
    return this.get(key) !== undefined;
  }
}
