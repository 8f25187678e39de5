/** `amber run`: one scenario, one seed, and what came of it. */
import { rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type SupervisedOutcome, supervise } from '../host/supervise.ts';
import type { RunOptions, RunResult } from '../runner/run.ts';
import { runCommand } from '../runner/run-command.ts';
import { faultOf } from '../runner/run-link.ts';
import { describeStuck } from '../runner/stuck.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import { refuseIdleMutant } from './idle-mutant.ts';
import type { CommandIo } from './io.ts';
import { oneOf } from './option-values.ts';
import { pageLink, pageOf } from './page-link.ts';
import { Progress } from './progress.ts';
import { type RunSettings, runSettingsOf } from './run-settings.ts';
import { styleFor } from './style.ts';
import type { Arguments } from './verb.ts';

const LEVELS = ['digest', 'packets', 'full'] as const;
const NO_TRACE = '-';

export interface RunCommand extends Omit<RunSettings, 'run'> {
  readonly run: RunSettings['run'] & Pick<RunOptions, 'faults' | 'omit'>;
  readonly path: string;
  readonly seed: string;
  readonly level: (typeof LEVELS)[number];
  readonly tracePath: string | undefined;
  readonly json: boolean;
}

export async function run(args: Arguments, io: CommandIo): Promise<ExitCode> {
  const command = commandOf(args, io);
  const started = performance.now();
  const result = await runOnce(command, command.tracePath, io);
  await refuseIdleMutant(command.path, command.run.mutant, result);
  const faults = command.run.faults?.also;
  const { seed, parameters, transport, nemesis, substitute } = result;
  const terms = { parameters, transport, profile: nemesis?.profile, mutant: substitute, faults };
  await showRun(command, result, performance.now() - started, io, {
    again: runCommand(command.path, seed, terms),
    page:
      result.verdict === 'passed'
        ? undefined
        : pageOf(pageLink({ ...command, result, filter: command.run.faults }), io.environment),
  });
  const code = exitCodeOf(result);
  if (args.options['check-determinism'] !== true) return code;
  return (await isDeterministic(command, result, io)) ? code : exitCodes.differs;
}

/**
 * Prints the report, for people or for a program, and what broke the run off.
 *
 * @param again the command that runs it again, and where a page does.
 */
export async function showRun(
  { path, tracePath, json }: Pick<RunCommand, 'path' | 'tracePath' | 'json'>,
  result: RunResult,
  realMillis: number,
  io: CommandIo,
  { again, page }: { readonly again: string; readonly page?: string | undefined },
): Promise<void> {
  const { describeError, report, reportJson } = await import('./report.ts');
  const shown = { result, path, tracePath, realMillis, again, page };
  if (json) io.out(`${JSON.stringify(reportJson(shown))}\n`);
  else io.out(report(shown, styleFor(io)));
  const wrong = describeError(result);
  if (wrong !== undefined)
    io.err(`amber: ${wrong}\n${result.error?.blame === 'bug' ? `${result.error.stack}\n` : ''}`);
}

function commandOf(args: Arguments, io: CommandIo): RunCommand {
  const { seed = '1', trace, level = 'full', json = false } = args.options;
  const [path] = args.positionals as [string];
  const recorded = oneOf(level as string, '--level', LEVELS);
  if (recorded === 'digest' && trace !== undefined && trace !== NO_TRACE) {
    throw new CommandError(
      exitCodes.usage,
      '--level digest records no events to write with --trace; leave one of them out',
    );
  }
  if (trace === '') {
    throw new CommandError(exitCodes.usage, '--trace is empty; name a file, or - for none');
  }
  const tracePath =
    trace === NO_TRACE || recorded === 'digest'
      ? undefined
      : ((trace as string | undefined) ?? defaultTrace(path, seed as string));
  if (tracePath !== undefined) checkTracePath(tracePath);
  return {
    path,
    seed: seed as string,
    ...settingsWithFaults(args.options, io),
    level: recorded,
    tracePath,
    json: json === true,
  };
}

/** @throws CommandError for what is no fault. */
function settingsWithFaults(
  options: Arguments['options'],
  io: CommandIo,
): Pick<RunCommand, 'run' | 'patienceMillis'> {
  const settings = runSettingsOf(options, io);
  const also = ((options.fault ?? []) as readonly string[]).map((text) => {
    const [fault] = faultOf(text);
    if (fault !== undefined) return fault;
    const form =
      '{"id":"hub/crash@1","family":"crash","target":"hub","at":1500000,"duration":1000000,"detail":{}}';
    throw new CommandError(
      exitCodes.usage,
      `--fault is no fault: ${text}; write one as ${form}, in microseconds`,
    );
  });
  return also.length === 0 ? settings : { ...settings, run: { ...settings.run, faults: { also } } };
}

