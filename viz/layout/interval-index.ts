/**
 * Which intervals touch a window? A packet can be under way for minutes, so sorting by start is not enough:
 * a tree of the latest end lets a query skip what ended before the window. O(log n + k).
 */
export class IntervalIndex {
  readonly #starts: Float64Array;
  /** Leaves are the ends, in the order of starts; an inner node is the greater of its two children. */
  readonly #latest: Float64Array;
  readonly #leaves: number;

  /** `starts` has to ascend; `ends[k]` belongs to `starts[k]`. */
  constructor(starts: Float64Array, ends: Float64Array) {
    if (starts.length !== ends.length) throw new RangeError('an interval needs a start and an end');
    this.#starts = starts;
    let leaves = 1;
    while (leaves < starts.length) leaves *= 2;
    this.#leaves = leaves;
    this.#latest = new Float64Array(2 * leaves).fill(Number.NEGATIVE_INFINITY);
    this.#latest.set(ends, leaves);
    for (let node = leaves - 1; node >= 1; node--) {
      this.#latest[node] = Math.max(this.#latest[2 * node]!, this.#latest[2 * node + 1]!);
    }
  }

  /**
   * Positions of the intervals that touch `[from, to]`, ascending, at most `limit`. The second value counts
   * those that were found, so a caller can say how many it left out.
   */
  query(from: number, to: number, limit: number): { found: number[]; count: number } {
    const found: number[] = [];
    let count = 0;
    const last = this.#upperBound(to);
    const pending = [1];
    const firsts = [0];
    const sizes = [this.#leaves];
    while (pending.length > 0) {
      const node = pending.pop()!;
      const first = firsts.pop()!;
      const size = sizes.pop()!;
      if (first >= last || this.#latest[node]! < from) continue;
      if (size === 1) {
        count++;
        if (found.length < limit) found.push(first);
        continue;
      }
      const half = size / 2;
      pending.push(2 * node + 1, 2 * node);
      firsts.push(first + half, first);
      sizes.push(half, half);
    }
    return { found, count };
  }

  /** Number of starts that are not after `value`. */
  #upperBound(value: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
