/**
 * Places that are taken, so that no two labels touch. Boxes are kept by horizontal strips, so that a question
 * costs what is near and not what is drawn.
 */
import { lowerBound } from '../index/column.ts';
import { type Line, LineRoom } from './line-room.ts';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const STRIP_HEIGHT = 32;
/** Once so many labels found no place in a strip, the others that are about it will not find any either. */
const REFUSED_MAX = 6;
/** Between two labels. */
const AIR = 1.5;
/** The line of a moment may touch the edge of a box by so much. */
const EDGE = 1.5;

/** Words of packets stand between lanes, those of marks beside one. */
export type Where = 'between' | 'beside';

export class LabelRoom {
  /** Labels for which no place was found. */
  refused = 0;
  readonly #strips = new Map<number, Box[]>();
  readonly #refusals = new Map<number, number>();
  readonly #top: number;
  readonly #bottom: number;
  #lines: LineRoom | undefined;
  #strictly = false;
  #moments: Float64Array = new Float64Array(0);

  /** Between two heights; words beyond them are those of another window. */
  constructor(top = Number.NEGATIVE_INFINITY, bottom = Number.POSITIVE_INFINITY) {
    this.#top = top;
    this.#bottom = bottom;
  }

  /** False for words of which nothing is between the heights. */
  holds({ y, height }: Box): boolean {
    return y + height >= this.#top && y <= this.#bottom;
  }

  /** These lines cross it. From now on words stand `strictly` where none of them is, but for those that are urgent. */
  cross(lines: readonly Line[], strictly: boolean): void {
    this.#lines = new LineRoom(lines, this.#top, this.#bottom);
    this.#strictly = strictly;
  }

  /** True where no line is but one's own. */
  isClear(box: Box, own?: Line): boolean {
    return this.#lines?.isFree(box, own) !== false;
  }

  /** At these heights, which ascend, something happens: a line is drawn there through all of the picture once somebody points at it. */
  rule(moments: Float64Array): void {
    this.#moments = moments;
  }

  /** The uppermost height within a box at which something happens; undefined where none is. */
  momentIn({ y, height }: Box): number | undefined {
    const moments = this.#moments;
    const first = lowerBound(moments, moments.length, y + EDGE);
    return moments[first]! < y + height - EDGE ? moments[first] : undefined;
  }

  /** A label that should have stood at a height, between the lanes or beside one, found no place. */
  refuse(y: number, where: Where): void {
    const strip = stripOf(y, where);
    this.refused++;
    this.#refusals.set(strip, (this.#refusals.get(strip) ?? 0) + 1);
  }

  /** It is of no use to look for a place at a height: so the cost of words follows the window, not the crowd in it. */
  isFull(y: number, where: Where): boolean {
    return (this.#refusals.get(stripOf(y, where)) ?? 0) >= REFUSED_MAX;
  }

  isFree(box: Box, urgent = false): boolean {
    if (!urgent && this.#strictly && !this.isClear(box)) return false;
    const last = Math.floor((box.y + box.height) / STRIP_HEIGHT);
    for (let strip = Math.floor(box.y / STRIP_HEIGHT); strip <= last; strip++) {
      for (const other of this.#strips.get(strip) ?? []) {
        if (
          box.x < other.x + other.width + AIR &&
          other.x < box.x + box.width + AIR &&
          box.y < other.y + other.height &&
          other.y < box.y + box.height
        ) {
          return false;
        }
      }
    }
    return true;
  }

  /** What was taken is free again. */
  leave(box: Box): void {
    for (const boxes of this.#strips.values()) {
      const at = boxes.indexOf(box);
      if (at >= 0) boxes.splice(at, 1);
    }
  }

  take(box: Box): void {
    const last = Math.floor((box.y + box.height) / STRIP_HEIGHT);
    for (let strip = Math.floor(box.y / STRIP_HEIGHT); strip <= last; strip++) {
      const boxes = this.#strips.get(strip);
      if (boxes === undefined) this.#strips.set(strip, [box]);
      else boxes.push(box);
    }
  }
}

function stripOf(y: number, where: Where): number {
  return 2 * Math.floor(y / STRIP_HEIGHT) + (where === 'beside' ? 1 : 0);
}
