/** The thread of a shrink: runs one story again and again with less and less of it, and answers once. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadHosted } from '../host/run-hosted.ts';
import { Heartbeat } from '../host/run-messages.ts';
import { candidateRunner } from './candidate-run.ts';
import { runOptionsOf } from './failure.ts';
import { type ReductionOptions, type RunCandidate, ShrinkError } from './reduction.ts';
import type { ShrinkAnswer, ShrinkOrder } from './shrink-messages.ts';
import { shrinkStory } from './shrink-story.ts';

const { failure, heartbeat } = workerData as ShrinkOrder;
const pulse = new Heartbeat(heartbeat);

async function answer(): Promise<ShrinkAnswer> {
  const story = await loadHosted(failure.file);
  const runCandidate = candidateRunner(story, runOptionsOf(failure), (now, events) =>
    pulse.beat(now, events),
  );
  let attempts = 0;
  const options = {
    run: ((candidate, seed) => {
      attempts++;
      return runCandidate(candidate, seed);
    }) satisfies RunCandidate,
    broke: failure.broke,
    onProgress: (size) => parentPort!.postMessage({ kind: 'progress', size, attempts }),
  } satisfies ReductionOptions;
  try {
    return { kind: 'shrunk', ...(await shrinkStory(story, options)), attempts };
  } catch (error) {
    if (error instanceof ShrinkError) return { kind: 'gone', message: error.message };
    throw error;
  }
}

parentPort!.postMessage(await answer());
