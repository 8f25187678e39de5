/** What `amber run` says about a run: calm, aligned, and complete enough to act on. */
import type { RunResult } from '../runner/run.ts';
import { describeUnknown } from '../scenario/unknown-name.ts';
import { formatDuration, formatTime } from '../sim/time.ts';
import { describeObituary } from './ledger-page.ts';
import { type Style, visible } from './style.ts';
import { counted, number, quoted } from './wording.ts';

/** A run with what only the command knows about it. */
export interface ShownRun {
  readonly result: RunResult;
  /** Of the file of the scenario, as it was typed. */
  readonly path: string;
  readonly tracePath: string | undefined;
  readonly realMillis: number;
  /** The command that runs it again. */
  readonly again: string;
  /** Where a page runs it again. */
  readonly page: string | undefined;
}

const LABEL_WIDTH = 11;
const LISTED = 5;
/** Of the life of a message; `amber explain` has all. */
const STEPS_SHOWN = 30;

export function report(run: ShownRun, style: Style): string {
  const { result } = run;
  const lines: string[] = [''];
  const row = (label: string, text: string): void => {
    lines.push(`${style.dim(label.padEnd(LABEL_WIDTH))} ${text}`);
  };
  lines.push(style.bold(result.scenario), '');
  row('seed', result.seed);
  const parameters = Object.entries(result.parameters);
  if (parameters.length > 0)
    row('parameters', parameters.map(([name, value]) => `${name}=${value}`).join('  '));
  row('time', `${formatDuration(result.virtualMicros)} virtual, ${describeReal(run.realMillis)} real`);
  describeSummary(result, row);
  describeUnknownNames(result, row, style);
  if (result.substitute !== undefined) row('mutant', result.substitute);
  if (result.nemesis !== undefined) row('nemesis', `${result.nemesis.profile}: ${result.nemesis.drew}`);
  lines.push('');
  describeAsserts(result, row, style);
  describeNeglected(result, row, style);
  describeJudge(result, row, style);
  describeIdle(result, row, style);
  if (result.cutShort !== undefined) {
    const { message, atMicros } = result.cutShort;
    row('cut short', style.odd(`the story ended at ${formatTime(atMicros)}: ${message}`));
  }
  row('verdict', describeVerdict(result, style));
  row('digest', result.digest);
  if (run.tracePath !== undefined) row('trace', run.tracePath);
  lines.push('');
  const [first] = result.obituaries ?? [];
  if (first !== undefined) lines.push(...describeObituary(first, style, STEPS_SHOWN), '');
  describeNext(run, row);
  return `${lines.join('\n')}\n`;
}

type Row = (label: string, text: string) => void;

function describeReal(millis: number): string {
  return millis < 1000 ? `${Math.round(millis)} ms` : `${(millis / 1000).toFixed(1)} s`;
}

function describeSummary({ summary, transport }: RunResult, row: Row): void {
  if (summary === undefined) return;
  const { nodes, published, delivered, packetsSent, packetsLost, bytesSent, faults } = summary;
  const roles = Object.entries(nodes).filter(([, number]) => number > 0);
  row('nodes', roles.map(([role, number]) => counted(number, role)).join(', '));
  const unseen = nodes.host > 0 ? (summary.packets.PUBLISH ?? 0) : 0;
  row('published', byQoS(published, unseen));
  row(
    'delivered',
    `${byQoS(delivered, unseen)}${summary.duplicates > 0 ? `, ${summary.duplicates} marked as repeated` : ''}`,
  );
  row(
    'packets',
    `${number(packetsSent)} sent, ${number(packetsLost)} lost with their connection, ${bytes(bytesSent)} over ${transport}`,
  );
  const families = Object.entries(faults);
  row(
    'faults',
    families.length === 0 ? 'none' : families.map(([family, hits]) => `${family} ${hits}`).join(', '),
  );
}

/** A broker outside of the run, or a node whose name was mistyped: its users get on without, and nothing else says it. */
function describeUnknownNames({ unknownNames }: RunResult, row: Row, style: Style): void {
  if (unknownNames === undefined) return;
  const { looked, nodes } = unknownNames;
  for (const name of looked.slice(0, LISTED)) row('no node', style.odd(describeUnknown(name, nodes)));
  if (looked.length > LISTED) row('', `and ${counted(looked.length - LISTED, 'name')} more`);
}

/** @param onWire packets that carried messages, where what applications asked and were handed is not seen. */
function byQoS(messages: Readonly<Record<0 | 1 | 2, number>>, onWire: number): string {
  const total = messages[0] + messages[1] + messages[2];
  const parts = ([0, 1, 2] as const)
    .filter((qos) => messages[qos] > 0)
    .map((qos) => `QoS ${qos}: ${number(messages[qos])}`);
  if (total === 0 && onWire > 0)
    return `nothing by calls that are seen; ${number(onWire)} PUBLISH on the wire`;
  return total === 0 ? 'nothing' : `${counted(total, 'message')} (${parts.join(', ')})`;
}