/**
 * A trace is moved into its place when it is whole, which would replace whatever is there: of `/dev/null`, the device itself.
 *
 * @throws CommandError for a place that holds anything but a file, or nothing.
 */
function checkTracePath(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined || there.isFile()) return;
  const what = there.isDirectory() ? 'is a directory' : 'is no regular file';
  throw new CommandError(
    exitCodes.usage,
    `the trace cannot go to ${path}, which ${what}; name a file, or - for none`,
  );
}

/** `sims/flapping-uplink.ts` with seed 7: `.amber/flapping-uplink-7.amber.jsonl.gz`. */
export function defaultTrace(path: string, seed: string): string {
  return join('.amber', `${nameOfRun(storyName(path), seed)}.amber.jsonl.gz`);
}

/** Of a run in names of files: a seed may hold what these may not. */
export function nameOfRun(story: string, seed: string): string {
  return `${story}-${seed.replace(/[^A-Za-z0-9._-]/g, '_')}`;
}

/** `sims/flapping-uplink.ts`: `flapping-uplink`. */
export function storyName(path: string): string {
  return basename(path).replace(/\.[cm]?[jt]s$/, '');
}

/** @throws CommandError when there is no result to show. */
export async function runOnce(
  command: RunCommand,
  tracePath: string | undefined,
  io: CommandIo,
): Promise<RunResult> {
  const interrupted = new AbortController();
  const forget = io.onInterrupt(() => interrupted.abort());
  const progress = io.errIsTerminal ? new Progress((text) => io.err(text)) : undefined;
  try {
    const outcome = await supervise({
      path: command.path,
      options: {
        seed: command.seed,
        level: command.level,
        ...command.run,
      },
      ...(tracePath === undefined ? {} : { tracePath }),
      patienceMillis: command.patienceMillis,
      // Standard output belongs to the report alone when a program reads it.
      onOutput: (text) => {
        progress?.clear();
        if (command.json) io.err(text);
        else io.out(text);
      },
      onProgress: (now, events) => progress?.show(now, events),
      signal: interrupted.signal,
    });
    progress?.clear();
    return resultOf(outcome, command, tracePath);
  } finally {
    progress?.clear();
    forget();
  }
}

/** @throws CommandError, or Error for a bug of ours, when there is no result. */
export function resultOf(
  outcome: SupervisedOutcome,
  command: Pick<RunCommand, 'path' | 'seed' | 'patienceMillis'>,
  tracePath: string | undefined,
): RunResult {
  switch (outcome.kind) {
    case 'result':
      return outcome.result;
    case 'refused':
      throw new CommandError(
        outcome.because === 'script' ? exitCodes.script : exitCodes.usage,
        outcome.message,
      );
    case 'environment':
      throw new CommandError(exitCodes.environment, outcome.message);
    case 'interrupted':
      throw new CommandError(
        exitCodes.interrupted,
        tracePath === undefined ? 'interrupted' : 'interrupted; no trace was written',
      );
    case 'stuck':
      throw new CommandError(
        exitCodes.script,
        `${command.path} (seed ${command.seed}) never ends: ${describeStuck({ ...command, ...outcome })}`,
      );
    case 'bug':
      throw new Error(outcome.message);
  }
}

/** The verdict as a shell understands it. */
export function exitCodeOf(result: RunResult): ExitCode {
  if (result.error?.blame === 'bug') return exitCodes.bug;
  switch (result.verdict) {
    case 'passed':
      return exitCodes.passed;
    case 'failed':
      return exitCodes.broken;
    default:
      return exitCodes.script;
  }
}

/** Runs it again on a fresh thread and compares; what differs is shown event by event. */
async function isDeterministic(command: RunCommand, first: RunResult, io: CommandIo): Promise<boolean> {
  const style = styleFor(io);
  const second = await runOnce({ ...command, json: true }, undefined, { ...io, err: () => {} });
  const tell = command.json ? io.err : io.out;
  if (second.digest === first.digest) {
    tell(`${style.good('same')}         a second run has the same digest\n`);
    return true;
  }
  tell(`${style.bad('differs')}      a second run has the digest ${second.digest}\n`);
  const paths = ['a', 'b'].map((name) => join(tmpdir(), `amber-${process.pid}-${name}.amber.jsonl.gz`)) as [
    string,
    string,
  ];
  try {
    // A run that differs once differs again: two new ones are recorded and compared.
    for (const path of paths)
      await runOnce({ ...command, level: 'packets', json: true }, path, { ...io, err: () => {} });
    const { diffCommand } = await import('./diff.ts');
    diffCommand({ positionals: paths, options: {} }, { ...io, out: tell });
  } finally {
    for (const path of paths) rmSync(path, { force: true });
  }
  return false;
}
