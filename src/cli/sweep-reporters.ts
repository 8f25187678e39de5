/** What a sweep came to, for each of its readers: a person, a program, a test server, a pull request. */
import { runCommand } from '../runner/run-command.ts';
import type { SeedRecord } from '../runner/seed-record.ts';
import type { Sweep } from '../runner/sweep.ts';
import type { FailureGroup } from '../runner/sweep-tally.ts';
import { annotation, type FailedCase, junit } from './case-reports.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import type { RunSettings } from './run-settings.ts';
import { styleFor } from './style.ts';
import { prettySweep } from './sweep-report.ts';
import { counted } from './wording.ts';

export const REPORTERS = ['pretty', 'json', 'junit', 'github'] as const;
export type Reporter = (typeof REPORTERS)[number];

/** A sweep with what only the command knows about it. */
export interface ShownSweep extends Sweep {
  /** Seeds that were asked for, over all files. */
  readonly total: number;
  /** Seeds that had been run before. */
  readonly before: number;
  /** Of those that were run now. */
  readonly realMillis: number;
  readonly settings: Pick<RunSettings, 'run'>;
  readonly directory: string | undefined;
  /** Seeds that were another run the second time. */
  readonly differing: readonly SeedRecord[];
  /** Files of failures. */
  readonly saved: ReadonlyMap<SeedRecord, string>;
  /** Files of pictures to open. */
  readonly pictures: readonly string[];
  /** Where a page runs them again, of stories that it has. */
  readonly pages: ReadonlyMap<SeedRecord, string>;
  /** Failures that were not run again. */
  readonly unsaved: number;
  /** Seeds that were kept: where, how many were run first, how many came to them, and how many there are. */
  readonly corpus?: {
    readonly directory: string;
    readonly first: number;
    readonly added: number;
    readonly kept: number;
  };
}

export function reportSweep(shown: ShownSweep, reporter: Reporter, io: CommandIo): string {
  switch (reporter) {
    case 'pretty':
      return prettySweep(shown, styleFor(io));
    case 'json':
      return `${JSON.stringify(sweepJson(shown))}\n`;
    case 'junit':
      return sweepJunit(shown);
    case 'github':
      return (
        prettySweep(shown, styleFor(io)) +
        shown.tally.groups.map((group) => sweepAnnotation(group, shown)).join('')
      );
  }
}

/** Of failures, or of a `sometimes` that no seed saw. */
export function sweepExitCode({ tally, differing }: Pick<ShownSweep, 'tally' | 'differing'>): ExitCode {
  const code = worstOf({ tally, differing });
  return code === exitCodes.passed && tally.unseen.length > 0 ? exitCodes.broken : code;
}

/** The worst that happened: our own bug, then runs that differ, then a broken promise, then a wrong script. */
export function worstOf({ tally, differing }: Pick<ShownSweep, 'tally' | 'differing'>): ExitCode {
  const outcomes = new Set(tally.groups.map(({ outcome }) => outcome));
  if (outcomes.has('bug')) return exitCodes.bug;
  if (differing.length > 0) return exitCodes.differs;
  if (outcomes.has('failed')) return exitCodes.broken;
  return outcomes.size > 0 ? exitCodes.script : exitCodes.passed;
}

/** What to type to see the first seed of a group again. */
export function again({ file, seeds }: FailureGroup, { run }: ShownSweep['settings']): string {
  return runCommand(file, seeds[0]!, run);
}

function sweepJson(shown: ShownSweep): object {
  const { tally, complete, total, realMillis, differing, saved, pictures, settings } = shown;
  return {
    seeds: tally.seeds,
    total,
    complete,
    passed: tally.passed,
    failed: tally.failed,
    cutShort: tally.cutShort,
    realMillis: Math.round(realMillis),
    virtualMicros: tally.virtualMicros,
    events: tally.events,
    packets: tally.packets,
    medianReconnects: tally.medianReconnects,
    ...settings.run,
    faults: Object.fromEntries(tally.faults),
    excuses: Object.fromEntries(tally.excuses),
    stale: tally.stale,
    rules: tally.rules,
    statements: tally.statements,
    sometimes: tally.sometimes,
    groups: tally.groups.map((group) => ({
      ...group,
      again: again(group, settings),
    })),
    differing,
    failures: [...saved.values()],
    pictures,
    ...(shown.corpus === undefined ? {} : { corpus: shown.corpus }),
  };
}

function sweepJunit({ tally, settings, realMillis }: ShownSweep): string {
  return junit(
    'amber sweep',
    `${counted(tally.passed, 'seed')} passed`,
    realMillis,
    tally.groups.map((group) => caseOf(group, settings)),
  );
}

function caseOf(group: FailureGroup, settings: ShownSweep['settings']): FailedCase {
  const command = again(group, settings);
  return {
    ...group,
    text: `${group.detail}\n${counted(group.count, 'seed')}: ${group.seeds.join(' ')}\n${command}`,
  };
}

/** A line that a workflow of GitHub shows beside the file. */
function sweepAnnotation(group: FailureGroup, { settings }: ShownSweep): string {
  const text = `${group.detail}\n${counted(group.count, 'seed')}, again: ${again(group, settings)}`;
  return annotation({ ...group, text });
}
