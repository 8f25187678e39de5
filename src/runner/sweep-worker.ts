/** A thread of a sweep: loads a scenario once and runs seed after seed of it, with the judge on and nothing recorded. */
import { parentPort, workerData } from 'node:worker_threads';
import { showPresent } from '../host/present.ts';
import { keepsRandomBytes } from '../host/random-pools.ts';
import { loadHosted, runHosted } from '../host/run-hosted.ts';
import { Heartbeat } from '../host/run-messages.ts';
import { describeThrown } from '../scenario/errors.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { SPENT } from './crew.ts';
import { recordOf, recordWithout, type SeedRecord } from './seed-record.ts';
import type { SweepOrder, SweepTask } from './sweep-messages.ts';

const order = workerData as SweepOrder;
const heartbeat = new Heartbeat(order.heartbeat);
const scenarios = new Map<string, Promise<Scenario>>();

function scenarioOf(file: string): Promise<Scenario> {
  let loaded = scenarios.get(file);
  if (loaded === undefined) {
    loaded = loadHosted(file);
    scenarios.set(file, loaded);
  }
  return loaded;
}

async function runSeed(file: string, seed: string): Promise<SeedRecord> {
  try {
    const scenario = await scenarioOf(file);
    const options = { ...order.options, seed, level: 'digest' } as const;
    const beat = (now: number, events: number): void => heartbeat.beat(now, events);
    const result = await runHosted(scenario, { ...options, places: 'none' }, beat);
    // Most seeds end without an error; failures are grouped by the place in the story, which a second run tells.
    return recordOf(file, result.error === undefined ? result : await runHosted(scenario, options, beat));
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : describeThrown(error);
    return recordWithout(file, seed, 'bug', text);
  }
}

showPresent();
parentPort!.on('message', async (tasks: readonly SweepTask[]) => {
  for (const { file, seed } of tasks) {
    heartbeat.beat(0, 0);
    parentPort!.postMessage(await runSeed(file, seed));
    if (keepsRandomBytes()) process.exit(SPENT);
  }
});
