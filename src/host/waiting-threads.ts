/** Threads that wait for the order of a run: begun before anybody knows it, or such on which a run has left nothing behind. */
import { Worker } from 'node:worker_threads';
import { THREAD_LIMITS } from './thread-memory.ts';

const waiting: Worker[] = [];
/** Those on which there was no run yet. */
const unused = new WeakSet<Worker>();

/** A thread that loads what every run needs, and then waits for its first order. */
export function beginThread(): Worker {
  // A thread takes its time zone from the process; local times of a script must not depend on where it runs.
  process.env.TZ = 'UTC';
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const worker = new Worker(new URL(`./run-worker${extension}`, import.meta.url), {
    resourceLimits: THREAD_LIMITS,
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) stream.setEncoding('utf8');
  // While it waits nobody else listens.
  worker.on('error', () => {});
  worker.on('exit', () => forgetWaiting(worker));
  unused.add(worker);
  return worker;
}

/** It waits until it is taken, or let go. */
export function keepWaiting(thread: Worker): void {
  waiting.push(thread);
}

/** One that waits, or else a new one; `isNew` when there was no run on it. */
export function takeThread(): { readonly worker: Worker; readonly isNew: boolean } {
  const worker = waiting.pop() ?? beginThread();
  return { worker, isNew: unused.delete(worker) };
}

/** It has ended. */
function forgetWaiting(thread: Worker): void {
  const at = waiting.indexOf(thread);
  if (at >= 0) waiting.splice(at, 1);
}

/** Ends all that wait: what they print would be read, and so they keep the process alive. */
export function letThreadsGo(): void {
  for (const thread of waiting.splice(0)) void thread.terminate();
}
