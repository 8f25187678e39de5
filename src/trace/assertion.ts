/** What a script says of its run. */
import type { Asserted } from './event.ts';

/** `always` must hold whenever it is said; a `sometimes` that does not hold now may at another time, or in another run. */
export function fails({ assertion, holds }: Pick<Asserted, 'assertion' | 'holds'>): boolean {
  return assertion === 'always' && !holds;
}
