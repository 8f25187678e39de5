/**
 * Which element shows which shape. A shape keeps its element, and so the focus, as long as it is drawn; the elements of shapes that
 * are gone are given to those that are new, for to take elements out of a page and to put others in costs more than to change them.
 */
export class Slots {
  #slotOf = new Map<number | string, number>();

  /** A number for each of the keys, which differ; the numbers are those of the calls before as far as there are so many. */
  assign(keys: readonly (number | string)[]): Map<number | string, number> {
    const before = this.#slotOf;
    const kept = new Set(keys);
    const free = [...before].filter(([key]) => !kept.has(key)).map(([, slot]) => slot);
    // Ascending, so that elements stand in the order of what they show, and need not be moved.
    free.sort((one, other) => one - other);
    let taken = 0;
    let next = Math.max(-1, ...before.values()) + 1;
    const slotOf = new Map<number | string, number>();
    for (const key of keys) slotOf.set(key, before.get(key) ?? free[taken++] ?? next++);
    this.#slotOf = slotOf;
    return slotOf;
  }
}
