/** A thread of a sweep: loads a scenario once and runs seed after seed of it, with the judge on and nothing recorded. */
import { parentPort, workerData } from 'node:worker_threads';
import { Leftovers } from '../host/leftovers.ts';
import { showPresent } from '../host/present.ts';
import { keepsRandomBytes } from '../host/random-pools.ts';
import { loadHosted, runHosted } from '../host/run-hosted.ts';
import { Heartbeat } from '../host/run-messages.ts';
import { describeThrown } from '../scenario/errors.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { SPENT } from './crew.ts';
import type { RunResult } from './run.ts';
import { recordOf, recordWithout, type SeedRecord } from './seed-record.ts';
import type { SweepOrder, SweepTask } from './sweep-messages.ts';

const order = workerData as SweepOrder;
const heartbeat = new Heartbeat(order.heartbeat);
const scenarios = new Map<string, Promise<Scenario>>();

/** Of the seeds so far: what a story does when it is loaded belongs to all of its seeds. */
let leftovers: Leftovers | undefined;
/** A seed has left behind what makes another run of the next one. */
let spent = false;

function scenarioOf(file: string): Promise<Scenario> {
  let loaded = scenarios.get(file);
  if (loaded === undefined) {
    loaded = loadHosted(file);
    scenarios.set(file, loaded);
    leftovers = undefined;
  }
  return loaded;
}

/** Some packages set a global when they are loaded, as MQTT.js does, and nobody sees it: such a seed comes to the same once more, and leaves all as it is. */
async function isSpentBy(
  result: RunResult,
  run: () => Promise<RunResult>,
  leftovers: Leftovers,
): Promise<boolean> {
  return (await run()).digest !== result.digest || leftovers.found();
}

async function runSeed(file: string, seed: string): Promise<SeedRecord> {
  try {
    const scenario = await scenarioOf(file);
    const options = { ...order.options, seed, level: 'digest' } as const;
    const beat = (now: number, events: number): void => heartbeat.beat(now, events);
    leftovers ??= new Leftovers({ modules: false });
    const run = (): Promise<RunResult> => runHosted(scenario, { ...options, places: 'none' }, beat);
    const result = await run();
    if (leftovers.found()) spent = await isSpentBy(result, run, leftovers);
    // Most seeds end without an error; failures are grouped by the place in the story, which a second run tells.
    const again = result.error !== undefined && !spent;
    return recordOf(file, again ? await runHosted(scenario, options, beat) : result);
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
    if (spent || keepsRandomBytes()) process.exit(SPENT);
  }
});
