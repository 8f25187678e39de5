/** `amber exhaust`: every single fault at every place of a story that passes, then pairs of them. */
import { availableParallelism } from 'node:os';
import { type Exhausted, exhaust, onThreads } from '../runner/exhaust.ts';
import { Reruns } from '../runner/reruns.ts';
import { recordOf, type SeedRecord } from '../runner/seed-record.ts';
import { reportExhausted, type ShownExhaustion } from './exhaust-report.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import { refuseIdleMutant } from './idle-mutant.ts';
import type { CommandIo } from './io.ts';
import { oneOf, outDirectory, WORKERS_LIMIT, wholeNumber } from './option-values.ts';
import { exitCodeOf, nameOfRun, runOnce, storyName } from './run.ts';
import { type RunSettings, runSettingsOf } from './run-settings.ts';
import { type FailedRun, type SavedFailures, saveFailures } from './saved-failures.ts';
import { SweepProgress } from './sweep-progress.ts';
import { REPORTERS, type Reporter, worstOf } from './sweep-reporters.ts';
import type { Arguments } from './verb.ts';

interface ExhaustCommand extends RunSettings {
  readonly file: string;
  readonly seed: string;
  readonly faults: 1 | 2;
  readonly prune: boolean;
  /** Runs. */
  readonly limit: number;
  readonly workers: number;
  readonly reporter: Reporter;
  /** Where failures are saved. */
  readonly directory: string;
}

const DEFAULT_LIMIT = '100000';
/** The story itself, and one that is struck. */
const LIMIT_MINIMUM = 2;
const LIMIT_MAXIMUM = 100_000_000;
const DEFAULT_DIRECTORY = '.amber';

/** @throws CommandError in one line: usage, a story that cannot be loaded or does not pass as it is, a full disk */
export async function exhaustCommand(args: Arguments, io: CommandIo): Promise<ExitCode> {
  const command = commandOf(args, io);
  await checkStory(command, io);
  const interrupted = new AbortController();
  const forget = io.onInterrupt(() => interrupted.abort());
  const started = performance.now();
  let progress: SweepProgress | undefined;
  let shown: ShownExhaustion;
  let unwritable: string | undefined;
  try {
    const { file, seed, run, prune } = command;
    const exhausted = await exhaust({
      ...command,
      signal: interrupted.signal,
      perform: onThreads(
        { file, seed, options: run, prune },
        { workers: command.workers, patienceMillis: command.patienceMillis, signal: interrupted.signal },
      ),
      onRound(runs) {
        progress?.clear();
        if (io.errIsTerminal) progress = new SweepProgress((text) => io.err(text), runs, 'runs');
      },
      onRecord: (record) => progress?.show(record),
    });
    const realMillis = performance.now() - started;
    progress?.clear();
    checkAgain(exhausted, file);
    const failures = await saved(exhausted, command, io, interrupted.signal);
    unwritable = failures.unwritable;
    shown = { ...exhausted, ...failures, ...command, realMillis };
  } finally {
    progress?.clear();
    forget();
  }
  io.out(reportExhausted(shown, command.reporter, io));
  if (unwritable !== undefined) {
    throw new CommandError(exitCodes.environment, `failures cannot be saved: ${unwritable}`);
  }
  if (!shown.complete) return exitCodes.interrupted;
  // Nothing was tried, so nothing held.
  if (shown.tally.seeds === 0)
    throw new CommandError(
      exitCodes.script,
      `nothing can be struck in ${command.file}: it has no links and no nodes that do anything`,
    );
  return worstOf(shown);
}

function commandOf({ positionals, options }: Arguments, io: CommandIo): ExhaustCommand {
  const text = (name: string) => options[name] as string | undefined;
  const workers = text('workers');
  return {
    file: positionals[0]!,
    seed: text('seed') ?? '1',
    faults: oneOf(text('faults') ?? '1', '--faults', ['1', '2']) === '1' ? 1 : 2,
    prune: options['no-prune'] !== true,
    limit: wholeNumber(text('limit') ?? DEFAULT_LIMIT, '--limit', LIMIT_MINIMUM, LIMIT_MAXIMUM),
    workers:
      workers === undefined ? availableParallelism() : wholeNumber(workers, '--workers', 1, WORKERS_LIMIT),
    reporter: oneOf(text('reporter') ?? 'pretty', '--reporter', REPORTERS),
    directory: outDirectory(text('out') ?? DEFAULT_DIRECTORY),
    ...runSettingsOf(options, io),
  };
}

/** What a fault breaks can be seen only in a story that is whole without it. */
async function checkStory(command: ExhaustCommand, io: CommandIo): Promise<void> {
  const { file, seed } = command;
  const level = command.run.mutant === undefined ? 'digest' : 'packets';
  const quiet = { ...command, path: file, level, tracePath: undefined, json: true } as const;
  const result = await runOnce(quiet, undefined, io);
  await refuseIdleMutant(file, command.run.mutant, result);
  if (result.verdict === 'passed') return;
  const { broke, detail } = recordOf(file, result);
  throw new CommandError(
    exitCodeOf(result),
    `${file} does not pass without any fault, seed ${seed}: ${broke}: ${detail} (amber run says more)`,
  );
}

/** It passed alone, before. */
function checkAgain({ story, complete }: Exhausted, file: string): void {
  if (!complete || story?.outcome === 'passed') return;
  const { outcome, detail } = story ?? { outcome: 'died', detail: 'its thread gave no answer' };
  throw new CommandError(
    outcome === 'bug' ? exitCodes.bug : exitCodes.differs,
    `${file} passed, and the second time it did not: ${outcome}: ${detail}`,
  );
}

/** A failure is known by its place among the runs; its faults come on top of what the story itself strikes. */
async function saved(
  { failed }: Exhausted,
  command: ExhaustCommand,
  { environment }: CommandIo,
  signal: AbortSignal,
): Promise<SavedFailures> {
  const { file, seed } = command;
  const reruns = new Reruns([file]);
  for (const { record } of failed.values()) reruns.add(record);
  const runOf = (record: SeedRecord): FailedRun => ({
    seed,
    filter: { also: failed.get(record.seed)!.faults },
    name: `${nameOfRun(storyName(file), seed)}-exhaust-${record.seed}`,
  });
  return saveFailures(reruns, runOf, { ...command, environment }, signal);
}
