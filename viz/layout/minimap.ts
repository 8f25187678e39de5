/** The whole trace in one strip, from left to right, on the same axis of time as the diagram. */
import type { Axis } from './axis-kind.ts';
import { CENSUS_KINDS } from './census.ts';
import type { Stage } from './scene.ts';
import { TimeAxis } from './time-axis.ts';
import type { TimeMap } from './time-map.ts';
import { momentText } from './time-text.ts';

/** Width of a bin, in pixels. */
export const MAP_BIN_WIDTH = 2;
/** At any zoom as small as this the proportions are those of the whole in one view. */
const ZOOM = 0.1;
const TICK_WIDTH = 110;
/** Faults and times without life that are nearer than this are one. */
const SEAM = 1;
const KINDS = CENSUS_KINDS.length;

export interface MapBand {
  x1: number;
  x2: number;
  kind: 'fault' | 'down';
}

export interface MapTick {
  x: number;
  text: string;
}

export interface Minimap {
  width: number;
  bins: number;
  /** Packets that leave or reach a lane, by bin and place in `CENSUS_KINDS`. */
  counts: Uint32Array;
  /** Of the fullest bin. */
  most: number;
  bands: readonly MapBand[];
  /** Where promises were broken; never left out, whatever else is there. */
  violations: readonly number[];
  ticks: readonly MapTick[];
  /** Places are pixels from the left. */
  timeMap: TimeMap;
}

export function layoutMinimap(stage: Stage, kind: Axis, width: number): Minimap {
  const { rows, story } = stage;
  const axis = new TimeAxis(stage.scale(kind), new Map(), ZOOM);
  const last = rows.times.length - 1;
  const begin = last < 0 ? 0 : axis.firstRowOf(0);
  const length = last < 0 ? 1 : Math.max(1, axis.lastRowOf(last) - begin);
  const xOf = (y: number): number => ((y - begin) / length) * width;
  const yOf = (x: number): number => begin + (x / width) * length;
  const bins = Math.max(1, Math.ceil(width / MAP_BIN_WIDTH));
  const { counts, most } = countsOf(stage, bins, (bin) => {
    if (last < 0 || bin === 0) return 0;
    if (bin === bins) return rows.instantOf.length;
    const y = yOf(bin * MAP_BIN_WIDTH);
    const instant = axis.instantAt(y);
    const next = axis.firstRowOf(instant) >= y ? instant : instant + 1;
    return next > last ? rows.instantOf.length : rows.firstOf[next]!;
  });

  const times = new Float64Array(bins + 1);
  const places = new Float64Array(bins + 1);
  for (let bin = 0; bin <= bins; bin++) {
    places[bin] = Math.min(width, bin * MAP_BIN_WIDTH);
    times[bin] = axis.timeAt(yOf(places[bin]!));
  }
  const ticks: MapTick[] = [];
  const steps = Math.max(1, Math.floor(width / TICK_WIDTH));
  for (let step = 0; step <= steps; step++) {
    const x = (width * step) / steps;
    ticks.push({ x, text: momentText(Math.round(axis.timeAt(yOf(x)))) });
  }
  return {
    width,
    bins,
    counts,
    most,
    bands: bandsOf(stage, (position) => xOf(axis.y(position)), width),
    violations: violationsOf(stage).map((ordinal) => xOf(axis.yAt(story.events.time[ordinal - 1]!))),
    ticks,
    timeMap: { times, places },
  };
}

function countsOf(
  stage: Stage,
  bins: number,
  positionOf: (bin: number) => number,
): { counts: Uint32Array; most: number } {
  const census = stage.census();
  const sums = new Uint32Array(census.lanes * KINDS);
  const counts = new Uint32Array(bins * KINDS);
  let before = new Uint32Array(KINDS);
  let most = 0;
  for (let bin = 0; bin <= bins; bin++) {
    census.before(positionOf(bin), sums);
    const now = new Uint32Array(KINDS);
    for (let cell = 0; cell < sums.length; cell++) now[cell % KINDS]! += sums[cell]!;
    if (bin > 0) {
      let all = 0;
      for (let kind = 0; kind < KINDS; kind++) {
        const count = now[kind]! - before[kind]!;
        counts[(bin - 1) * KINDS + kind] = count;
        all += count;
      }
      most = Math.max(most, all);
    }
    before = now;
  }
  return { counts, most };
}

/** Faults and times without life, those that lie on each other drawn once. */
function bandsOf({ periods }: Stage, xAt: (position: number) => number, width: number): MapBand[] {
  const bands: MapBand[] = [];
  const latest: Partial<Record<MapBand['kind'], MapBand>> = {};
  for (const { kind, begin, end } of periods) {
    if (kind === 'connection') continue;
    const x1 = xAt(begin);
    const ended = end < 0 ? Number.NaN : xAt(end);
    const x2 = Math.max(x1 + 1, Number.isNaN(ended) ? width : ended);
    const name = kind === 'absence' ? 'down' : 'fault';
    const open = latest[name];
    if (open !== undefined && x1 <= open.x2 + SEAM) open.x2 = Math.max(open.x2, x2);
    else {
      const band: MapBand = { x1, x2, kind: name };
      bands.push(band);
      latest[name] = band;
    }
  }
  return bands;
}

/** Ordinals of verdicts of broken promises and of assertions that failed. */
function violationsOf({ story }: Stage): number[] {
  return story.remarks
    .filter((remark) => remark.k === 'assert' || (remark.k === 'verdict' && remark.outcome === 'broken'))
    .map(({ i }) => i);
}
