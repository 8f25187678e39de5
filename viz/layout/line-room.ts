/** Where lines are, so that no words lie on them. Lines are kept by horizontal strips, as boxes are in a `LabelRoom`. */
import type { Arrow } from './display-list.ts';
import type { Box } from './label-room.ts';

const STRIP_HEIGHT = 16;
/** A steep line is in so many strips at most; beyond that words may lie on it. */
const STRIPS_MAX = 40;
/** A line may touch the edge of a box by so much. */
const EDGE = 2;

export type Line = Pick<Arrow, 'x1' | 'y1' | 'x2' | 'y2'>;

export class LineRoom {
  readonly #strips = new Map<number, Line[]>();

  /** Only what is between two heights is kept. */
  constructor(lines: readonly Line[], top: number, bottom: number) {
    for (const line of lines) {
      const first = Math.floor(Math.max(line.y1, top) / STRIP_HEIGHT);
      const last = Math.min(Math.floor(Math.min(line.y2, bottom) / STRIP_HEIGHT), first + STRIPS_MAX);
      for (let strip = first; strip <= last; strip++) {
        const here = this.#strips.get(strip);
        if (here === undefined) this.#strips.set(strip, [line]);
        else here.push(line);
      }
    }
  }

  /** `own` may be there. */
  isFree({ x, y, width, height }: Box, own?: Line): boolean {
    const top = y + EDGE;
    const bottom = y + height - EDGE;
    const last = Math.floor(bottom / STRIP_HEIGHT);
    for (let strip = Math.floor(top / STRIP_HEIGHT); strip <= last; strip++) {
      for (const line of this.#strips.get(strip) ?? []) {
        if (line !== own && crosses(line, x, x + width, top, bottom)) return false;
      }
    }
    return true;
  }
}

function crosses(
  { x1, y1, x2, y2 }: Line,
  left: number,
  right: number,
  top: number,
  bottom: number,
): boolean {
  const from = Math.max(left, Math.min(x1, x2));
  const to = Math.min(right, Math.max(x1, x2));
  if (from > to) return false;
  const slope = x2 === x1 ? 0 : (y2 - y1) / (x2 - x1);
  const [one, other] = [y1 + slope * (from - x1), y1 + slope * (to - x1)];
  return Math.max(one, other) > top && Math.min(one, other) < bottom;
}
