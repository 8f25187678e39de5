/** Heights at which words may stand that are about a moment, or about a stretch of time: the best first. */

/** Tops for words that are so high, the best first. */
export type Heights = (height: number) => readonly number[];

/** So many steps from a moment words about it are still beside it. */
export const NEAR_STEPS = 10;
/** Words are looked for at so many heights. */
const TRIES_MAX = 160;
const TRY_STEP = 2;

/** Heights for words about a moment, if it can be not on the line that may be drawn through it. */
export function aboutLine(y: number, height: number): readonly number[] {
  const near = [y + 2, y - height - 1, y - height / 2, y + 5, y + 9];
  for (let step = 1; step <= NEAR_STEPS; step++)
    near.push(y + 9 + step * TRY_STEP, y - height - 1 - step * TRY_STEP);
  return near;
}

export function firstThose(heights: readonly number[], are: (y: number) => boolean): readonly number[] {
  return [...heights.filter(are), ...heights.filter((y) => !are(y))];
}

/** Heights for words about what begins: beside its beginning, then just above that, then further down. */
export function fromLine(y: number, below: readonly number[], height: number): readonly number[] {
  const above = [y - height / 2, y - height, y - height - 2 * TRY_STEP, y - height - 4 * TRY_STEP];
  return [...below.slice(0, NEAR_STEPS), ...above, ...below.slice(NEAR_STEPS)];
}

export function heightsBetween(from: number, to: number, height: number): number[] {
  const heights: number[] = [];
  const last = to - height;
  if (last < from) return [(from + to - height) / 2];
  for (let y = from; y <= last && heights.length < TRIES_MAX; y += TRY_STEP) heights.push(y);
  return heights;
}

/** Heights for words about what has no end, from the end of the picture. */
export function heightsAbove(y: number, height: number): readonly number[] {
  return Array.from({ length: NEAR_STEPS * 2 }, (_, step) => y - height - step * TRY_STEP);
}
