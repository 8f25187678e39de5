/**
 * Packages such as `ws`, `nanoid` and `uuid` draw random bytes for later, and keep them in a variable of their module: what one run has left of
 * them the next would use, and be another than alone. Who fills so much at once on a thread has such a pool, and the thread has had its run.
 */

/** That of `uuid` is the smallest. */
const POOL_BYTES = 256;

let filled = false;

/** Code of a run asks for so many random bytes in an array of its own. */
export function askedForRandomBytes(count: number): void {
  if (count >= POOL_BYTES) filled = true;
}

/** Whether something on this thread may have kept random bytes of a run. */
export function keepsRandomBytes(): boolean {
  return filled;
}