function describeAsserts({ asserts }: RunResult, row: Row, style: Style): void {
  for (const { assertion, text, evaluated, held, brokenAt, brokenAtMicros } of asserts) {
    if (assertion === 'always' && held < evaluated) {
      const where = brokenAt === undefined ? '' : ` (${brokenAt})`;
      const times = evaluated > 1 ? ` in ${evaluated - held} of ${evaluated}` : '';
      row(
        'always',
        `${style.bad('broken')}  ${text}${times}, first at ${formatTime(brokenAtMicros ?? 0)}${where}`,
      );
    } else if (assertion === 'always') {
      row('always', `${style.good('holds')}   ${text}`);
    } else {
      row(
        'sometimes',
        `${held > 0 ? style.good('seen') : style.odd('unseen')}${held > 0 ? '    ' : '  '}${text}`,
      );
    }
  }
}

/** Rules that were never reached are counted beside those that held: they say nothing about this run. */
function describeJudge({ report }: RunResult, row: Row, style: Style): void {
  if (report === undefined) {
    row('judge', style.odd('did not watch'));
    return;
  }
  const count = (outcome: string) => report.rules.filter((rule) => rule.outcome === outcome).length;
  const parts = [style.good(`${count('held')} held`)];
  const broken = count('broken');
  if (broken > 0) parts.push(style.bad(`${broken} broken`));
  for (const outcome of ['excused', 'never reached', 'not observable'] as const) {
    if (count(outcome) > 0) parts.push(`${count(outcome)} ${outcome}`);
  }
  const underFault = report.rules.filter((rule) => rule.underFault > 0).length;
  row(
    'judge',
    `${counted(report.rules.length, 'rule')}: ${parts.join(', ')}; ${underFault} reached under fault`,
  );
  for (const { rule, t, node, text } of report.violations.slice(0, LISTED)) {
    row('', `${style.bad(rule)} at ${node}, ${formatTime(t)}: ${text}`);
  }
  const more = report.broken - Math.min(LISTED, report.violations.length);
  if (more > 0) row('', style.bad(`and ${more} more`));
  for (const { rule, excused } of report.rules) {
    for (const [reason, times] of Object.entries(excused))
      row('', style.odd(`${rule} excused ${times}x: ${reason}`));
  }
}

function describeNeglected({ neglected }: RunResult, row: Row, style: Style): void {
  if (neglected.length === 0) return;
  const shown = neglected.slice(0, LISTED);
  for (const { message, atMicros } of shown)
    row('failed call', style.odd(`${message}, at ${formatTime(atMicros)}`));
  if (neglected.length > LISTED)
    row('', style.odd(`and ${neglected.length - LISTED} more that nobody awaited`));
}

function describeIdle({ idle = [] }: RunResult, row: Row, style: Style): void {
  for (const { what, why, site } of idle.slice(0, LISTED)) {
    row('idle', style.odd(`${what} never applied: ${why}${site === undefined ? '' : ` (${site})`}`));
  }
  if (idle.length > LISTED) row('', style.odd(`and ${idle.length - LISTED} more that never applied`));
}

/** What broke the run off is told on standard error, see {@link describeError}; here is what it came to. */
function describeVerdict({ verdict, error }: RunResult, style: Style): string {
  if (error?.blame === 'bug') return style.bad('a bug of amber');
  return verdict === 'passed' ? style.good('passed') : style.bad(VERDICTS[verdict]);
}

const VERDICTS: Readonly<Record<RunResult['verdict'], string>> = {
  passed: 'passed',
  failed: 'failed: a promise was broken',
  stalled: 'stalled: the script waits for what can never come',
  'script-error': 'the script is wrong',
  limit: 'stopped: the script did not come to its end',
};

/** One line: what, and where in the file, in the seed and in virtual time. */
export function describeError({ error, seed }: RunResult): string | undefined {
  if (error === undefined) return undefined;
  const site = error.site === undefined ? '' : `${error.site}: `;
  const name = error.blame === 'bug' ? 'this is a bug of amber itself; please report it: ' : '';
  const [first] = error.message.split('\n');
  return `${site}${name}${visible(first!)} (seed ${seed}, at ${formatTime(error.atMicros)})`;
}

function describeNext({ result, tracePath, again, page }: ShownRun, row: Row): void {
  if (tracePath !== undefined) row('look', `npx amber view ${quoted(tracePath)}`);
  if (tracePath !== undefined && (result.report?.broken ?? 0) > 0) {
    row('explain', `npx amber explain ${quoted(tracePath)}`);
  }
  row('again', again);
  if (page !== undefined) row('page', page);
}

function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  if (count < 1024 * 1024) return `${(count / 1024).toFixed(1)} KiB`;
  return `${(count / 1024 / 1024).toFixed(1)} MiB`;
}

/** The same for programs: one object, durations in microseconds unless their name says otherwise. */
export function reportJson(run: ShownRun): object {
  const { result, path, tracePath, realMillis } = run;
  return { file: path, ...result, realMillis: Math.round(realMillis), trace: tracePath ?? null };
}
