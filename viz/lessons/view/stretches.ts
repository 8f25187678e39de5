/** What of a run may be in view at once. */
import type { Stretch } from '../../layout/aim.ts';

/** Something that is told of, in microseconds: from where it is seen until it is over. */
export interface Told extends Stretch {
  /** When what led to it happened, at another time. */
  cause: number;
}

/**
 * The most first: all that is told, and then without what is told last. Each begins where the picture should begin, and else with what
 * led to what is told first, or with that itself: so the first of what is told is in view beside what came of it, as long as there is room.
 *
 * @param from where the picture should begin, in microseconds
 * @param told in its order
 */
export function stretchesFrom(from: number, told: readonly Told[]): Stretch[] {
  const [first] = told;
  if (first === undefined) return [];
  const begins = [from, ...[first.cause, first.from].filter((time) => time > from)];
  const ends = (told.length > 1 ? told.slice(1) : told).toReversed();
  return ends.flatMap(({ until }) => begins.map((begin) => ({ from: begin, until })));
}
