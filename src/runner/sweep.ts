/**
 * Many seeds of some scenarios: over threads, over machines, and on from where it was ended.
 *
 * A sweep keeps digests and counters. A seed that fails is run once more, alone on a fresh thread and with everything recorded: if it is
 * another run then, something that a script kept from seed to seed, or the engine, is not deterministic.
 */
import type { HostedOptions } from '../host/run-hosted.ts';
import { supervise } from '../host/supervise.ts';
import { Crew } from './crew.ts';
import type { RunResult } from './run.ts';
import { recordOf, recordWithout, type SeedRecord } from './seed-record.ts';
import { SeedSet } from './seed-set.ts';
import { type SeedRange, type Shard, seedsOf } from './seeds.ts';
import { SweepCount } from './sweep-count.ts';
import type { SweepRunOptions, SweepTask } from './sweep-messages.ts';
import type { SweepTally } from './sweep-tally.ts';

export interface SweepOptions {
  readonly files: readonly string[];
  readonly seeds: SeedRange;
  /** Come before those, whichever they are. */
  readonly first?: readonly SweepTask[];
  /** All seeds without it. */
  readonly shard?: Shard | undefined;
  readonly workers: number;
  readonly run: SweepRunOptions;
  /** Real milliseconds without any progress after which a script is taken for one that never ends. */
  readonly patienceMillis: number;
  /** What was run before, which is not run again; what is run now is counted there too. Nothing was without it. */
  readonly count?: SweepCount;
  /** Ends at the first seed that fails. */
  readonly bail?: boolean;
  /** Is told of each seed that was run, in the order in which they end. */
  readonly onRecord?: (record: SeedRecord) => void;
  /** Ends the sweep where it is: what was run is kept. */
  readonly signal?: AbortSignal;
}

export interface Sweep {
  readonly tally: SweepTally;
  /** Every seed came to its turn. */
  readonly complete: boolean;
}

export async function sweep(options: SweepOptions): Promise<Sweep> {
  const { count = new SweepCount() } = options;
  let bailed = false;
  const crew = new Crew<SweepTask, SeedRecord>(tasksOf(options, count), {
    size: options.workers,
    module: 'sweep-worker',
    order: { options: options.run },
    patienceMillis: options.patienceMillis,
    lost: ({ file, seed }, { outcome, detail, virtualMicros }) =>
      recordWithout(file, seed, outcome, detail, virtualMicros),
    onAnswer(record) {
      if (bailed || !count.add(record)) return;
      options.onRecord?.(record);
      if (options.bail !== true || record.outcome === 'passed') return;
      bailed = true;
      crew.stop();
    },
  });
  const stop = (): void => crew.stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted !== true) await crew.work();
  options.signal?.removeEventListener('abort', stop);
  return { tally: count.tally, complete: !bailed && options.signal?.aborted !== true };
}

function* tasksOf(
  { files, first = [], seeds, shard }: SweepOptions,
  count: SweepCount,
): Generator<SweepTask> {
  const given = new SeedSet();
  for (const task of first) if (!count.has(task) && given.add(task)) yield task;
  for (const file of files) {
    for (const seed of seedsOf(seeds, shard)) {
      const task: SweepTask = { file, seed: `${seed}` };
      if (!count.has(task) && !given.has(task)) yield task;
    }
  }
}

/** A seed run again, alone. */
export interface Rerun {
  /** Absent when it came to none. */
  readonly result?: RunResult;
  /** What the two runs differ in, when they do. */
  readonly differs?: SeedRecord;
  /** Why the trace cannot be written: what the operating system said. */
  readonly unwritable?: string;
}

/**
 * Runs a seed that failed again, on a fresh thread and with everything recorded.
 *
 * @param tracePath where the trace goes; none without it.
 */
export async function rerun(
  record: SeedRecord,
  run: SweepRunOptions & Pick<HostedOptions, 'faults'>,
  where: { patienceMillis: number; tracePath?: string; signal?: AbortSignal },
): Promise<Rerun> {
  const { file, seed } = record;
  const outcome = await supervise({
    path: file,
    options: { ...run, seed, level: where.tracePath === undefined ? 'digest' : 'full' },
    patienceMillis: where.patienceMillis,
    onOutput: () => {},
    ...(where.tracePath === undefined ? {} : { tracePath: where.tracePath }),
    ...(where.signal === undefined ? {} : { signal: where.signal }),
  });
  if (outcome.kind === 'interrupted') return {};
  if (outcome.kind === 'environment') return { unwritable: outcome.message };
  if (outcome.kind !== 'result') {
    const detail = 'message' in outcome ? outcome.message : 'alone, it never ends';
    return { differs: recordWithout(file, seed, 'differs', detail) };
  }
  const { result } = outcome;
  if (result.digest === record.digest && recordOf(file, result).broke === record.broke) return { result };
  const detail =
    `alone it is another run (digest ${result.digest}, ${result.verdict}) than among others (digest ${record.digest}, ` +
    `${record.outcome}): something is kept from seed to seed, perhaps in a variable of the module`;
  return { result, differs: recordWithout(file, seed, 'differs', detail) };
}
