/** Packets as counts: bars that grow out of the lanes, in stripes by family. */
import { CENSUS_KINDS } from './census.ts';
import type { Density } from './display-list.ts';
import { positionOf } from './places.ts';
import type { Scene } from './scene.ts';

/** Height of a bin, in pixels. */
const BIN_HEIGHT = 2;
/** Of the room between two lanes, so that bars that meet leave air between them. */
const REACH = 0.44;
const REACH_MAX = 150;
/** A stripe is at least so wide, so that one packet in a million is seen. */
const STRIPE_MIN = 1.5;
const TROUBLE_MIN = 3;
/** Bars begin beside the connection that lies on the lane. */
const LANE_HALF_WIDTH = 4;
const KINDS = CENSUS_KINDS.length;
const FAULT = CENSUS_KINDS.indexOf('fault');

/** Cost follows the height of the window, not the packets in it. */
export function layoutDensity(scene: Scene, top: number, bottom: number): Density {
  const { laneX, pitch, roster } = scene;
  const census = scene.census();
  const cells = census.lanes * KINDS;
  // Bins stand where they stood when the window moves.
  const first = Math.floor(top / BIN_HEIGHT);
  const bins = Math.ceil(bottom / BIN_HEIGHT) - first;
  const counts = new Uint32Array(bins * cells);
  const sums = [new Uint32Array(cells), new Uint32Array(cells)];
  // What a broker sees is the sum of all others: it has a scale of its own.
  const most = { ends: 0, middle: 0 };
  let before = -1;
  for (let bin = 0; bin <= bins; bin++) {
    const position = positionOf(scene, instantFrom(scene, (first + bin) * BIN_HEIGHT));
    const now = sums[bin & 1]!;
    const then = sums[(bin & 1) ^ 1]!;
    if (position === before) now.set(then);
    else census.before(position, now);
    if (bin > 0 && position !== before) {
      const at = (bin - 1) * cells;
      for (let lane = 0; lane < census.lanes; lane++) {
        let here = 0;
        for (let kind = 0; kind < KINDS; kind++) {
          const cell = lane * KINDS + kind;
          const count = now[cell]! - then[cell]!;
          counts[at + cell] = count;
          here += count;
        }
        const place = roster.lanes[lane]!.side === 'middle' ? 'middle' : 'ends';
        most[place] = Math.max(most[place], here);
      }
    }
    before = position;
  }
  const stripes = new Stripes();
  const reach = Math.min(REACH_MAX, pitch * REACH);
  const reachOf = {
    ends: reach / Math.sqrt(roundedUp(most.ends)),
    middle: reach / Math.sqrt(roundedUp(most.middle)),
  };
  for (const { index, side } of roster.lanes) {
    const x = laneX[index]!;
    const scale = side === 'middle' ? reachOf.middle : reachOf.ends;
    for (let bin = 0; bin < bins; bin++) {
      const at = bin * cells + index * KINDS;
      let all = 0;
      for (let kind = 0; kind < KINDS; kind++) all += counts[at + kind]!;
      if (all === 0) continue;
      const y = (first + bin) * BIN_HEIGHT;
      // By the root, so that what is rare is seen beside what is frequent.
      const width = Math.max(STRIPE_MIN, scale * Math.sqrt(all));
      if (side !== 'left') stripes.bar(counts, at, all, x - LANE_HALF_WIDTH, y, -width);
      if (side !== 'right') stripes.bar(counts, at, all, x + LANE_HALF_WIDTH, y, width);
    }
  }
  return { step: BIN_HEIGHT, ...stripes.finish(), most: Math.max(most.ends, most.middle) };
}

/** In steps of two, so that a bar does not change its width whenever the window moves a little. */
function roundedUp(count: number): number {
  let full = 1;
  while (full < count) full *= 2;
  return full;
}

/** The first instant whose first row is not above `y`. */
function instantFrom({ axis, rows }: Scene, y: number): number {
  if (rows.times.length === 0) return 0;
  const instant = axis.instantAt(y);
  return axis.firstRowOf(instant) >= y ? instant : instant + 1;
}

class Stripes {
  readonly #x: number[] = [];
  readonly #y: number[] = [];
  readonly #width: number[] = [];
  readonly #kind: number[] = [];

  /** From its lane outwards, trouble first: that is where the eye is. `width` is below 0 for a bar that grows to the left. */
  bar(counts: Uint32Array, at: number, all: number, x: number, y: number, width: number): void {
    const direction = width < 0 ? -1 : 1;
    let from = 0;
    for (let each = -1; each < KINDS; each++) {
      const kind = each < 0 ? FAULT : each;
      const count = counts[at + kind]!;
      if (count === 0 || each === FAULT) continue;
      const share = Math.max(each < 0 ? TROUBLE_MIN : 0, (Math.abs(width) * count) / all);
      this.#x.push(direction < 0 ? x - from - share : x + from);
      this.#y.push(y);
      this.#width.push(share);
      this.#kind.push(kind);
      from += share;
    }
  }

  finish(): Pick<Density, 'x' | 'y' | 'width' | 'kind'> {
    return {
      x: Float32Array.from(this.#x),
      y: Float32Array.from(this.#y),
      width: Float32Array.from(this.#width),
      kind: Uint8Array.from(this.#kind),
    };
  }
}
