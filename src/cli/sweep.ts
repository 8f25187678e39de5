/** `amber sweep`: many seeds, and what they broke. */
import { existsSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { moduleGraphHash } from '../host/module-graph.ts';
import { packageVersion } from '../host/package-version.ts';
import { supervise } from '../host/supervise.ts';
import {
  differenceOf,
  JOURNAL_FORMAT,
  JOURNAL_NAME,
  JOURNAL_VERSION,
  JournalError,
  JournalFile,
  type JournalHeader,
  neverBegan,
  readJournal,
} from '../runner/journal.ts';
import type { SeedRecord } from '../runner/seed-record.ts';
import {
  parseSeeds,
  parseShard,
  type SeedRange,
  SeedRangeError,
  type Shard,
  seedCount,
} from '../runner/seeds.ts';
import { type Sweep, sweep } from '../runner/sweep.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { LONGEST_TIMER_MILLIS, micros, oneOf, usage, WORKERS_LIMIT, wholeNumber } from './option-values.ts';
import { type RunSettings, runSettingsOf } from './run-settings.ts';
import { saveFailures } from './sweep-failures.ts';
import { SweepProgress } from './sweep-progress.ts';
import { REPORTERS, reportSweep, type ShownSweep, sweepExitCode } from './sweep-reporters.ts';
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
  readonly reporter: (typeof REPORTERS)[number];
  readonly directory: string | undefined;
}

const DEFAULT_SEEDS = '100';

/**
 * Runs them, and goes on to the end whatever a single seed does.
 *
 * @throws CommandError in one line: usage, a scenario that cannot be loaded, a journal of another sweep, a full disk
 */
export async function sweepCommand(args: Arguments, io: CommandIo): Promise<ExitCode> {
  const command = commandOf(args, io);
  for (const file of command.files) await check(file, command);
  const journal = openJournal(command);
  const interrupted = new AbortController();
  const forget = io.onInterrupt(() => interrupted.abort());
  const timer =
    command.timeMillis === undefined
      ? undefined
      : setTimeout(() => interrupted.abort('time'), command.timeMillis);
  const total = command.files.length * seedCount(command.seeds, command.shard);
  const progress = io.errIsTerminal ? new SweepProgress((text) => io.err(text), total, 'seeds') : undefined;
  const started = performance.now();
  // Failures of the part that was run before have no file yet when that part was killed.
  const records = (journal?.done ?? []).filter(({ outcome }) => outcome !== 'passed');
  /** What ended the sweep early, or kept its failures from being saved, when that was the environment. */
  let unwritable: string | undefined;
  let swept: Sweep;
  let shown: ShownSweep;
  try {
    swept = await sweep({
      ...command,
      done: journal?.done ?? [],
      signal: interrupted.signal,
      onRecord(record) {
        try {
          journal?.file.append(record);
        } catch (error) {
          unwritable ??= `the journal cannot be written, so the sweep ended: ${(error as Error).message}`;
          interrupted.abort('journal');
        }
        if (record.outcome !== 'passed') records.push(record);
        progress?.show(record);
      },
    });
    const realMillis = performance.now() - started;
    progress?.clear();
    const inFull = interrupted.signal.aborted ? [] : records;
    const { unwritable: unsavable, ...saved } = await saveFailures(inFull, command, interrupted.signal);
    if (unsavable !== undefined) unwritable ??= `failures cannot be saved: ${unsavable}`;
    shown = { ...swept, ...saved, total, realMillis, settings: command, directory: command.directory };
  } finally {
    progress?.clear();
    clearTimeout(timer);
    forget();
    journal?.file.close();
  }
  io.out(reportSweep(shown, command.reporter, io));
  if (unwritable !== undefined) throw new CommandError(exitCodes.environment, unwritable);
  if (interrupted.signal.aborted && interrupted.signal.reason !== 'time') return exitCodes.interrupted;
  // Nothing was tried, so nothing held.
  if (total > 0 && swept.tally.seeds === 0) {
    throw new CommandError(exitCodes.environment, 'the time of --for was over before a single seed was done');
  }
  return sweepExitCode(shown);
}

function commandOf(args: Arguments, io: CommandIo): SweepCommand {
  const { options } = args;
  const text = (name: string) => options[name] as string | undefined;
  const directory = text('out');
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
    ...runSettingsOf(options, io),
  };
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
    options: { ...run, seed: seeds.first, level: 'digest' },
    patienceMillis,
    onOutput: () => {},
  });
  if (outcome.kind === 'refused') {
    const code = outcome.because === 'script' ? exitCodes.script : exitCodes.usage;
    throw new CommandError(code, outcome.message);
  }
}

function openJournal(command: SweepCommand): { file: JournalFile; done: readonly SeedRecord[] } | undefined {
  if (command.directory === undefined) return undefined;
  const path = join(command.directory, JOURNAL_NAME);
  const { profile, mutant, transport, parameters } = command.run;
  const header: JournalHeader = {
    format: JOURNAL_FORMAT,
    version: JOURNAL_VERSION,
    amber: packageVersion(),
    files: command.files,
    modules: command.files.map(moduleGraphHash),
    ...(profile === undefined ? {} : { profile }),
    ...(mutant === undefined ? {} : { mutant }),
    transport: transport ?? 'tcp',
    parameters: (parameters ?? {}) as Record<string, string>,
  };
  makeDirectory(command.directory);
  if (!existsSync(path) || neverBegan(path)) return { file: new JournalFile(path, header, false), done: [] };
  if (!command.resume) {
    throw usage(`${path} is there already: go on with it by --resume, or name another --out`);
  }
  const there = readSweepJournal(path);
  const difference = differenceOf(there.header, header);
  if (difference !== undefined) throw usage(`${path} is of another sweep: ${difference}`);
  return { file: new JournalFile(path, header, true), done: there.records };
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw usage(`--out is '${path}', which is a file; name a directory`);
  }
}

/** @throws CommandError for a file that is no journal. */
export function readSweepJournal(path: string): ReturnType<typeof readJournal> {
  try {
    return readJournal(path);
  } catch (error) {
    if (error instanceof JournalError) throw usage(error.message);
    throw error;
  }
}
