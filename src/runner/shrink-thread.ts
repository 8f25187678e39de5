/** Shrinks a failure on a thread of its own, watched from outside: a story with less in it may loop where the whole one did not. */
import { Worker } from 'node:worker_threads';
import { Heartbeat } from '../host/run-messages.ts';
import { LOOK_MILLIS, Silence } from '../host/silence.ts';
import { THREAD_LIMITS } from '../host/thread-memory.ts';
import type { SavedFailure } from './failure.ts';
import type { Size } from './reduction.ts';
import type { ShrinkAnswer, ShrinkOrder } from './shrink-messages.ts';

export interface ShrinkThreadOptions {
  readonly failure: SavedFailure;
  /** Real milliseconds without any progress after which a story is taken for one that never ends. */
  readonly patienceMillis: number;
  readonly onProgress?: (size: Size, attempts: number) => void;
  readonly signal?: AbortSignal;
}

export type ShrinkOutcome =
  | Extract<ShrinkAnswer, { kind: 'shrunk' }>
  | { readonly kind: 'gone' | 'stuck' | 'died'; readonly message: string }
  | { readonly kind: 'interrupted' };

export function shrinkOnThread(options: ShrinkThreadOptions): Promise<ShrinkOutcome> {
  process.env.TZ = 'UTC';
  const heartbeat = new Heartbeat();
  const order: ShrinkOrder = { failure: options.failure, heartbeat: heartbeat.memory };
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const worker = new Worker(new URL(`./shrink-worker${extension}`, import.meta.url), {
    workerData: order,
    resourceLimits: THREAD_LIMITS,
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  return new Promise((resolve) => {
    const silence = new Silence(heartbeat, options.patienceMillis);
    const settle = (outcome: ShrinkOutcome): void => {
      clearInterval(poll);
      options.signal?.removeEventListener('abort', interrupt);
      void worker.terminate();
      resolve(outcome);
    };
    const interrupt = (): void => settle({ kind: 'interrupted' });
    const poll = setInterval(() => {
      if (silence.look() === 'stuck')
        settle({ kind: 'stuck', message: 'with less in it the story loops without awaiting anything' });
    }, LOOK_MILLIS);
    options.signal?.addEventListener('abort', interrupt, { once: true });
    worker.on('message', (answer: ShrinkAnswer) => {
      if (answer.kind === 'progress') options.onProgress?.(answer.size, answer.attempts);
      else settle(answer);
    });
    worker.on('error', (error) => settle({ kind: 'died', message: error.message }));
    worker.on('exit', (code) => settle({ kind: 'died', message: `its thread ended with code ${code}` }));
  });
}
