/** The time axis at a zoom: where an instant stands, and which time a height is. */
import type { BannersOfInstant } from './banners.ts';
import { BREAK_HEIGHT, ROW_HEIGHT, type TimeScale } from './time-scale.ts';

const MARGIN_TOP = 22;
const MARGIN_BOTTOM = 48;
/** Below this the sentences would outweigh what they speak of: flags stand for them. */
const ZOOM_OF_BANNERS = 0.35;
/** Below this breaks shrink with everything else. */
const ZOOM_OF_BREAKS = 0.5;
/** Up to this the rows of one instant are torn apart with everything else: their words have more air. */
const ZOOM_OF_ROWS = 1.6;
/** Down to this rows do not come nearer than words are high. */
export const ZOOM_OF_READING = 0.8;
const ROW_HEIGHT_LEAST = 15.5;
/** Nothing is zoomed out further. */
const ZOOM_LEAST = 1e-9;
const STEPS_MAX = 60;

/** A stretch of the axis where time is not to scale. */
export interface AxisBreak {
  top: number;
  bottom: number;
  /** Microseconds. */
  length: number;
  /** The instant before it. */
  instant: number;
}

export class TimeAxis {
  readonly scale: TimeScale;
  readonly zoom: number;
  readonly height: number;
  /** False where flags stand for the sentences. */
  readonly showsBanners: boolean;
  /** Heights are told from here on: those of a long diagram are too great for the numbers of a painter. */
  readonly #origin: number;
  readonly #rowHeight: number;
  readonly #breakHeight: number;
  /** Instants that have banners, ascending, what stands before and after each, and what all before it take. */
  readonly #spoken: Int32Array;
  readonly #before: Float64Array;
  readonly #after: Float64Array;
  readonly #above: Float64Array;

