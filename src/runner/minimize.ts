/** Delta debugging: fewer and fewer of some items, as long as what is left still shows it (Zeller and Hildebrandt, 2002). */

/**
 * @param shows whether these items, in their order, still show it; all of them did.
 * @returns items of which none can be left out alone, unless `shows` stopped answering true for want of attempts.
 */
export async function minimize<T>(
  items: readonly T[],
  shows: (items: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = items;
  if (kept.length > 0 && (await shows([]))) return [];
  let parts = 2;
  while (kept.length >= 2) {
    const size = Math.ceil(kept.length / parts);
    let smaller: readonly T[] | undefined;
    for (let from = 0; from < kept.length && smaller === undefined; from += size) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (without.length < kept.length && (await shows(without))) smaller = without;
    }
    if (smaller !== undefined) {
      kept = smaller;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) {
      break;
    } else {
      parts = Math.min(kept.length, parts * 2);
    }
  }
  return kept;
}
