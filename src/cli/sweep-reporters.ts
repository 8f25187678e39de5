/** What a sweep came to, for each of its readers: a person, a program, a test server, a pull request. */
import { runCommand } from '../runner/run-command.ts';
import type { SeedRecord } from '../runner/seed-record.ts';
import type { Sweep } from '../runner/sweep.ts';
import type { FailureGroup } from '../runner/sweep-tally.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import type { RunSettings } from './run-settings.ts';
import { styleFor } from './style.ts';
import { prettySweep } from './sweep-report.ts';

export const REPORTERS = ['pretty', 'json', 'junit', 'github'] as const;

/** A sweep with what only the command knows about it. */
export interface ShownSweep extends Sweep {
  /** Seeds that were asked for, over all files. */
  readonly total: number;
  readonly realMillis: number;
  readonly settings: Pick<RunSettings, 'run'>;
  readonly directory: string | undefined;
  /** Seeds that were another run the second time. */
  readonly differing: readonly SeedRecord[];
  /** Files of failures. */
  readonly saved: readonly string[];
  /** Failures that were not run again. */
  readonly unsaved: number;
}

export function reportSweep(shown: ShownSweep, reporter: (typeof REPORTERS)[number], io: CommandIo): string {
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
        shown.tally.groups.map((group) => annotation(group, shown)).join('')
      );
  }
}

/** The worst that happened: our own bug, then runs that differ, then a wrong script, then a broken promise. */
export function sweepExitCode({ tally, differing }: Pick<ShownSweep, 'tally' | 'differing'>): ExitCode {
  const outcomes = new Set(tally.groups.map(({ outcome }) => outcome));
  if (outcomes.has('bug')) return exitCodes.bug;
  if (differing.length > 0) return exitCodes.differs;
  if (outcomes.has('failed')) return exitCodes.broken;
  if (outcomes.size > 0) return exitCodes.script;
  return tally.unseen.length > 0 ? exitCodes.broken : exitCodes.passed;
}

/** What to type to see the first seed of a group again. */
export function again({ file, seeds }: FailureGroup, { run }: ShownSweep['settings']): string {
  return runCommand(file, seeds[0]!, run);
}

function sweepJson(shown: ShownSweep): object {
  const { tally, complete, total, realMillis, differing, saved, settings } = shown;
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
    rules: tally.rules,
    statements: tally.statements,
    sometimes: tally.sometimes,
    groups: tally.groups.map((group) => ({
      ...group,
      again: again(group, settings),
    })),
    differing,
    failures: saved,
  };
}

/** One test case a scenario that passed, and one for each group of failures. */
function sweepJunit(shown: ShownSweep): string {
  const { tally, settings, realMillis } = shown;
  const seconds = (realMillis / 1000).toFixed(3);
  const cases = tally.groups.map((group) => {
    const command = again(group, settings);
    const text = `${group.detail}\n${group.count} seeds: ${group.seeds.join(' ')}\n${command}`;
    return (
      `    <testcase classname="${xml(group.file)}" name="${xml(group.broke)}">\n` +
      `      <failure type="${xml(group.outcome)}" message="${xml(group.detail)}">${xml(text)}</failure>\n` +
      '    </testcase>\n'
    );
  });
  cases.push(`    <testcase classname="amber sweep" name="${tally.passed} seeds pass" time="${seconds}"/>\n`);
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<testsuites tests="${cases.length}" failures="${tally.groups.length}" time="${seconds}">\n` +
    `  <testsuite name="amber sweep" tests="${cases.length}" failures="${tally.groups.length}" time="${seconds}">\n` +
    `${cases.join('')}  </testsuite>\n</testsuites>\n`
  );
}

const XML_SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 has no room for most control characters. */
function xml(text: string): string {
  return text
    .replace(/[&<>"]/g, (sign) => XML_SIGNS[sign]!)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

/** A line that a workflow of GitHub shows beside the file. */
function annotation(group: FailureGroup, { settings }: ShownSweep): string {
  const escaped = (text: string) =>
    text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string) => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const text = `${group.detail}\n${group.count} seeds, again: ${again(group, settings)}`;
  return `::error file=${property(group.file)},title=${property(group.broke)}::${escaped(text)}\n`;
}
