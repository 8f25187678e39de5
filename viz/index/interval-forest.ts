/**
 * Which intervals touch a window? A packet can be under way for minutes, so sorting by start is not enough: the latest end of
 * every sixteen intervals, of every sixteen of those, and so on, lets a query skip what ended before the window.
 * O(log n + k), also while intervals are added and ends become known.
 */
import { Column, upperBound } from './column.ts';

const FAN_BITS = 4;
const FAN = 1 << FAN_BITS;

export class IntervalForest {
  readonly #starts = new Column(Float64Array);
  /** `latest[0]` are the ends; each number of `latest[level]` is the greatest of sixteen a level below. */
  readonly #latest: Column<Float64Array>[] = [new Column(Float64Array)];

  get length(): number {
    return this.#starts.length;
  }

  /** One more interval; starts ascend. */
  append(start: number, end: number): void {
    const index = this.#starts.length;
    this.#starts.push(start);
    this.#latest[0]!.push(end);
    this.#raiseAbove(index, end);
  }

  /** The end of an interval is later than it was. */
  raise(index: number, end: number): void {
    const ends = this.#latest[0]!.cells;
    if (ends[index]! >= end) return;
    ends[index] = end;
    this.#raiseAbove(index, end);
  }

  #raiseAbove(index: number, end: number): void {
    const latest = this.#latest;
    let at = index;
    for (let level = 1; level < latest.length; level++) {
      at >>>= FAN_BITS;
      const column = latest[level]!;
      if (at === column.length) column.push(end);
      else if (column.cells[at]! >= end) return;
      else column.cells[at] = end;
    }
    // The top has one tree more than a level may: the levels get one above them.
    const top = latest[latest.length - 1]!;
    if (top.length <= FAN) return;
    const above = new Column(Float64Array);
    above.push(greatest(top.cells, 0, FAN));
    above.push(greatest(top.cells, FAN, top.length));
    latest.push(above);
  }

  /**
   * Positions of the intervals that touch `[from, to]`, ascending, at most `limit`. The second value counts
   * those that were found, so a caller can say how many it left out.
   */
  query(from: number, to: number, limit: number): { found: number[]; count: number } {
    const found: number[] = [];
    const last = upperBound(this.#starts.cells, this.#starts.length, to);
    const count = this.#visit(this.#latest.length - 1, 0, Number.MAX_SAFE_INTEGER, from, last, limit, found);
    return { found, count };
  }

  /** Looks at places `[first, end)` of a level, of which only intervals before `last` count. */
  #visit(
    level: number,
    first: number,
    end: number,
    from: number,
    last: number,
    limit: number,
    found: number[],
  ): number {
    const { cells, length } = this.#latest[level]!;
    const stop = Math.min(end, length);
    let count = 0;
    for (let at = first; at < stop && at << (FAN_BITS * level) < last; at++) {
      if (cells[at]! < from) continue;
      if (level === 0) {
        count++;
        if (found.length < limit) found.push(at);
      } else count += this.#visit(level - 1, at * FAN, (at + 1) * FAN, from, last, limit, found);
    }
    return count;
  }
}

function greatest(cells: Float64Array, from: number, to: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let at = from; at < to; at++) most = Math.max(most, cells[at]!);
  return most;
}
