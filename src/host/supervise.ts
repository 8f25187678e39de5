/**
 * Runs a scenario on a thread of its own and watches it from outside: a script that loops for ever cannot be stopped from
 * within.
 */
import { existsSync, unlinkSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { Heartbeat, type RunAnswer, type RunOrder, type RunReply } from './run-messages.ts';
import { LOOK_MILLIS, Silence } from './silence.ts';
import { memoryFor, stripAhead } from './stripped-ahead.ts';
import { unfinishedPath } from './trace-path.ts';
import { keepWaiting, takeThread } from './waiting-threads.ts';

export interface SupervisedRun {
  /** Of the file of the scenario. */
  readonly path: string;
  readonly options: RunOrder['options'];
  readonly tracePath?: string;
  /** Real milliseconds without any progress after which the script is taken for one that never ends. */
  readonly patienceMillis: number;
  /** Is told now and then while the run goes on; virtual microseconds and events. */
  readonly onProgress?: (now: number, events: number) => void;
  /** What the script prints. */
  readonly onOutput: (text: string) => void;
  readonly signal?: AbortSignal;
}

export type SupervisedOutcome =
  | RunAnswer
  /** Nothing moved for too long; `site` is where the script was, or the code of a node, when that could be found out. */
  | { kind: 'stuck'; atMicros: number; site: string | undefined; node: string | undefined }
  | { kind: 'interrupted' };

/** After its answer the thread only has to print what it printed. */
const FAREWELL_MILLIS = 2_000;

export function supervise(run: SupervisedRun): Promise<SupervisedOutcome> {
  const heartbeat = new Heartbeat();
  const worker = begin({
    path: run.path,
    options: run.options,
    tracePath: run.tracePath,
    heartbeat: heartbeat.memory,
  });
  let hasPrinted = false;
  const print = (text: string): void => {
    hasPrinted = true;
    run.onOutput(text);
  };
  for (const stream of [worker.stdout, worker.stderr]) stream.on('data', print);
  return new Promise((resolve) => {
    let outcome: SupervisedOutcome | undefined;
    const silence = new Silence(heartbeat, run.patienceMillis);

    const settle = (settled: SupervisedOutcome): void => {
      if (outcome !== undefined) return;
      outcome = settled;
      clearInterval(poll);
      run.signal?.removeEventListener('abort', interrupt);
      if (settled.kind === 'stuck' || settled.kind === 'interrupted') void worker.terminate();
    };
    const interrupt = (): void => settle({ kind: 'interrupted' });
    const poll = setInterval(() => {
      const seen = silence.look();
      if (seen === 'moved' && heartbeat.beats > 0) run.onProgress?.(heartbeat.now, heartbeat.events);
      else if (seen === 'stuck') {
        clearInterval(poll);
        void import('./stuck-site.ts')
          .then(({ stuckPlace }) => stuckPlace(worker.threadId))
          .then(({ site, present: { node, micros } = { micros: heartbeat.now } }) =>
            settle({ kind: 'stuck', atMicros: micros, site, node }),
          );
      }
    }, LOOK_MILLIS);
    run.signal?.addEventListener('abort', interrupt, { once: true });

    const listeners = {
      async message({ answer, waits }: RunReply): Promise<void> {
        settle(answer);
        // What was printed before the answer comes by another way, at the latest with the next turn.
        for (let turns = 0; turns < 2; turns++) await new Promise((next) => setImmediate(next));
        if (outcome !== answer) return;
        if (!waits || hasPrinted) {
          if (waits) worker.postMessage(null);
          setTimeout(() => void worker.terminate(), FAREWELL_MILLIS).unref();
          return;
        }
        for (const [event, listener] of Object.entries(listeners)) worker.off(event, listener);
        for (const stream of [worker.stdout, worker.stderr]) stream.off('data', print);
        keepWaiting(worker);
        resolve(answer);
      },
      error(error: Error): void {
        settle(endOf(error, run.path));
      },
      exit(code: number): void {
        // Nothing was left to do, and the module of the scenario had not come to its end.
        if (code === 0 && heartbeat.beats === 0) {
          settle({
            kind: 'refused',
            because: 'script',
            message: `${run.path} awaits at the top of its module what never comes`,
          });
        }
        settle({
          kind: 'bug',
          message: `the thread of the run ended with code ${code} and without an answer`,
        });
        removeUnfinished(run.tracePath);
        resolve(outcome!);
      },
    };
    for (const [event, listener] of Object.entries(listeners)) worker.on(event, listener);
  });
}

function begin(order: RunOrder): Worker {
  const { worker, isNew } = takeThread();
  const ahead = isNew ? memoryFor(order.path) : undefined;
  worker.postMessage({ ...order, ahead } satisfies RunOrder);
  if (ahead !== undefined) setImmediate(() => stripAhead(ahead, order.path));
  return worker;
}

function endOf(error: Error, path: string): SupervisedOutcome {
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return {
      kind: 'environment',
      message:
        `${path} needs more memory than Node gives it: keep less in the script, record at a lower --level, ` +
        'or set NODE_OPTIONS=--max-old-space-size=8192 (MiB)',
    };
  }
  return { kind: 'bug', message: `the thread of the run died: ${error.stack ?? error.message}` };
}

/** A thread that was ended could not tidy up after itself. */
function removeUnfinished(tracePath: string | undefined): void {
  if (tracePath === undefined) return;
  const part = unfinishedPath(tracePath);
  if (existsSync(part)) unlinkSync(part);
}
