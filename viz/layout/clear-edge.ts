/** Where a view may begin, so that its edge goes through no words: a text of which half is seen looks like a fault of the picture. */
import type { DisplayList } from './display-list.ts';
import type { Box } from './label-room.ts';

/** What is between two heights. */
export type Whole = Pick<Box, 'height' | 'y'>;

/** A view begins so far from where it was wanted, at most. */
export const REACH = 60;
/** So much above it a view begins of what should be seen. */
const LEAD = 18;
/** Words that are cut off at the end of a view are as bad as so many pixels: they go on below. */
const CUT_BELOW = 16;
/** Of a time in the margin, a mark and the ends of an arrow, each about its middle. */
const TIME_HEIGHT = 12;
const MARK_HEIGHT = 14;
const END_HEIGHT = 10;

/** Everything in a picture that should be seen whole or not at all. */
export function wholesOf({ arrows, bands, frames, gaps, marks, signs, ticks }: DisplayList): Whole[] {
  const about = (y: number, height: number): Whole => ({ y: y - height / 2, height });
  const labels = [
    ...[...arrows, ...bands, ...marks].map(({ label }) => label),
    ...arrows.map(({ note }) => note),
  ];
  return [
    ...labels.filter((label) => label !== undefined),
    ...frames,
    ...signs,
    ...ticks.map(({ y }) => about(y, TIME_HEIGHT)),
    ...gaps.map(({ y1, y2 }) => about((y1 + y2) / 2, TIME_HEIGHT)),
    ...marks.map(({ y }) => about(y, MARK_HEIGHT)),
    ...arrows.flatMap(({ y1, y2 }) => [about(y1, END_HEIGHT), about(y2, END_HEIGHT)]),
  ];
}

/** Further up the end of what is to be seen may be out of view, and much further down its beginning. */
function costOfMove(by: number): number {
  return by < 0 ? -2 * by : by > LEAD ? 4 * by : by;
}

/**
 * The best place near the one that is wanted at which a view can begin and cuts nothing; at its end it cuts nothing either, if there is such a place.
 *
 * @param wanted where a view of so many pixels should begin
 * @param last the last place where one can
 * @returns what was wanted, where every place near it cuts something
 */
export function clearEdge(wholes: readonly Whole[], wanted: number, height: number, last: number): number {
  const beside = ({ y, height: high }: Whole, edge: number): boolean =>
    y < edge + REACH && y + high > edge - REACH;
  const near = wholes.filter((each) => beside(each, wanted) || beside(each, wanted + height));
  const cuts = (edge: number): boolean => near.some(({ y, height: high }) => y < edge && y + high > edge);
  const costOf = (top: number): number => {
    if (top < 0 || top > last || Math.abs(top - wanted) > REACH || (top > 0 && cuts(top)))
      return Number.POSITIVE_INFINITY;
    return costOfMove(top - wanted) + (top < last && cuts(top + height) ? CUT_BELOW : 0);
  };
  let best = wanted;
  let least = costOf(wanted);
  const consider = (top: number): void => {
    const cost = costOf(top);
    if (cost >= least) return;
    best = top;
    least = cost;
  };
  consider(0);
  consider(last);
  for (const { y, height: high } of near) {
    for (const edge of [Math.floor(y), Math.ceil(y + high)]) {
      consider(edge);
      consider(edge - height);
    }
  }
  return best;
}
