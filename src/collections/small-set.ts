/**
 * A set in the order in which its elements came, as a field holds it: nothing, the only element, or all of them. Most sets of a world have
 * one element at most, and a million of those must cost no object.
 */
export type SmallSet<T extends object> = T | Set<T> | undefined;

/** @returns what the field holds from now on. */
export function added<T extends object>(held: SmallSet<T>, element: T): SmallSet<T> {
  if (held === undefined || held === element) return element;
  return held instanceof Set ? held.add(element) : new Set([held, element]);
}

/** @returns what the field holds from now on. */
export function removed<T extends object>(held: SmallSet<T>, element: T): SmallSet<T> {
  if (!(held instanceof Set)) return held === element ? undefined : held;
  held.delete(element);
  return held;
}

export function sizeOf<T extends object>(held: SmallSet<T>): number {
  if (held instanceof Set) return held.size;
  return held === undefined ? 0 : 1;
}

/** All elements; those of a larger set as they come, while it changes. */
export function elementsOf<T extends object>(held: SmallSet<T>): Iterable<T> {
  if (held instanceof Set) return held;
  return held === undefined ? NOTHING : [held];
}

const NOTHING: never[] = [];
