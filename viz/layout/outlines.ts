/** Outlines of what a display list names only: paths of SVG, which canvas draws as well. */
import type { Arrow, Glyph } from './display-list.ts';
import { FAMILY_STYLES } from './family.ts';

const HEAD = { length: 9, halfWidth: 3.8 };
const CROSS = 5;

export const DASHES = { solid: undefined, 'long-dash': '9 4', dotted: '1.5 4' } as const;
/** Of an arrow that was still under way when the trace ended. */
export const UNFINISHED_DASH = '2 3';

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

/** Where the line of an arrow ends: inside a filled head, so that a heavy line does not blunt its point. */
export function shaftEnd(arrow: Arrow): { x: number; y: number } {
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
export function tipPath(arrow: Arrow): string {
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

/** The square at the beginning of an arrow; empty for families without. */
export function tailPath({ x1, y1, family }: Arrow): string {
  return FAMILY_STYLES[family].squareTail ? `M${n(x1 - 3.5)} ${n(y1 - 3.5)}h7v7h-7Z` : '';
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
