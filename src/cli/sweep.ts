/** `amber sweep`: many seeds, and what they broke. */
import { availableParallelism } from 'node:os';
import { supervise } from '../host/supervise.ts';
import { Rarity } from '../runner/rarity.ts';
import { Reruns } from '../runner/reruns.ts';
import type { SeedRecord } from '../runner/seed-record.ts';
import {
  isSeedOf,
  parseSeeds,
  parseShard,
  type SeedRange,
  SeedRangeError,
  type Shard,
  seedCount,
} from '../runner/seeds.ts';
import { type Sweep, sweep } from '../runner/sweep.ts';
import { SweepCount } from '../runner/sweep-count.ts';
import type { SweepTask } from '../runner/sweep-messages.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import { refuseIdleMutant } from './idle-mutant.ts';
import type { CommandIo } from './io.ts';
import {
  LONGEST_TIMER_MILLIS,
  micros,
  oneOf,
  outDirectory,
  usage,
  WORKERS_LIMIT,
  wholeNumber,
} from './option-values.ts';
import { nameOfRun, storyName } from './run.ts';
import { type RunSettings, runSettingsOf } from './run-settings.ts';
import type { SavedFailures } from './saved-failures.ts';
import { SweepCorpus } from './sweep-corpus.ts';
import { openJournal } from './sweep-journal.ts';
import { SweepProgress } from './sweep-progress.ts';
import { REPORTERS, type Reporter, reportSweep, type ShownSweep, sweepExitCode } from './sweep-reporters.ts';
import type { Arguments } from './verb.ts';

interface SweepCommand extends RunSettings {
  readonly files: readonly string[];
  readonly seeds: SeedRange;
  readonly shard: Shard | undefined;
  readonly workers: number;
  /** Real milliseconds after which no more seeds are begun. */
  readonly timeMillis: number | undefined;
  readonly bail: boolean;
  readonly resume: boolean;
  readonly reporter: Reporter;
  readonly directory: string | undefined;
  /** Of seeds worth keeping. */
  readonly corpus: string | undefined;
  /** The Redis whose workers run the seeds; the threads of this process without it. */
  readonly queue: string | undefined;
}

const DEFAULT_SEEDS = '100';
const NO_FAILURES: SavedFailures = {
  differing: [],
  saved: new Map(),
  pictures: [],
  pages: new Map(),
  unsaved: 0,
};

/**
 * Runs them, and goes on to the end whatever a single seed does.
 *
 * @throws CommandError in one line: usage, a scenario that cannot be loaded, a journal of another sweep, a full disk
 */
export async function sweepCommand(args: Arguments, io: CommandIo): Promise<ExitCode> {
  const command = commandOf(args, io);
  for (const file of command.files) await check(file, command);
  const journal = openJournal(command);
  const names = namesOf(command.files);
  const corpus =
    command.corpus === undefined ? undefined : new SweepCorpus(command.corpus, names, command.run);
  const rarity = corpus === undefined ? undefined : new Rarity();
  const count = new SweepCount();
  // Failures of the part that was run before have no file yet when that part was killed.
  const reruns = new Reruns(command.files);
  /** Seeds that an earlier part of the sweep was asked for, and this one is not. */
  let others = 0;
  for (const record of journal?.done ?? []) {
    if (!count.add(record)) continue;
    reruns.add(record);
    rarity?.add(record);
    if (!isAskedFor(record, command)) others++;
  }
  const before = count.tally.seeds;
  const first = corpus === undefined ? [] : firstOf(corpus.seeds, command);
  const more = first.filter((task) => !isAskedFor(task, command) && !count.has(task)).length;
  const total = command.files.length * seedCount(command.seeds, command.shard) + others + more;
  const interrupted = new AbortController();
  const forget = io.onInterrupt(() => interrupted.abort());
  /** No more seeds, whatever becomes of those that failed. */
  const over = new AbortController();
  const timer =
    command.timeMillis === undefined ? undefined : setTimeout(() => over.abort(), command.timeMillis);
  const progress = io.errIsTerminal
    ? new SweepProgress((text) => io.err(text), total - before, 'seeds')
    : undefined;
  const started = performance.now();
  /** What ended the sweep early, or kept its failures from being saved, when that was the environment. */
  let unwritable: string | undefined;
  let swept: Sweep;
  let shown: ShownSweep;
  try {
    const options = {
      ...command,
      first,
      count,
      signal: AbortSignal.any([interrupted.signal, over.signal]),
      onRecord(record: SeedRecord) {
        try {
          journal?.file.append(record);
        } catch (error) {
          unwritable ??= `the journal cannot be written, so the sweep ended: ${(error as Error).message}`;
          over.abort();
        }
        reruns.add(record);
        rarity?.add(record);
        progress?.show(record);
      },
    };
    swept =
      command.queue === undefined
        ? await sweep(options)
        : await (await import('./campaign.ts')).sweepByQueue(
            { ...options, queue: command.queue },
            progress,
            io,
          );
    const realMillis = performance.now() - started;
    progress?.clear();
    const runOf = ({ file, seed }: SeedRecord) => ({ seed, name: nameOfRun(names.get(file)!, seed) });
    // Most sweeps have none to save, and need not load what draws pictures of them.
    const failures =
      reruns.failures === 0
        ? NO_FAILURES
        : await (await import('./saved-failures.ts')).saveFailures(
            reruns,
            runOf,
            { ...command, environment: io.environment },
            interrupted.signal,
          );
    if (failures.unwritable !== undefined) unwritable ??= `failures cannot be saved: ${failures.unwritable}`;
    const { directory } = command;
    shown = { ...swept, ...failures, total, before, realMillis, settings: command, directory };
    if (corpus !== undefined && rarity !== undefined) {
      shown = {
        ...shown,
        corpus: { directory: command.corpus!, first: first.length, ...corpus.grow(rarity) },
      };
    }
  } finally {
    progress?.clear();
    clearTimeout(timer);
    forget();
    journal?.file.close();
  }
  io.out(reportSweep(shown, command.reporter, io));
  if (unwritable !== undefined) throw new CommandError(exitCodes.environment, unwritable);
  if (interrupted.signal.aborted) return exitCodes.interrupted;
  // Nothing was tried, so nothing held.
  if (total > 0 && swept.tally.seeds === 0) {
    throw new CommandError(exitCodes.environment, 'the time of --for was over before a single seed was done');
  }
  return sweepExitCode(shown);
}

