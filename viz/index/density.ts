/**
 * How much happens at each lane, of each group, between any two places of a trace: counts from the beginning up to every so
 * many events, from which a picture has its bins by subtraction. Its cost follows bins and lanes, never events.
 */
import type { EventColumns } from './event-columns.ts';
import { GROUPS, UNDRAWN } from './group.ts';

/** Events from one row of counts to the next, at least: an edge of a bin looks at half as many. */
const BLOCK_MIN = 256;
/** Counts that are kept; with many lanes the blocks are longer instead. */
const CELLS_MAX = 4_000_000;

export class Density {
  readonly #events: EventColumns;
  readonly #laneOf: Int32Array;
  readonly #block: number;
  /** Of one row: lanes and the world, each with its groups. */
  readonly #stride: number;
  /** What happened before the event at `row * block`. */
  readonly #rows: Uint32Array;
  readonly #count: number;

  /**
   * Of the first `count` events.
   * @param laneOf By the number of a node: its lane, or -1 for none.
   */
  constructor(events: EventColumns, count: number, laneOf: Int32Array, lanes: number) {
    this.#events = events;
    // What has no lane, faults of links for one, counts for the world, which follows the lanes.
    this.#laneOf = laneOf.map((lane) => (lane < 0 ? lanes : lane));
    this.#stride = (lanes + 1) * GROUPS.length;
    this.#count = count;
    this.#block = Math.max(BLOCK_MIN, Math.ceil((count * this.#stride) / CELLS_MAX));
    const rows = Math.floor(count / this.#block) + 1;
    this.#rows = new Uint32Array(rows * this.#stride);
    const sum = new Uint32Array(this.#stride);
    for (let row = 1; row < rows; row++) {
      this.#add(sum, 0, (row - 1) * this.#block, row * this.#block);
      this.#rows.set(sum, row * this.#stride);
    }
  }

  /**
   * Counts between neighbours of `edges`, which are ascending positions in the trace (an event with ordinal `i` stands at
   * `i - 1`): that of a bin, a lane and a group is at `(bin * (lanes + 1) + lane) * GROUPS.length + group`, and lane `lanes`
   * is the world.
   */
  counts(edges: ArrayLike<number>): Uint32Array {
    const stride = this.#stride;
    const bins = Math.max(0, edges.length - 1);
    const sums = new Uint32Array((bins + 1) * stride);
    for (let edge = 0; edge <= bins && edges.length > 0; edge++) {
      const position = Math.max(0, Math.min(this.#count, Math.ceil(edges[edge]!)));
      const row = Math.floor(position / this.#block);
      sums.set(this.#rows.subarray(row * stride, (row + 1) * stride), edge * stride);
      this.#add(sums, edge * stride, row * this.#block, position);
    }
    for (let at = 0; at < bins * stride; at++) sums[at] = sums[at + stride]! - sums[at]!;
    return sums.subarray(0, bins * stride);
  }

  #add(sums: Uint32Array, offset: number, from: number, to: number): void {
    const { group, node } = this.#events;
    const laneOf = this.#laneOf;
    for (let at = from; at < to; at++) {
      const what = group[at]!;
      if (what !== UNDRAWN) sums[offset + laneOf[node[at]!]! * GROUPS.length + what]!++;
    }
  }
}
