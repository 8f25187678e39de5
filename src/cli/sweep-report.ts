/** What `amber sweep` says to a person: what broke first, then what was reached and what was not. */
import { formatDuration } from '../sim/time.ts';
import type { Style } from './style.ts';
import { again, type ShownSweep } from './sweep-reporters.ts';
import { counted, number, quoted } from './wording.ts';

const LABEL_WIDTH = 11;
const GROUPS_LISTED = 20;
const SEEDS_SHOWN = 10;

export function prettySweep(shown: ShownSweep, style: Style): string {
  const { tally } = shown;
  const lines: string[] = [''];
  const row = (label: string, text: string): void => {
    lines.push(`${style.dim(label.padEnd(LABEL_WIDTH))} ${text}`);
  };
  describeSeeds(shown, row, style);
  row(
    'packets',
    `${number(tally.packets)} sent; ${counted(tally.medianReconnects, 'reconnect')} in the median seed`,
  );
  const families = [...tally.faults];
  row(
    'faults',
    families.length === 0 ? 'none' : families.map(([name, hits]) => `${name} ${number(hits)}`).join(', '),
  );
  lines.push('');
  describeRules(shown, row, style);
  for (const { text, evaluated, seen } of tally.sometimes) {
    const ever = seen > 0 ? style.good('seen') : style.bad('never');
    row('sometimes', `${ever}  ${text}, in ${number(seen)} of ${counted(evaluated, 'seed')}`);
  }
  const { corpus } = shown;
  if (corpus !== undefined) {
    const { first, added, kept, directory } = corpus;
    row(
      'corpus',
      `${counted(first, 'seed')} run first; ${number(added)} added, ${number(kept)} in ${directory}`,
    );
  }
  describeFailures(shown, lines, row, style);
  return `${lines.join('\n')}\n`;
}

export type Row = (label: string, text: string) => void;

function describeSeeds(shown: ShownSweep, row: Row, style: Style): void {
  const { tally, total, before, complete, realMillis } = shown;
  const seconds = realMillis / 1000;
  const earlier = before === 0 ? '' : `, ${number(before)} of them before`;
  const rate = number(Math.round((tally.seeds - before) / seconds));
  // Of sweeps that are added up nobody knows how long they took.
  const speed = seconds > 0 ? ` in ${seconds.toFixed(1)} s, ${rate}/s` : '';
  const ended = complete ? '' : style.odd(`, ended before ${number(total - tally.seeds)} more`);
  row('seeds', `${number(tally.seeds)} of ${number(total)}${earlier}${speed}${ended}`);
  row('simulated', formatDuration(tally.virtualMicros));
  const failed = tally.failed === 0 ? style.good('none failed') : style.bad(`${number(tally.failed)} failed`);
  const cut =
    tally.cutShort === 0
      ? ''
      : `, ${number(tally.cutShort)} cut short by the crash of a client they waited for`;
  row('verdict', `${number(tally.passed)} passed, ${failed}${cut}`);
}

/** Rules that were never reached say nothing about the scenarios, and are named. */
export function describeRules({ tally }: Pick<ShownSweep, 'tally'>, row: Row, style: Style): void {
  const { rules, statements } = tally;
  const width = Math.max(...rules.map(({ rule }) => rule.length));
  for (const { rule, meaning, reached, underFault, broken, excused } of rules) {
    if (reached === 0 && broken === 0) continue;
    const counts = [counted(reached, 'time'), `${number(underFault)} under fault`];
    if (excused > 0) counts.push(style.odd(`${number(excused)} excused`));
    if (broken > 0) counts.push(style.bad(`${number(broken)} broken`));
    row('rule', `${broken > 0 ? style.bad(rule.padEnd(width)) : rule.padEnd(width)}  ${counts.join(', ')}`);
    if (broken > 0) row('', style.dim(meaning));
  }
  const never = rules.filter(({ reached, broken }) => reached === 0 && broken === 0);
  if (never.length > 0) row('unreached', style.odd(never.map(({ rule }) => rule).join(', ')));
  for (const [reason, times] of tally.excuses) row('excused', style.odd(`${number(times)}x: ${reason}`));
  for (const { rule, known } of tally.stale)
    row('known', style.odd(`${rule}: ${known}; no seed broke it: is it still so?`));
  const { exercised, underFault, never: untouched, observable } = statements;
  const share = (list: readonly string[]) =>
    `${list.length} (${Math.floor((100 * list.length) / observable)} %)`;
  row(
    'statements',
    `of ${observable} that can be observed ${share(exercised)} exercised, ${share(underFault)} under fault; ${untouched.length} of those that rules stand for never`,
  );
}

function describeFailures(shown: ShownSweep, lines: string[], row: Row, style: Style): void {
  const { tally, settings, differing, saved, pictures, pages, unsaved, directory } = shown;
  for (const group of tally.groups.slice(0, GROUPS_LISTED)) {
    const { broke, detail, count, file, outcome, seeds } = group;
    const more = count - Math.min(SEEDS_SHOWN, seeds.length);
    lines.push('');
    row(outcome, `${style.bad(broke)}, ${counted(count, 'seed')} of ${file}`);
    row('', detail.split('\n')[0]!);
    row('', `seeds ${seeds.slice(0, SEEDS_SHOWN).join(' ')}${more > 0 ? ` and ${number(more)} more` : ''}`);
    row('again', again(group, settings));
  }
  const others = tally.groups.length - GROUPS_LISTED;
  if (others > 0) row('', style.bad(`and ${counted(others, 'more group')}`));
  for (const { seed, file, detail } of differing)
    row('differs', style.bad(`seed ${seed} of ${file}: ${detail}`));
  const [first] = saved.values();
  if (first !== undefined) {
    lines.push('');
    const traces = saved.size === 1 ? 'its trace' : 'their traces';
    row('saved', `${counted(saved.size, 'failure')} with ${traces} in ${directory}`);
    row('look', `npx amber replay ${quoted(first)}`);
    const [page, ...more] = pictures;
    if (page !== undefined) {
      row('open', more.length === 0 ? page : `${page}, and ${counted(more.length, 'more page')} like it`);
    }
    const [live] = pages.values();
    if (live !== undefined) row('page', live);
    const large = saved.size - pictures.length;
    if (large > 0)
      row('', style.odd(`${counted(large, 'trace')} too large for a picture: amber view shows them`));
  }
  if (unsaved > 0) row('', style.odd(`${counted(unsaved, 'more failure')} not run again; each has its seed`));
}