function commandOf(args: Arguments, io: CommandIo): SweepCommand {
  const { options } = args;
  const text = (name: string) => options[name] as string | undefined;
  const out = text('out');
  const corpus = text('corpus');
  const directory = out === undefined ? undefined : outDirectory(out);
  const { seeds = DEFAULT_SEEDS, workers, shard } = options as Record<string, string>;
  if (options.resume === true && directory === undefined) {
    throw usage('--resume goes on with the sweep of --out DIR; say which');
  }
  const time = text('for');
  const timeMillis = time === undefined ? undefined : micros(time, '--for') / 1000;
  if (timeMillis !== undefined && timeMillis > LONGEST_TIMER_MILLIS) {
    throw usage(`--for is '${time}'; it can be 24d at most`);
  }
  return {
    files: [...new Set(args.positionals)],
    seeds: read(() => parseSeeds(seeds), '--seeds'),
    shard: shard === undefined ? undefined : read(() => parseShard(shard), '--shard'),
    workers:
      workers === undefined ? availableParallelism() : wholeNumber(workers, '--workers', 1, WORKERS_LIMIT),
    timeMillis,
    bail: options.bail === true,
    resume: options.resume === true,
    reporter: oneOf(text('reporter') ?? 'pretty', '--reporter', REPORTERS),
    directory,
    corpus: corpus === undefined ? undefined : outDirectory(corpus, '--corpus'),
    queue: queueOf(options),
    ...runSettingsOf(options, io),
  };
}

/** A queue shares the seeds out by itself, and to the threads of others. */
function queueOf({ queue, shard, workers }: Arguments['options']): string | undefined {
  if (queue === undefined) return undefined;
  if (shard !== undefined) throw usage('--shard and --queue are two ways to share seeds; choose one');
  if (workers !== undefined)
    throw usage('--workers is for amber worker when there is a --queue: no seed is run here');
  return queue as string;
}

function read<T>(parse: () => T, option: string): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SeedRangeError) throw usage(`${option}: ${error.message}`);
    throw error;
  }
}

/** Runs the first seed alone: what is wrong with a file or a parameter is said once, and before a thousand seeds are begun. */
async function check(file: string, { run, patienceMillis, seeds }: SweepCommand): Promise<void> {
  const outcome = await supervise({
    path: file,
    options: { ...run, seed: seeds.first, level: run.mutant === undefined ? 'digest' : 'packets' },
    patienceMillis,
    onOutput: () => {},
  });
  if (outcome.kind === 'refused') {
    const code = outcome.because === 'script' ? exitCodes.script : exitCodes.usage;
    throw new CommandError(code, outcome.message);
  }
  if (outcome.kind === 'result') await refuseIdleMutant(file, run.mutant, outcome.result);
}

/** Seeds that were kept: each is run by the machine whose it is, and those that nobody asked for are shared out. */
function firstOf(kept: readonly SweepTask[], { seeds, shard }: SweepCommand): SweepTask[] {
  if (shard === undefined) return [...kept];
  return kept.filter((task, at) =>
    isSeedOf(Number(task.seed), seeds)
      ? isSeedOf(Number(task.seed), seeds, shard)
      : at % shard.count === shard.index - 1,
  );
}

function isAskedFor({ seed }: SweepTask, { seeds, shard }: SweepCommand): boolean {
  return isSeedOf(Number(seed), seeds, shard);
}

/** What each file is called in the names of others: stories of one name in several directories are numbered. */
function namesOf(files: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const file of files) {
    const name = storyName(file);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    names.set(file, count === 1 ? name : `${name}.${count}`);
  }
  return names;
}