  constructor(scale: TimeScale, banners: ReadonlyMap<number, BannersOfInstant>, zoom: number, origin = 0) {
    this.scale = scale;
    this.zoom = zoom;
    this.#origin = origin;
    const least = zoom < ZOOM_OF_READING ? 0 : ROW_HEIGHT_LEAST;
    this.#rowHeight = Math.max(least, ROW_HEIGHT * Math.min(ZOOM_OF_ROWS, zoom));
    this.#breakHeight = BREAK_HEIGHT * Math.min(1, zoom / ZOOM_OF_BREAKS);
    this.showsBanners = zoom >= ZOOM_OF_BANNERS && scale.kind !== 'linear';
    this.#spoken = this.showsBanners ? Int32Array.from(banners.keys()).sort() : new Int32Array(0);
    this.#before = new Float64Array(this.#spoken.length);
    this.#after = new Float64Array(this.#spoken.length);
    this.#above = new Float64Array(this.#spoken.length + 1);
    for (let each = 0; each < this.#spoken.length; each++) {
      const { before, after } = banners.get(this.#spoken[each]!)!;
      for (const { height } of before) this.#before[each]! += height;
      for (const { height } of after) this.#after[each]! += height;
      if (after.length > 0) this.#after[each]! += ROW_HEIGHT / 2;
      this.#above[each + 1] = this.#above[each]! + this.#before[each]! + this.#after[each]!;
    }
    const last = scale.rows.times.length - 1;
    this.height = (last < 0 ? MARGIN_TOP - origin : this.#belowOf(last)) + MARGIN_BOTTOM;
  }

  /** Where the event at a position of the trace stands; NaN for one that is not drawn. */
  y(position: number): number {
    const instant = this.scale.rows.instantOf[position] ?? -1;
    if (instant < 0) return Number.NaN;
    return this.firstRowOf(instant) + this.scale.rows.rowOf[position]! * this.#rowHeightOf(instant);
  }

  /** Top of what is written before an instant. */
  topOf(instant: number): number {
    const { breakAfter, gapsAbove, rowsAbove } = this.scale;
    return (
      MARGIN_TOP -
      this.#origin +
      gapsAbove[instant]! * this.zoom +
      rowsAbove[instant]! * this.#rowHeight +
      countBelow(breakAfter, instant) * this.#breakHeight +
      this.#above[countBelow(this.#spoken, instant)]!
    );
  }

  /** The first row of an instant. */
  firstRowOf(instant: number): number {
    const each = countBelow(this.#spoken, instant);
    return this.topOf(instant) + (this.#spoken[each] === instant ? this.#before[each]! : 0);
  }

  /** The lowest row of an instant. */
  lastRowOf(instant: number): number {
    const rows = this.scale.rows.counts[instant]! - 1;
    return this.firstRowOf(instant) + rows * this.#rowHeightOf(instant);
  }

  /** The last instant that begins at or above `y`; 0 if none does. */
  instantAt(y: number): number {
    let low = 0;
    let high = this.scale.rows.times.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.topOf(middle) <= y) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  /** Virtual time at a height, in microseconds: between two instants it passes evenly. */
  timeAt(y: number): number {
    const { times } = this.scale.rows;
    if (times.length === 0) return 0;
    let instant = this.instantAt(y);
    if (y < this.firstRowOf(instant)) instant--;
    if (instant < 0) return times[0]!;
    const from = this.lastRowOf(instant);
    if (y <= from || instant + 1 === times.length) return times[instant]!;
    const share = Math.min(1, (y - from) / Math.max(1e-9, this.firstRowOf(instant + 1) - from));
    return times[instant]! + (times[instant + 1]! - times[instant]!) * share;
  }

  /** The height of a time, which need not be that of an event. */
  yAt(time: number): number {
    const { times } = this.scale.rows;
    if (times.length === 0) return MARGIN_TOP - this.#origin;
    let low = 0;
    let high = times.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (times[middle]! <= time) low = middle;
      else high = middle - 1;
    }
    if (time <= times[low]! || low + 1 === times.length) return this.firstRowOf(low);
    const from = this.lastRowOf(low);
    const share = (time - times[low]!) / (times[low + 1]! - times[low]!);
    return from + (this.firstRowOf(low + 1) - from) * share;
  }

  /** Breaks between two instants, inclusive. */
  breaks(first: number, last: number): AxisBreak[] {
    const { breakAfter, rows } = this.scale;
    const found: AxisBreak[] = [];
    for (let each = countBelow(breakAfter, first); each < breakAfter.length; each++) {
      const instant = breakAfter[each]!;
      if (instant > last) break;
      const bottom = this.topOf(instant + 1);
      const length = rows.times[instant + 1]! - rows.times[instant]!;
      found.push({ top: bottom - this.#breakHeight, bottom, length, instant });
    }
    return found;
  }

  /** Height of a break, for a reader who wonders whether words fit into it. */
  get breakHeight(): number {
    return this.#breakHeight;
  }

  #rowHeightOf(instant: number): number {
    const { gapsAbove, kind, rows } = this.scale;
    if (kind !== 'linear' || instant + 1 === gapsAbove.length) return this.#rowHeight;
    const room = (gapsAbove[instant + 1]! - gapsAbove[instant]!) * this.zoom;
    return Math.min(this.#rowHeight, room / rows.counts[instant]!);
  }

  #belowOf(instant: number): number {
    const each = countBelow(this.#spoken, instant);
    return this.lastRowOf(instant) + (this.#spoken[each] === instant ? this.#after[each]! : 0);
  }
}

/** The greatest zoom, at most `most`, at which `heightAt` is not above `height`. */
export function zoomFor(height: number, most: number, heightAt: (zoom: number) => number): number {
  if (heightAt(most) <= height) return most;
  // Zooms are compared by their ratio: halves of a range that spans nine powers of ten.
  let low = ZOOM_LEAST;
  let high = most;
  for (let step = 0; step < STEPS_MAX && high / low > 1.0001; step++) {
    const middle = Math.sqrt(low * high);
    if (heightAt(middle) <= height) low = middle;
    else high = middle;
  }
  return low;
}

/** How many of some ascending numbers are below a value. */
function countBelow(numbers: Int32Array, value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
