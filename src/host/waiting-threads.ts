/** Threads on which a run has left nothing behind: the next one there need not load what all runs need. */
import type { Worker } from 'node:worker_threads';

const waiting: Worker[] = [];

/** It waits until it is taken, or let go. */
export function keepWaiting(thread: Worker): void {
  waiting.push(thread);
}

export function takeWaiting(): Worker | undefined {
  return waiting.pop();
}

/** It has ended. */
export function forgetWaiting(thread: Worker): void {
  const at = waiting.indexOf(thread);
  if (at >= 0) waiting.splice(at, 1);
}

/** Ends all that wait: what they print would be read, and so they keep the process alive. */
export function letThreadsGo(): void {
  for (const thread of waiting.splice(0)) void thread.terminate();
}
