/**
 * The compressed time axis: proportional where things happen close together, broken where nothing happens for long.
 *
 * A gap of more than five times the median gap becomes a break with its length. Keep-alives of a minute beside
 * flows of five milliseconds would make a linear axis useless.
 */
import type { BannersOfInstant } from './banners.ts';
import type { Rows } from './rows.ts';

/** Between two rows, at zoom 1: the height of a label and a little air. */
export const ROW_HEIGHT = 18;
/** What a median gap measures, at zoom 1. */
const MEDIAN_GAP_HEIGHT = 20;
const BREAK_FACTOR = 5;
/** A break is as high at every zoom: its length is written, not drawn. */
const BREAK_HEIGHT = 40;
const MARGIN_TOP = 22;
const MARGIN_BOTTOM = 48;

export const ZOOM_MIN = 0.2;
export const ZOOM_MAX = 12;

/** A stretch of the axis where time is not to scale. */
export interface AxisBreak {
  top: number;
  bottom: number;
  /** Microseconds. */
  length: number;
  /** The instant before it. */
  instant: number;
}

function medianGap(times: Float64Array): number {
  if (times.length < 2) return 1;
  const gaps = new Float64Array(times.length - 1);
  for (let instant = 0; instant < gaps.length; instant++)
    gaps[instant] = times[instant + 1]! - times[instant]!;
  gaps.sort();
  return gaps[gaps.length >>> 1]!;
}

export class TimeAxis {
  readonly height: number;
  readonly #rows: Rows;
  readonly #rowHeight: number;
  /** Where each instant begins. */
  readonly #tops: Float64Array;
  /** Where the first row of each instant is, below what is written before it. */
  readonly #firstRows: Float64Array;
  /** Instants after which the axis breaks, ascending. */
  readonly #breakAfter: readonly number[];

  constructor(rows: Rows, banners: ReadonlyMap<number, BannersOfInstant>, zoom: number) {
    const { times, counts } = rows;
    this.#rows = rows;
    this.#rowHeight = ROW_HEIGHT * Math.min(1, zoom);
    this.#tops = new Float64Array(times.length);
    this.#firstRows = new Float64Array(times.length);
    const breakAfter: number[] = [];
    const median = medianGap(times);
    let y = MARGIN_TOP;
    for (let instant = 0; instant < times.length; instant++) {
      this.#tops[instant] = y;
      const here = banners.get(instant);
      if (here !== undefined) for (const banner of here.before) y += banner.height;
      this.#firstRows[instant] = y;
      y += (counts[instant]! - 1) * this.#rowHeight;
      if (here !== undefined && here.after.length > 0) {
        y += ROW_HEIGHT / 2;
        for (const banner of here.after) y += banner.height;
      }
      if (instant + 1 === times.length) break;
      const gap = times[instant + 1]! - times[instant]!;
      if (gap > BREAK_FACTOR * median) {
        breakAfter.push(instant);
        y += BREAK_HEIGHT;
      } else {
        y += Math.max(this.#rowHeight, (gap / median) * MEDIAN_GAP_HEIGHT * zoom);
      }
    }
    this.#breakAfter = breakAfter;
    this.height = y + MARGIN_BOTTOM;
  }

  /** Where the event at a position of the trace stands; NaN for one that is not drawn. */
  y(position: number): number {
    const instant = this.#rows.instantOf[position] ?? -1;
    return instant < 0
      ? Number.NaN
      : this.#firstRows[instant]! + this.#rows.rowOf[position]! * this.#rowHeight;
  }

  /** Top of what is written before an instant. */
  topOf(instant: number): number {
    return this.#tops[instant]!;
  }

  /** The first row of an instant. */
  firstRowOf(instant: number): number {
    return this.#firstRows[instant]!;
  }

  /** The lowest row of an instant. */
  lastRowOf(instant: number): number {
    return this.#firstRows[instant]! + (this.#rows.counts[instant]! - 1) * this.#rowHeight;
  }

  /** The last instant that begins at or above `y`; 0 if none does. */
  instantAt(y: number): number {
    let low = 0;
    let high = this.#tops.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#tops[middle]! <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Breaks between two instants, inclusive. */
  breaks(first: number, last: number): AxisBreak[] {
    const found: AxisBreak[] = [];
    let low = 0;
    let high = this.#breakAfter.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#breakAfter[middle]! < first) low = middle + 1;
      else high = middle;
    }
    for (let each = low; each < this.#breakAfter.length && this.#breakAfter[each]! <= last; each++) {
      const instant = this.#breakAfter[each]!;
      const bottom = this.#tops[instant + 1]!;
      const length = this.#rows.times[instant + 1]! - this.#rows.times[instant]!;
      found.push({ top: bottom - BREAK_HEIGHT, bottom, length, instant });
    }
    return found;
  }
}
