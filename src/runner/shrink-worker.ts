/** The thread of a shrink: runs one story again and again with less and less of it, and answers once. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadHosted, runHosted } from '../host/run-hosted.ts';
import { Heartbeat } from '../host/run-messages.ts';
import type { TraceEvent } from '../trace/event.ts';
import { recordOf } from './seed-record.ts';
import { type Attempt, type Candidate, ShrinkError, shrink } from './shrink.ts';
import type { ShrinkAnswer, ShrinkOrder } from './shrink-messages.ts';

const { failure, options, heartbeat } = workerData as ShrinkOrder;
const pulse = new Heartbeat(heartbeat);

async function answer(): Promise<ShrinkAnswer> {
  const scenario = await loadHosted(failure.file);
  const run = async ({ plan, omit }: Candidate): Promise<Attempt> => {
    const trace: TraceEvent[] = [];
    const calls: string[] = [];
    const result = await runHosted(
      scenario,
      {
        ...options,
        level: 'packets',
        ...(plan === undefined ? {} : { faults: { plan } }),
        omit: [...(failure.omit ?? []), ...omit],
        onEvent: (event) => trace.push(event),
        onCall: (name) => calls.push(name),
      },
      (now, events) => pulse.beat(now, events),
    );
    const { broke, outcome } = recordOf(failure.file, result);
    return { result, broke: broke ?? (outcome === 'passed' ? undefined : outcome), trace, calls };
  };
  try {
    const shrunk = await shrink({
      run,
      broke: failure.broke,
      onProgress: (size, attempts) => parentPort!.postMessage({ kind: 'progress', size, attempts }),
    });
    return { kind: 'shrunk', shrunk };
  } catch (error) {
    if (error instanceof ShrinkError) return { kind: 'gone', message: error.message };
    throw error;
  }
}

parentPort!.postMessage(await answer());
