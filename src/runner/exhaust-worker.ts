/** A thread of an exhaustion: loads the scenario once, and runs it again and again with other faults. */
import { parentPort, workerData } from 'node:worker_threads';
import { showPresent } from '../host/present.ts';
import { keepsRandomBytes } from '../host/random-pools.ts';
import { loadHosted, runHosted } from '../host/run-hosted.ts';
import { Heartbeat } from '../host/run-messages.ts';
import { describeThrown } from '../scenario/errors.ts';
import { SPENT } from './crew.ts';
import type { ExhaustAnswer, ExhaustOrder, ExhaustTask } from './exhaust-messages.ts';
import { ExhaustRuns } from './exhaust-task.ts';
import { recordWithout } from './seed-record.ts';

const { file, seed, options, prune, heartbeat: memory } = workerData as ExhaustOrder;
const heartbeat = new Heartbeat(memory);
const scenario = loadHosted(file);
const runs = new ExhaustRuns(
  file,
  async (more) =>
    runHosted(await scenario, { ...options, seed, ...more }, (now, events) => heartbeat.beat(now, events)),
  prune,
);

async function perform(task: ExhaustTask): Promise<ExhaustAnswer> {
  try {
    return await runs.perform(task);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : describeThrown(error);
    const { index, first } = task;
    const record = recordWithout(file, `${index}`, 'bug', text);
    return { index, record, faults: first === undefined ? [] : [first], moot: false };
  }
}

showPresent();
parentPort!.on('message', async (tasks: readonly ExhaustTask[]) => {
  for (const task of tasks) {
    heartbeat.beat(0, 0);
    parentPort!.postMessage(await perform(task));
    if (keepsRandomBytes()) process.exit(SPENT);
  }
});
