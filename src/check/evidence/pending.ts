/** What is pending by a number, in the order in which it came. Mostly that is one thing at a time: it has a place of its own. */

import { Few } from '../../collections/few.ts';

/** No Packet Identifier, call or message has it. */
const NONE = -1;

export class Pending<V> {
  #first = NONE;
  #value: V | undefined;
  /** Those that came while another was there; undefined until there are any. */
  #others: Few<number, V> | undefined;

  get size(): number {
    return (this.#first === NONE ? 0 : 1) + (this.#others?.size ?? 0);
  }

  has(number: number): boolean {
    return this.#first === number || (this.#others?.has(number) ?? false);
  }

  get(number: number): V | undefined {
    return this.#first === number ? this.#value : this.#others?.get(number);
  }

  set(number: number, value: V): void {
    const isFirst = this.#first === NONE && (this.#others === undefined || this.#others.size === 0);
    if (isFirst || this.#first === number) {
      this.#first = number;
      this.#value = value;
      return;
    }
    this.#others ??= new Few();
    this.#others.set(number, value);
  }

  /** Takes an entry out, and gives it back. */
  take(number: number): V | undefined {
    if (this.#first !== number) return this.#others?.take(number);
    const value = this.#value;
    this.#first = NONE;
    this.#value = undefined;
    return value;
  }

  delete(number: number): void {
    this.take(number);
  }

  clear(): void {
    this.#first = NONE;
    this.#value = undefined;
    this.#others = undefined;
  }

  /** All of them as they are now. */
  all(): Map<number, V> {
    const others = this.#others?.all() ?? [];
    return new Map(this.#first === NONE ? others : [[this.#first, this.#value!], ...others]);
  }
}

/** The same by keys of messages: they are no small integers, and objects that hold one are laid out differently from those that never do. */
export class PendingMessages<V> extends Pending<V> {}
