/** Equal values as one number, in the order in which they came. */
export class Dictionary<V> {
  readonly #codes = new Map<V, number>();
  readonly #values: V[] = [];

  get values(): readonly V[] {
    return this.#values;
  }

  /** The number of a value, which is new if it was not met before. */
  codeOf(value: V): number {
    let code = this.#codes.get(value);
    if (code === undefined) {
      code = this.#values.length;
      this.#values.push(value);
      this.#codes.set(value, code);
    }
    return code;
  }

  /** -1 for a value that was not met. */
  find(value: V): number {
    return this.#codes.get(value) ?? -1;
  }

  valueOf(code: number): V {
    return this.#values[code]!;
  }
}
