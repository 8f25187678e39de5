/**
 * What code of a run threw and nobody caught: in a tick, in a microtask, or as the rejection of a promise. While a run goes on nobody else
 * on this thread is told, neither the process, which it would end, nor a test runner, which would blame a test.
 */

/** Whose listeners wait while a run goes on. */
const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/** @param promise the one that was rejected with it; none when it was thrown. */
export type Uncaught = (error: unknown, promise?: Promise<unknown>) => void;

/** @returns gives the events back to whom they were told before. */
export function catchUncaught(tell: Uncaught): () => void {
  // biome-ignore lint/suspicious/noExplicitAny: listeners of any event
  const before = EVENTS.map((event) => process.rawListeners(event as any) as ((...args: any[]) => void)[]);
  const thrown = (error: unknown): void => tell(error);
  const rejected = (reason: unknown, promise: Promise<unknown>): void => tell(reason, promise);
  for (const event of EVENTS) process.removeAllListeners(event);
  process.on('uncaughtException', thrown);
  process.on('unhandledRejection', rejected);
  return () => {
    process.off('uncaughtException', thrown);
    process.off('unhandledRejection', rejected);
    EVENTS.forEach((event, i) => {
      for (const listener of before[i]!) process.on(event as 'uncaughtException', listener);
    });
  };
}
