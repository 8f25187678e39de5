/** Pages of the ledger and obituaries, as a terminal shows them. */
import type { MessagePage, Obituary, Step } from '../check/lives/index.ts';
import { formatTime } from '../sim/time.ts';
import { type Style, visible } from './style.ts';
import { counted, quoted } from './wording.ts';

/** Fates that nobody worries about. */
const QUIET: ReadonlySet<string> = new Set(['delivered', 'cancelled', 'refused', 'under way', 'not kept']);
const TEXT_WIDTH = 100;

/** A page for each message: its way to the broker, then a part for each subscriber. */
export function describePages(pages: readonly MessagePage[], style: Style): string {
  const lines: string[] = [];
  for (const { message, publisher, steps, text, lives } of pages) {
    const all = [steps, ...lives.map((life) => life.steps)].flat();
    const row = rowsFor(all, style);
    lines.push(
      '',
      style.bold(`${visible(message)}, of ${visible(publisher)}`),
      '',
      row.head(),
      ...steps.map(row.line),
    );
    if (text !== '') lines.push('', ...paragraph(text));
    for (const life of lives) {
      lines.push('', `  to ${style.bold(visible(life.to))}: ${fate(life.fate, style)}`, '');
      lines.push(...life.steps.map(row.line), '', ...paragraph(life.text));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The first of them whole, the others in a line each. */
export function describeObituaries(
  obituaries: readonly Obituary[],
  whole: number,
  path: string,
  style: Style,
): string {
  const lines: string[] = [];
  for (const obituary of obituaries.slice(0, whole)) lines.push('', ...describeObituary(obituary, style));
  const rest = obituaries.slice(whole);
  if (rest.length > 0) {
    lines.push('', `By ${counted(rest.length, 'more message')} a promise was broken:`, '');
    for (const { message, publisher, to, fate: how, steps } of rest) {
      const where = to === undefined ? '' : ` to ${visible(to)}`;
      lines.push(
        `  ${style.dim(`event ${`${steps[0]?.i ?? 0}`.padEnd(6)}`)}  ${visible(message)}, of ${visible(publisher)}${where}: ${fate(how, style)}`,
      );
    }
    lines.push('', `amber explain ${quoted(path)} --event N has the page of one.`);
  }
  return `${lines.join('\n')}\n`;
}

/** A message that a verdict names, to one subscriber: its steps, of very many the first and the last, and how it ended. */
export function describeObituary(
  obituary: Obituary,
  style: Style,
  most = Number.POSITIVE_INFINITY,
): string[] {
  const { message, publisher, to, rules, text } = obituary;
  const steps = obituary.steps.length <= most ? obituary.steps : obituary.steps.slice(0, most / 2);
  const last = obituary.steps.slice(steps.length).slice(-most / 2);
  const left = obituary.steps.length - steps.length - last.length;
  const row = rowsFor(obituary.steps, style);
  const where = to === undefined ? '' : ` to ${visible(to)}: ${fate(obituary.fate, style)}`;
  return [
    `${style.bold(`${visible(message)}, of ${visible(publisher)}`)}${where}`,
    ...paragraph(`breaks ${rules.join(', ')}: ${obituary.accusation}`).map(style.bad),
    '',
    row.head(),
    ...steps.map(row.line),
    ...(left === 0 ? [] : [style.dim(`  ${counted(left, 'step')} between`)]),
    ...last.map(row.line),
    '',
    ...paragraph(text),
  ];
}

interface Rows {
  head(): string;
  readonly line: (step: Step) => string;
}

function rowsFor(steps: readonly Step[], style: Style): Rows {
  const width = Math.max('event'.length, ...steps.map(({ i }) => `${i}`.length));
  const timeWidth = Math.max('time'.length, ...steps.map(({ t }) => formatTime(t).length));
  return {
    head: () => style.dim(`  ${'event'.padStart(width)}  ${'time'.padEnd(timeWidth)}`),
    line: ({ i, t, how, text }) => {
      const where = `  ${`${i}`.padStart(width)}  ${formatTime(t).padEnd(timeWidth)}  ${how}`;
      return how === 'told'
        ? style.dim(`${where}  ${visible(text)}`)
        : `${style.dim(where)}  ${visible(text)}`;
    },
  };
}

/** The word for what became of a message, in its colour. */
export function fate(text: string, style: Style): string {
  return QUIET.has(text) ? style.good(text) : style.bad(text);
}

/** Words in lines that can be read. */
function paragraph(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of visible(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > TEXT_WIDTH) {
      lines.push(`  ${line}`);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(`  ${line}`);
  return lines;
}
