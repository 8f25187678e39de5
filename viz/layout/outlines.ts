/** Outlines of what a display list names only: paths of SVG, which canvas draws as well. */
import type { Arrow, Glyph } from './display-list.ts';
import { FAMILY_STYLES } from './family.ts';

const HEAD = { length: 9, halfWidth: 3.8 };
const CROSS = 5;

const DASHES = { solid: undefined, 'long-dash': '9 4', dotted: '1.5 4' } as const;
/** Of an arrow that was still under way when the trace ended. */
const UNFINISHED_DASH = '2 3';

/** Hatches of what lasts: patterns of so many pixels, turned by so many degrees. */
export const HATCHES = {
  down: { of: 'lines', size: 8, turn: 45 },
  fault: { of: 'lines', size: 8, turn: -45 },
  paused: { of: 'dots', size: 5, turn: 45 },
} as const;

/** Around the place of the mark. */
export const GLYPHS: Readonly<Record<Glyph, string>> = {
  call: 'M0 -4.5L4.5 0L0 4.5L-4.5 0Z',
  delivered: 'M0 -4.5L4.5 0L0 4.5L-4.5 0Z',
  failed: 'M-4 -4L4 4M4 -4L-4 4',
  closed: 'M-5 0H5',
  ended: 'M-6 0H6',
  fault: 'M1.5 -7L-4.5 1.2H-0.6L-1.8 7L4.5 -1.6H0.6Z',
  down: 'M-6 -2.5H6M-6 2.5H6',
  up: 'M-5 3L0 -3L5 3',
};

/** A line beyond the edge of what is drawn is cut off this far from it: what is cut is not seen, however heavy the line. */
const BEYOND = 16;

/** A straight line. */
export interface Shaft {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/** The dashes of the line of an arrow; undefined for a solid one. */
export function dashOf({ end, family }: Arrow): string | undefined {
  return end === 'under-way' ? UNFINISHED_DASH : DASHES[FAMILY_STYLES[family].line];
}

/**
 * The line of an arrow as far as it lies between two heights; undefined if it does not. It ends inside a filled head, so that a heavy
 * line does not blunt its point. A packet may be under way for a hundred thousand pixels, and whoever dashes a line dashes all of
 * it: what is cut off before the first height is a whole number of dashes, so that no dash moves when the heights do.
 */
function shaftWithin(arrow: Arrow, top: number, bottom: number): Shaft | undefined {
  const { x1, y1 } = arrow;
  const { x: x2, y: y2 } = shaftEnd(arrow);
  const [first, last] = [top - BEYOND, bottom + BEYOND];
  if (y2 < first || y1 > last) return undefined;
  if (y1 >= first && y2 <= last) return { x1, y1, x2, y2 };
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = Math.sqrt(dx * dx + dy * dy);
  const dash = dashOf(arrow);
  const period = dash === undefined ? 1 : dash.split(' ').reduce((sum, part) => sum + Number(part), 0);
  const along = (y: number): number => ((y - y1) / dy) * length;
  const from = y1 >= first ? 0 : period * Math.floor(along(first) / period);
  const to = y2 <= last ? length : along(last);
  const at = (way: number): [number, number] => [x1 + (dx * way) / length, y1 + (dy * way) / length];
  const [beginX, beginY] = at(from);
  const [endX, endY] = at(to);
  return { x1: beginX, y1: beginY, x2: endX, y2: endY };
}

/** What is drawn of an arrow between two heights: its line, and its ends as paths, which are empty where there is nothing to draw. */
export interface Outline {
  shaft: Shaft | undefined;
  tip: string;
  tail: string;
}

/** Cost follows what is between the heights: of what lies beyond nothing is written. */
export function outlineOf(
  arrow: Arrow,
  top = Number.NEGATIVE_INFINITY,
  bottom = Number.POSITIVE_INFINITY,
): Outline {
  const isSeen = (y: number): boolean => y >= top - BEYOND && y <= bottom + BEYOND;
  return {
    shaft: shaftWithin(arrow, top, bottom),
    tip: isSeen(arrow.y2) ? tipPath(arrow) : '',
    tail: FAMILY_STYLES[arrow.family].squareTail && isSeen(arrow.y1) ? tailPath(arrow) : '',
  };
}

function shaftEnd(arrow: Arrow): { x: number; y: number } {
  const { x1, y1, x2, y2, end, family } = arrow;
  if (end !== 'arrived' || FAMILY_STYLES[family].head !== 'filled') return { x: x2, y: y2 };
  const short = (HEAD.length - 2) / lengthOf(arrow);
  return { x: x2 - (x2 - x1) * short, y: y2 - (y2 - y1) * short };
}

/** How the end of an arrow is drawn: filled, as a line, or as the cross of a loss. */
export function tipKind({ end, family }: Arrow): 'filled' | 'open' | 'cross' {
  return end === 'lost' ? 'cross' : FAMILY_STYLES[family].head;
}

/** A head that points along the arrow, or a cross where a packet was lost. Sizes do not follow the line's weight. */
function tipPath(arrow: Arrow): string {
  const { x1, y1, x2, y2, end } = arrow;
  if (end === 'under-way') return '';
  if (end === 'lost') {
    const d = CROSS;
    return `M${n(x2 - d)} ${n(y2 - d)}L${n(x2 + d)} ${n(y2 + d)}M${n(x2 + d)} ${n(y2 - d)}L${n(x2 - d)} ${n(y2 + d)}`;
  }
  const length = lengthOf(arrow);
  const ux = (x2 - x1) / length;
  const uy = (y2 - y1) / length;
  const bx = x2 - ux * HEAD.length;
  const by = y2 - uy * HEAD.length;
  const px = -uy * HEAD.halfWidth;
  const py = ux * HEAD.halfWidth;
  const close = tipKind(arrow) === 'filled' ? 'Z' : '';
  return `M${n(bx + px)} ${n(by + py)}L${n(x2)} ${n(y2)}L${n(bx - px)} ${n(by - py)}${close}`;
}

/** The square at the beginning of an arrow. */
function tailPath({ x1, y1 }: Arrow): string {
  return `M${n(x1 - 3.5)} ${n(y1 - 3.5)}h7v7h-7Z`;
}

function lengthOf({ x1, y1, x2, y2 }: Arrow): number {
  const dx = x2 - x1;
  const dy = y2 - y1;
  return Math.max(1, Math.sqrt(dx * dx + dy * dy));
}

/** Hundredths of a pixel are enough. */
function n(value: number): number {
  return Math.round(value * 100) / 100;
}
