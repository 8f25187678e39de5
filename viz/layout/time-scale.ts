/**
 * How far apart instants stand at zoom 1, in one of three ways. It depends on the rows and not on the zoom, so that zooming costs
 * nothing that grows with the trace.
 *
 * `compressed` is proportional where things happen close together, and broken where nothing happens for long: keep-alives of a
 * minute beside flows of five milliseconds would make a linear axis useless. `linear` is true to time everywhere; `ordinal`
 * gives every instant the same room.
 */
import type { Axis } from './axis-kind.ts';
import type { Rows } from './rows.ts';

/** Between two rows: the height of a label and a little air. */
export const ROW_HEIGHT = 18;
/** What a median gap measures. */
const MEDIAN_GAP_HEIGHT = 20;
/** A gap of more than so many medians becomes a break with its length. */
const BREAK_FACTOR = 5;
export const BREAK_HEIGHT = 40;
/** Of a long trace so many gaps stand for all. */
const SAMPLED_MAX = 100_000;
/** The least gap may be magnified to this. */
const LEAST_GAP_HEIGHT = 40;
const HEIGHT_MAX = 1_000_000_000;
/** Of axes on which no gap is much less than the others. */
const ZOOM_MAX = 12;

export interface TimeScale {
  kind: Axis;
  rows: Rows;
  /** Height of all gaps above an instant. */
  gapsAbove: Float64Array;
  /** Rows above an instant that take room of their own: all but the first of each. */
  rowsAbove: Uint32Array;
  /** Instants after which the axis breaks, ascending. */
  breakAfter: Int32Array;
  zoomMax: number;
}

export function scaleOf(rows: Rows, kind: Axis): TimeScale {
  switch (kind) {
    case 'compressed':
      return compressedScale(rows);
    case 'linear':
      return linearScale(rows);
    case 'ordinal':
      return ordinalScale(rows);
  }
}

function compressedScale(rows: Rows): TimeScale {
  const { times } = rows;
  const gapsAbove = new Float64Array(times.length);
  const breakAfter: number[] = [];
  const median = medianGap(times);
  for (let instant = 1; instant < times.length; instant++) {
    const gap = times[instant]! - times[instant - 1]!;
    const broken = gap > BREAK_FACTOR * median;
    if (broken) breakAfter.push(instant - 1);
    gapsAbove[instant] =
      gapsAbove[instant - 1]! + (broken ? 0 : Math.max(ROW_HEIGHT, (gap / median) * MEDIAN_GAP_HEIGHT));
  }
  return {
    kind: 'compressed',
    rows,
    gapsAbove,
    rowsAbove: rowsAbove(rows),
    breakAfter: Int32Array.from(breakAfter),
    zoomMax: ZOOM_MAX,
  };
}

/** As high as the compressed axis at zoom 1, so that a switch does not lose the reader. */
function linearScale(rows: Rows): TimeScale {
  const { times } = rows;
  const last = times.length - 1;
  const compressed = compressedScale(rows);
  const height =
    last < 1
      ? 0
      : compressed.gapsAbove[last]! +
        compressed.rowsAbove[last]! * ROW_HEIGHT +
        compressed.breakAfter.length * BREAK_HEIGHT;
  const perMicro = last < 1 ? 0 : height / (times[last]! - times[0]!);
  const gapsAbove = new Float64Array(times.length);
  let least = Number.POSITIVE_INFINITY;
  for (let instant = 1; instant <= last; instant++) {
    gapsAbove[instant] = (times[instant]! - times[0]!) * perMicro;
    least = Math.min(least, times[instant]! - times[instant - 1]!);
  }
  return {
    kind: 'linear',
    rows,
    gapsAbove,
    // What happens at once shares what room there is before the next instant.
    rowsAbove: new Uint32Array(times.length),
    breakAfter: new Int32Array(0),
    zoomMax:
      last < 1
        ? ZOOM_MAX
        : Math.max(ZOOM_MAX, Math.min(LEAST_GAP_HEIGHT / (least * perMicro), HEIGHT_MAX / height)),
  };
}

function ordinalScale(rows: Rows): TimeScale {
  const gapsAbove = new Float64Array(rows.times.length);
  for (let instant = 1; instant < gapsAbove.length; instant++)
    gapsAbove[instant] = instant * MEDIAN_GAP_HEIGHT;
  return {
    kind: 'ordinal',
    rows,
    gapsAbove,
    rowsAbove: rowsAbove(rows),
    breakAfter: new Int32Array(0),
    zoomMax: ZOOM_MAX,
  };
}

function rowsAbove({ counts, times }: Rows): Uint32Array {
  const above = new Uint32Array(times.length);
  for (let instant = 1; instant < above.length; instant++)
    above[instant] = above[instant - 1]! + counts[instant - 1]! - 1;
  return above;
}

function medianGap(times: Float64Array): number {
  if (times.length < 2) return 1;
  const count = times.length - 1;
  const step = Math.ceil(count / SAMPLED_MAX);
  const gaps = new Float64Array(Math.ceil(count / step));
  for (let each = 0; each < gaps.length; each++) gaps[each] = times[each * step + 1]! - times[each * step]!;
  gaps.sort();
  return gaps[gaps.length >>> 1]!;
}
