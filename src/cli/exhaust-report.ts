/** What `amber exhaust` came to, for each of its readers. */
import type { Exhausted, ExhaustRound } from '../runner/exhaust.ts';
import type { SeedRecord } from '../runner/seed-record.ts';
import type { FailureGroup } from '../runner/sweep-tally.ts';
import { describeFault } from '../sim/fault-words.ts';
import { annotation, junit } from './case-reports.ts';
import type { CommandIo } from './io.ts';
import type { RunSettings } from './run-settings.ts';
import { type Style, styleFor } from './style.ts';
import { describeRules, type Row } from './sweep-report.ts';
import type { Reporter } from './sweep-reporters.ts';
import { counted, number, quoted } from './wording.ts';

/** An exhaustion with what only the command knows about it. */
export interface ShownExhaustion extends Exhausted, Pick<RunSettings, 'run'> {
  readonly file: string;
  readonly seed: string;
  readonly prune: boolean;
  readonly limit: number;
  readonly realMillis: number;
  /** Files of failures. */
  readonly saved: ReadonlyMap<SeedRecord, string>;
  /** Where a page runs them again, of stories that it has. */
  readonly pages: ReadonlyMap<SeedRecord, string>;
  /** Runs that were another run the second time. */
  readonly differing: readonly SeedRecord[];
  /** Failures that were not run again. */
  readonly unsaved: number;
}

const LABEL_WIDTH = 11;
const GROUPS_LISTED = 20;
const RUNS_LISTED = 5;
const ROUNDS = ['one fault', 'two faults'] as const;

export function reportExhausted(shown: ShownExhaustion, reporter: Reporter, io: CommandIo): string {
  const { tally } = shown;
  switch (reporter) {
    case 'pretty':
      return pretty(shown, styleFor(io));
    case 'json':
      return `${JSON.stringify(json(shown))}\n`;
    case 'junit': {
      const cases = tally.groups.map((group) => ({ ...group, text: textOf(group, shown) }));
      return junit('amber exhaust', `${counted(tally.passed, 'run')} survived`, shown.realMillis, cases);
    }
    case 'github':
      return (
        pretty(shown, styleFor(io)) +
        tally.groups.map((group) => annotation({ ...group, text: textOf(group, shown) })).join('')
      );
  }
}

function pretty(shown: ShownExhaustion, style: Style): string {
  const { file, seed, run, rounds, tally, left, limit, longTimers, complete, realMillis } = shown;
  const lines: string[] = [''];
  const row: Row = (label, text) => {
    lines.push(`${style.dim(label.padEnd(LABEL_WIDTH))} ${text}`);
  };
  const mutant = run.mutant === undefined ? '' : `, with ${run.mutant}`;
  row('story', `${file}, seed ${seed}${mutant}`);
  rounds.forEach((round, at) => {
    describeRound(ROUNDS[at] ?? '', round, shown, row, style);
  });
  const rate = Math.round(tally.seeds / (realMillis / 1000));
  row('runs', `${number(tally.seeds)} in ${(realMillis / 1000).toFixed(1)} s, ${number(rate)}/s`);
  if (!complete) row('', style.odd('interrupted; the other runs were not made'));
  if (left > 0)
    row('limit', style.odd(`${number(limit)} runs: ${number(left)} more were left out (--limit)`));
  if (longTimers > 0)
    row('', `${counted(longTimers, 'timer')} of more than an hour: nobody was stopped past them`);
  if (tally.cutShort > 0)
    row('', `${counted(tally.cutShort, 'run')} cut short by the crash of a client they waited for`);
  const families = [...tally.faults].map(([family, hits]) => `${family} ${number(hits)}`);
  row('faults', families.length === 0 ? 'none' : families.join(', '));
  lines.push('');
  describeRules(shown, row, style);
  describeFailures(shown, lines, row, style);
  return `${lines.join('\n')}\n`;
}

function describeRound(
  label: string,
  round: ExhaustRound,
  { prune }: ShownExhaustion,
  row: Row,
  style: Style,
): void {
  const { places, all, distinct, runs, planned, survived, moot } = round;
  const verdict = `${number(survived)} of ${number(runs)} survived`;
  const ended = runs < planned ? style.odd(`, ${number(planned - runs)} were not run`) : '';
  row(label, `${survived === runs ? style.good(verdict) : style.bad(verdict)}${ended}`);
  const alike = prune ? `${number(distinct)} that differ` : `all run, though ${number(distinct)} differ`;
  row('', `${counted(all, 'fault')} at ${counted(places, 'place')}, ${alike}`);
  if (moot > 0) row('', `${counted(moot, 'fault')} found nothing to do`);
}

function describeFailures(shown: ShownExhaustion, lines: string[], row: Row, style: Style): void {
  const { tally, differing, unsaved } = shown;
  for (const group of tally.groups.slice(0, GROUPS_LISTED)) {
    const { outcome, broke, count, detail, seeds } = group;
    lines.push('');
    row(outcome, `${style.bad(broke)}, ${counted(count, 'run')}`);
    row('', detail.split('\n')[0]!);
    for (const run of seeds.slice(0, RUNS_LISTED)) row(`run ${run}`, faultsOf(run, shown));
    if (count > RUNS_LISTED) row('', `and ${number(count - RUNS_LISTED)} more`);
    const again = againOf(group, shown);
    if (again !== undefined) row('again', again);
    const [page] = seeds.flatMap((run) => shown.pages.get(shown.failed.get(run)!.record) ?? []);
    if (page !== undefined) row('page', page);
  }
  const more = tally.groups.length - GROUPS_LISTED;
  if (more > 0) row('', style.bad(`and ${counted(more, 'more group')}`));
  for (const { seed: run, detail } of differing) row('differs', style.bad(`run ${run}: ${detail}`));
  if (unsaved > 0) row('', style.odd(`${counted(unsaved, 'more failure')} not run again`));
}

function faultsOf(run: string, { failed }: ShownExhaustion): string {
  const { faults } = failed.get(run)!;
  return faults.length === 0 ? 'its faults are not known' : faults.map(describeFault).join('; then ');
}

/** The command that plays a failure of the group; undefined when none could be saved. */
function againOf({ seeds }: FailureGroup, { failed, saved }: ShownExhaustion): string | undefined {
  const [path] = seeds.flatMap((run) => saved.get(failed.get(run)!.record) ?? []);
  return path === undefined ? undefined : `npx amber replay ${quoted(path)}`;
}

function textOf(group: FailureGroup, shown: ShownExhaustion): string {
  const again = againOf(group, shown);
  const lines = [
    group.detail,
    counted(group.count, 'run'),
    ...group.seeds.slice(0, RUNS_LISTED).map((run) => faultsOf(run, shown)),
  ];
  return [...lines, ...(again === undefined ? [] : [again])].join('\n');
}

function json(shown: ShownExhaustion): object {
  const { file, seed, run, prune, rounds, limit, left, longTimers, complete, tally, failed } = shown;
  return {
    file,
    seed,
    ...run,
    prune,
    rounds,
    limit,
    left,
    longTimers,
    complete,
    survived: tally.passed,
    failed: tally.failed,
    cutShort: tally.cutShort,
    realMillis: Math.round(shown.realMillis),
    faults: Object.fromEntries(tally.faults),
    rules: tally.rules,
    statements: tally.statements,
    groups: tally.groups.map(({ seeds, ...group }) => ({
      ...group,
      runs: seeds.map((each) => ({ run: Number(each), faults: failed.get(each)!.faults })),
      again: againOf({ seeds, ...group }, shown),
    })),
    differing: shown.differing,
    failures: [...shown.saved.values()],
  };
}
