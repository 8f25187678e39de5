/** `amber exhaust`: every single fault at every place of a story that passes, then pairs of them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { moduleGraphHash } from '../host/module-graph.ts';
import { packageVersion } from '../host/package-version.ts';
import { type Exhausted, exhaust, onThreads } from '../runner/exhaust.ts';
import { savedFailureOf } from '../runner/failure.ts';
import { recordOf, type SeedRecord } from '../runner/seed-record.ts';
import { rerun } from '../runner/sweep.ts';
import { EXHAUST_REPORTERS, reportExhausted, type ShownExhaustion } from './exhaust-report.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { oneOf, WORKERS_LIMIT, wholeNumber } from './option-values.ts';
import { canBeRerun, chooseReruns } from './reruns.ts';
import { exitCodeOf, runOnce } from './run.ts';
import { type RunSettings, runSettingsOf } from './run-settings.ts';
import { SweepProgress } from './sweep-progress.ts';
import { worstOf } from './sweep-reporters.ts';
import type { Arguments } from './verb.ts';

interface ExhaustCommand extends RunSettings {
  readonly file: string;
  readonly seed: string;
  readonly faults: 1 | 2;
  readonly prune: boolean;
  /** Runs. */
  readonly limit: number;
  readonly workers: number;
  readonly reporter: (typeof EXHAUST_REPORTERS)[number];
  /** Where failures are saved. */
  readonly directory: string;
}

const DEFAULT_LIMIT = '100000';
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
    const { unwritable: unsavable, ...saved } = await saveFailures(exhausted, command, interrupted.signal);
    unwritable = unsavable;
    shown = { ...exhausted, ...saved, ...command, realMillis };
  } finally {
    progress?.clear();
    forget();
  }
  io.out(reportExhausted(shown, command.reporter, io));
  if (unwritable !== undefined) {
    throw new CommandError(exitCodes.environment, `failures cannot be saved: ${unwritable}`);
  }
  if (!shown.complete) return exitCodes.interrupted;
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
    limit: wholeNumber(text('limit') ?? DEFAULT_LIMIT, '--limit', 1, LIMIT_MAXIMUM),
    workers:
      workers === undefined ? availableParallelism() : wholeNumber(workers, '--workers', 1, WORKERS_LIMIT),
    reporter: oneOf(text('reporter') ?? 'pretty', '--reporter', EXHAUST_REPORTERS),
    directory: text('out') ?? DEFAULT_DIRECTORY,
    ...runSettingsOf(options, io),
  };
}

/** What a fault breaks can be seen only in a story that is whole without it. */
async function checkStory(command: ExhaustCommand, io: CommandIo): Promise<void> {
  const { file, seed } = command;
  const quiet = { ...command, path: file, level: 'digest', tracePath: undefined, json: true } as const;
  const result = await runOnce(quiet, undefined, io);
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

/** Runs the first failures of each kind again, alone, and keeps trace and failure; finds out whether it is the same run. */
async function saveFailures(
  exhausted: Exhausted,
  command: ExhaustCommand,
  signal: AbortSignal,
): Promise<Pick<ShownExhaustion, 'saved' | 'differing' | 'unsaved'> & { unwritable?: string }> {
  const { file, seed, run, patienceMillis, directory } = command;
  const records = [...exhausted.failed.values()].map(({ record }) => record);
  const saved = new Map<string, string>();
  const differing: SeedRecord[] = [];
  const chosen = signal.aborted ? [] : chooseReruns(records, [file]);
  for (const record of chosen) {
    const filter = { also: exhausted.failed.get(record.seed)!.faults };
    const path = join(directory, `${nameOf(file)}-${seed}-exhaust-${record.seed}`);
    mkdirSync(directory, { recursive: true });
    const again = await rerun(
      { ...record, seed },
      { ...run, faults: filter },
      { patienceMillis, signal, tracePath: `${path}.amber.jsonl.gz` },
    );
    if (again.unwritable !== undefined) {
      const unsaved = records.length - saved.size;
      return { saved, differing, unsaved, unwritable: again.unwritable };
    }
    if (again.differs !== undefined) differing.push(again.differs);
    if (again.result === undefined) continue;
    const made = { amber: packageVersion(), file, modules: moduleGraphHash(file), filter };
    writeFileSync(`${path}.failure.json`, `${JSON.stringify(savedFailureOf(again.result, made), null, 2)}\n`);
    saved.set(record.seed, `${path}.failure.json`);
  }
  const unsaved = records.filter(({ outcome }) => canBeRerun(outcome)).length - chosen.length;
  return { saved, differing, unsaved };
}

function nameOf(file: string): string {
  return basename(file).replace(/\.[cm]?[jt]s$/, '');
}
