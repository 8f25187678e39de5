/** `amber check`: the judge over a trace that was saved, whoever recorded it. */
import { statSync } from 'node:fs';
import { type CheckReport, createChecker } from '../check/index.ts';
import { GzipError, readTraceFile } from '../host/trace-file.ts';
import { formatTime } from '../sim/time.ts';
import { fails } from '../trace/assertion.ts';
import { describeDeed, describeOften, describeVantage } from '../trace/describe.ts';
import { TraceError } from '../trace/errors.ts';
import type { Trace } from '../trace/reader.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { usage } from './option-values.ts';
import { type Style, styleFor, visible } from './style.ts';
import type { Arguments } from './verb.ts';
import { counted, number, quoted } from './wording.ts';

const LABEL_WIDTH = 11;
const LISTED = 20;

/** @throws CommandError for a file that is no trace. */
export function checkCommand({ positionals, options }: Arguments, io: CommandIo): ExitCode {
  const [path] = positionals as [string];
  const trace = readSaved(path);
  const report = judge(trace);
  const shown = { path, trace, report };
  io.out(
    options.json === true ? `${JSON.stringify(checkJson(shown))}\n` : describeCheck(shown, styleFor(io)),
  );
  return report.broken > 0 ? exitCodes.broken : exitCodes.passed;
}

/** @throws CommandError for a file that is no trace. */
export function readSaved(path: string): Trace {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) throw usage(`there is no file ${path}`);
  if (there.isDirectory()) throw usage(`${path} is a folder; a trace is a file NAME.amber.jsonl.gz`);
  try {
    return readTraceFile(path);
  } catch (error) {
    if (error instanceof TraceError || error instanceof GzipError) {
      throw new CommandError(exitCodes.environment, `${path} cannot be read: ${error.message}`);
    }
    throw error;
  }
}

/** Whether the world came to rest a trace does not say: what had not come by its end is believed to have been under way. */
function judge({ header, list }: Trace): CheckReport {
  const checker = createChecker({ vantage: header.vantage, known: header.known });
  // What the judge said when it was recorded is no evidence.
  for (const event of list) if (event.k !== 'verdict') checker.observe(event);
  return checker.finish({ quiet: false });
}

interface ShownCheck {
  readonly path: string;
  readonly trace: Trace;
  readonly report: CheckReport;
}

function checkJson({ path, trace, report }: ShownCheck): object {
  const { header, list, problems } = trace;
  return { file: path, vantage: header.vantage, events: list.length, problems, ...report };
}

function describeCheck({ path, trace, report }: ShownCheck, style: Style): string {
  const { header, list, problems } = trace;
  const lines: string[] = [''];
  const row = (label: string, text: string): void => {
    lines.push(`${style.dim(label.padEnd(LABEL_WIDTH))} ${text}`);
  };
  row('trace', `${path}: ${header.scenario}, seen from ${describeVantage(header.vantage)}`);
  row('events', `${number(list.length)} in ${formatTime(list.at(-1)?.t ?? 0)}`);
  for (const { message } of problems) row('damaged', style.odd(message));
  for (const outcome of ['broken', 'excused', 'held', 'never reached', 'not observable'] as const) {
    const rules = report.rules.filter((rule) => rule.outcome === outcome);
    if (rules.length === 0) continue;
    const names = rules.map(({ rule, reached, broken }) => {
      if (broken > 0) return `${rule} ${number(broken)} of ${number(reached)}x`;
      return reached > 0 ? `${rule} ${number(reached)}x` : rule;
    });
    row(
      outcome === 'never reached' || outcome === 'not observable' ? 'not seen' : outcome,
      `${counted(rules.length, 'rule')} ${outcome}: ${names.join(', ')}`,
    );
  }
  for (const { rule, t, node, text } of report.violations.slice(0, LISTED)) {
    row('', `${style.bad(rule)} at ${node}, ${formatTime(t)}: ${visible(text)}`);
  }
  const more = report.broken - Math.min(LISTED, report.violations.length);
  if (more > 0) row('', style.bad(`and ${number(more)} more`));
  for (const { rule, excused } of report.rules) {
    for (const [reason, times] of Object.entries(excused))
      row('', style.odd(`${rule} excused ${times}x: ${reason}`));
  }
  const failures = list.filter((event) => event.k === 'assert' && fails(event));
  const [first] = failures;
  if (first !== undefined) {
    const often = `${describeOften(failures.length)},${failures.length > 1 ? ' first' : ''}`;
    const what = `${formatTime(first.t)}: ${visible(describeDeed(first))}`;
    row('script', style.bad(`its assertions failed ${often} at ${what}`));
  }
  row(
    'verdict',
    report.broken > 0
      ? style.bad(`${counted(report.broken, 'promise')} broken`)
      : style.good('no promise broken'),
  );
  if (report.broken > 0) row('explain', `npx amber explain ${quoted(path)}`);
  return `${lines.join('\n')}\n`;
}
