/** Which events of a trace match a filter: as a set, and in their order. */
export class Matches {
  /** Ascending. */
  readonly #ordinals: Uint32Array;
  /** A bit for each ordinal. */
  readonly #bits: Uint32Array;

  /** `ordinals` are ascending, and none is above `eventCount`. */
  constructor(ordinals: Uint32Array, eventCount: number) {
    this.#ordinals = ordinals;
    this.#bits = new Uint32Array((eventCount >>> 5) + 1);
    for (const ordinal of ordinals) this.#bits[ordinal >>> 5]! |= 1 << (ordinal & 31);
  }

  get count(): number {
    return this.#ordinals.length;
  }

  has(ordinal: number): boolean {
    return ((this.#bits[ordinal >>> 5] ?? 0) & (1 << (ordinal & 31))) !== 0;
  }

  /** The ordinal of a match, counted from 0. */
  at(index: number): number | undefined {
    return this.#ordinals[index];
  }

  /** How many matches there are before an ordinal: the index of the first at or after it. */
  before(ordinal: number): number {
    let low = 0;
    let high = this.#ordinals.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ordinals[middle]! < ordinal) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
