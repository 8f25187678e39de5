import { setTimeout as sleep } from 'node:timers/promises';

/** A farewell takes no longer, whatever has become of Redis. */
const FAREWELL_MILLIS = 3_000;

/** Waits, but not longer than until the signal. */
export async function pause(millis: number, signal: AbortSignal): Promise<void> {
  await sleep(millis, undefined, { signal }).catch(() => {});
}

/** Waits for the last of something, but not for ever; what comes of it does not matter any more. */
export async function inTime(last: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([last.catch(() => {}), pause(FAREWELL_MILLIS, patience.signal)]);
  patience.abort();
}
