/** What of a card is in sight: where it is too long for its room it begins with one of its parts, and none of them is cut in two. */

/**
 * @param tops where each part begins, in their order
 * @param end where the last one ends, with the buttons below it
 * @returns the place of the first part from which on all has room; the last one when there is too little for any
 */
export function firstInSight(tops: readonly number[], end: number, room: number): number {
  const first = tops.findIndex((top) => end - top <= room);
  return first < 0 ? tops.length - 1 : first;
}
