/** What `amber compare` came to: for a person, and for a program. */
import type { ProtocolName } from '../mqtt/codec/protocol-name.ts';
import type { Comparison, Conduct, Difference, Pairing } from '../runner/comparison.ts';
import type { SeedRange } from '../runner/seeds.ts';
import type { CommandIo } from './io.ts';
import type { RunSettings } from './run-settings.ts';
import { type Style, styleFor, visible } from './style.ts';
import { counted, number, quoted } from './wording.ts';

export interface ShownComparison extends RunSettings {
  readonly file: string;
  readonly seeds: SeedRange;
  readonly pairings: readonly Pairing[];
  readonly protocol: ProtocolName | undefined;
  readonly comparison: Comparison;
  readonly json: boolean;
  readonly traces: readonly string[];
}

const LABEL_WIDTH = 11;
const STATEMENTS_LISTED = 6;

export function reportComparison(shown: ShownComparison, io: CommandIo): string {
  return shown.json ? `${JSON.stringify(json(shown))}\n` : pretty(shown, styleFor(io));
}

function pretty(shown: ShownComparison, style: Style): string {
  const { file, seeds, comparison, traces } = shown;
  const lines: string[] = [''];
  const row = (label: string, text: string): void => {
    lines.push(`${style.dim(label.padEnd(LABEL_WIDTH))} ${text}`);
  };
  const range = seeds.first === seeds.last ? `seed ${seeds.first}` : `seeds ${seeds.first}..${seeds.last}`;
  row('story', `${file}, ${range}`);
  const width = Math.max(...comparison.played.map(({ pairing }) => nameOf(pairing).length));
  for (const { pairing, seeds: judged, kept, incomparable } of comparison.played) {
    const name = nameOf(pairing).padEnd(width);
    const verdict = `every promise kept at ${number(kept)} of ${counted(judged, 'seed')}`;
    if (judged > 0) row('pairing', `${name}  ${kept === judged ? style.good(verdict) : style.bad(verdict)}`);
    if (incomparable !== undefined)
      row('pairing', `${name}  ${style.odd(`not comparable: ${visible(incomparable)}`)}`);
  }
  const { differences, shared } = comparison;
  for (const difference of differences) describe(difference, shown, lines, row, style, width);
  lines.push('');
  if (shared.length > 0) row('alike', `broken at the same seeds with all: ${shared.join(', ')}`);
  const verdict = differences.length === 0 ? style.good('none') : style.bad(number(differences.length));
  if (comparison.comparable > 1 && comparison.wrong === undefined)
    row('differences', `${verdict} that a promise decides`);
  for (const trace of traces) row('trace', trace);
  return `${lines.join('\n')}\n`;
}

function describe(
  difference: Difference,
  shown: ShownComparison,
  lines: string[],
  row: (label: string, text: string) => void,
  style: Style,
  width: number,
): void {
  const { promise, meaning, statements, conducts, seeds } = difference;
  lines.push('');
  row('promise', `${style.bold(visible(promise))}: ${meaning}`);
  if (statements.length > 0) {
    const more =
      statements.length > STATEMENTS_LISTED ? ` and ${statements.length - STATEMENTS_LISTED} more` : '';
    row('', style.dim(`[${statements.slice(0, STATEMENTS_LISTED).join('] [')}]${more}`));
  }
  for (const conduct of conducts) {
    const { pairing, first } = conduct;
    const fates = fatesOf(conduct);
    if (fates === '') continue;
    row(
      '',
      `${nameOf(pairing).padEnd(width)}  ${first === undefined ? style.good(fates) : style.bad(fates)}`,
    );
    if (first !== undefined)
      row('', style.dim(`  seed ${first.seed}: ${visible(first.text.split('\n')[0]!)}`));
  }
  row(
    'again',
    `${again(difference, shown)}${seeds === 1 ? '' : style.dim(`   (${counted(seeds, 'seed')} in all)`)}`,
  );
}

function nameOf({ brokers, clients }: Pairing): string {
  return `${brokers} + ${clients}`;
}

/** `broken at 3 seeds, held at 17`. */
function fatesOf({ broken, held, excused, unreached }: Conduct): string {
  const fates: [number, string][] = [
    [broken, 'broken'],
    [held, 'held'],
    [excused, 'excused'],
    [unreached, 'not reached'],
  ];
  return fates
    .filter(([count]) => count > 0)
    .map(([count, fate], at) => `${fate} at ${at === 0 ? counted(count, 'seed') : number(count)}`)
    .join(', ');
}

/** The command that shows the difference at its first seed, with the traces. */
function again({ seed }: Difference, { file, pairings, protocol, run }: ShownComparison): string {
  const all = (names: readonly string[]): string => [...new Set(names)].join(',');
  const words = ['npx', 'amber', 'compare', file, '--seeds', `${seed}..${seed}`];
  words.push('--brokers', all(pairings.map(({ brokers }) => brokers)));
  words.push('--clients', all(pairings.map(({ clients }) => clients)));
  if (protocol !== undefined) words.push('--protocol', protocol);
  for (const [name, value] of Object.entries(run.parameters ?? {})) words.push('--param', `${name}=${value}`);
  if (run.transport !== undefined && run.transport !== 'tcp') words.push('--transport', run.transport);
  if (run.profile !== undefined) words.push('--profile', run.profile);
  return [...words, '--out', '.amber'].map(quoted).join(' ');
}

function json(shown: ShownComparison): object {
  const { file, seeds, protocol, run, comparison, traces } = shown;
  return {
    file,
    seeds: [seeds.first, seeds.last],
    ...run,
    ...(protocol === undefined ? {} : { protocol }),
    pairings: comparison.played.map(({ pairing, ...rest }) => ({ ...pairing, ...rest })),
    differences: comparison.differences.map(({ conducts, ...difference }) => ({
      ...difference,
      pairings: conducts.map(({ pairing, ...conduct }) => ({ ...pairing, ...conduct })),
      again: again({ conducts, ...difference }, shown),
    })),
    alike: comparison.shared,
    traces,
  };
}
