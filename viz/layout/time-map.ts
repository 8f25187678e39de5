/** Times and heights (or widths) side by side, for a page that has to turn one into the other in every frame. */
import { lowerBound } from '../index/column.ts';
import type { Scene } from './scene.ts';

/** More instants than this are sampled. */
const INSTANTS_MAX = 2_000;
const SAMPLES = 512;

export interface TimeMap {
  /** Microseconds; they do not descend, nor do the places. */
  times: Float64Array;
  /** Pixels. */
  places: Float64Array;
}

/** Of a window of a scene. */
export function timeMapOf({ axis, rows }: Scene, top: number, bottom: number): TimeMap {
  const count = rows.times.length;
  const first = count === 0 ? 0 : axis.instantAt(top);
  const last = count === 0 ? -1 : Math.min(count - 1, axis.instantAt(bottom) + 1);
  if (last - first < INSTANTS_MAX) {
    const times = new Float64Array(2 * (last - first + 1));
    const places = new Float64Array(times.length);
    for (let each = 0; each < times.length; each++) {
      const instant = first + (each >> 1);
      times[each] = rows.times[instant]!;
      places[each] = (each & 1) === 0 ? axis.firstRowOf(instant) : axis.lastRowOf(instant);
    }
    return { times, places };
  }
  const times = new Float64Array(SAMPLES + 1);
  const places = new Float64Array(SAMPLES + 1);
  for (let each = 0; each <= SAMPLES; each++) {
    places[each] = top + ((bottom - top) * each) / SAMPLES;
    times[each] = axis.timeAt(places[each]!);
  }
  return { times, places };
}

/** The place of a time; before the first and after the last that are known it is theirs. */
export function placeAt({ times, places }: TimeMap, time: number): number {
  return between(times, places, time);
}

export function timeAt({ times, places }: TimeMap, place: number): number {
  return between(places, times, place);
}

function between(from: Float64Array, to: Float64Array, value: number): number {
  if (from.length === 0) return 0;
  const after = lowerBound(from, from.length, value);
  if (after === from.length) return to[after - 1]!;
  if (after === 0 || from[after] === value) return to[after]!;
  const share = (value - from[after - 1]!) / (from[after]! - from[after - 1]!);
  return to[after - 1]! + (to[after]! - to[after - 1]!) * share;
}
