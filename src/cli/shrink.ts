/** `amber shrink`: a failure, to the least that still breaks the same promise. */
import { resolve } from 'node:path';
import { moduleGraphHash } from '../host/module-graph.ts';
import { packageVersion } from '../host/package-version.ts';
import { ancestorsOf, firstVerdict } from '../runner/ancestry.ts';
import { savedFailureOf } from '../runner/failure.ts';
import type { Margin, Shrunk } from '../runner/shrink.ts';
import { shrinkOnThread } from '../runner/shrink-thread.ts';
import type { Fault } from '../sim/fault.ts';
import { describeOccasion } from '../sim/occasion.ts';
import { formatDuration, formatTime } from '../sim/time.ts';
import { describeEvent } from '../trace/describe.ts';
import type { TraceEvent } from '../trace/event.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { usage } from './option-values.ts';
import { readFailure } from './replay.ts';
import { patienceOf } from './run-settings.ts';
import { type Style, styleFor } from './style.ts';
import type { Arguments } from './verbs.ts';
import { writeWhole } from './whole-file.ts';
import { counted, number, quoted } from './wording.ts';

const CLEAR_LINE = '\r\u001b[2K';
/** A story of more lines is not read. */
const STORY_LINES = 60;

/** @throws CommandError for what is no saved failure, does not fail any more, or never ends. */
export async function shrinkCommand({ positionals, options }: Arguments, io: CommandIo): Promise<ExitCode> {
  const [path] = positionals as [string];
  const failure = readFailure(path);
  const out =
    (options.out as string | undefined) ??
    path.replace(/(?:\.shrunk)?\.failure\.json$/, '.shrunk.failure.json');
  if (resolve(out) === resolve(path)) throw usage(`--out is the failure itself; name another file`);
  const interrupted = new AbortController();
  const forget = io.onInterrupt(() => interrupted.abort());
  const outcome = await shrinkOnThread({
    failure,
    patienceMillis: patienceOf(io),
    signal: interrupted.signal,
    ...(io.errIsTerminal
      ? {
          onProgress: ({ events, faults }, attempts) =>
            io.err(
              `${CLEAR_LINE}${number(events)} events, ${faults} faults, after ${counted(attempts, 'run')}`,
            ),
        }
      : {}),
  });
  forget();
  if (io.errIsTerminal) io.err(CLEAR_LINE);
  switch (outcome.kind) {
    case 'interrupted':
      throw new CommandError(exitCodes.interrupted, 'interrupted; nothing was written');
    case 'gone':
      throw new CommandError(exitCodes.script, `${path} cannot be shrunk: ${outcome.message}`);
    case 'stuck':
    case 'died':
      throw new CommandError(exitCodes.script, `${path} cannot be shrunk: ${outcome.message}`);
    case 'shrunk':
      break;
  }
  const { shrunk } = outcome;
  const { candidate, attempt } = shrunk;
  const { file } = failure;
  const smaller = savedFailureOf(attempt.result, {
    amber: packageVersion(),
    file,
    modules: moduleGraphHash(file),
    omit: [...(failure.omit ?? []), ...candidate.omit],
    ...(candidate.plan === undefined ? {} : { filter: { plan: candidate.plan } }),
  });
  writeWhole(out, `${JSON.stringify(smaller, null, 2)}\n`);
  io.out(describeShrunk(shrunk, failure.broke, out, styleFor(io)));
  return exitCodes.broken;
}

function describeShrunk(shrunk: Shrunk, broke: string, out: string, style: Style): string {
  const { before, after, attempts, margins, attempt } = shrunk;
  const faults = attempt.result.struck;
  const lines = [
    '',
    style.bold(broke),
    '',
    `${counted(before.events, 'event')}, ${counted(before.faults, 'fault')} -> ` +
      `${style.bold(`${counted(after.events, 'event')}, ${counted(after.faults, 'fault')}`)}, found in ${counted(attempts, 'run')}`,
    '',
    ...faults.map((fault) => `  ${style.odd(describeFault(fault))}`),
    '',
    ...storyOf(attempt.trace).map((line) => `  ${line}`),
    '',
    ...margins.map((margin) => `  ${describeMargin(margin)}`),
    '',
    `${style.dim('saved      ')} ${out}`,
    `${style.dim('again      ')} npx amber replay ${quoted(out)}`,
  ];
  return `${lines.filter((line, at) => line !== '' || lines[at - 1] !== '').join('\n')}\n`;
}

/** What the violation follows from, in order; with an assertion of the script, what applications did and what befell them. */
function storyOf(trace: readonly TraceEvent[]): string[] {
  const verdict = firstVerdict(trace);
  const ancestors = verdict === undefined ? undefined : ancestorsOf(trace, verdict);
  const told = trace.filter((event) => {
    if (verdict !== undefined && event.i > verdict.i) return false;
    if (event.k === 'fault.began' || event.k === 'app.call') return true;
    if (event.k === 'assert') return !event.holds && event.assertion === 'always';
    return ancestors?.has(event.i) === true && event.k !== 'node.added' && event.k !== 'link.added';
  });
  const lines = told.map(describeEvent);
  if (lines.length <= STORY_LINES) return lines;
  const half = STORY_LINES / 2;
  return [...lines.slice(0, half), `... ${lines.length - STORY_LINES} more ...`, ...lines.slice(-half)];
}

/** `partition of sensor~hub at 00:00:12 for 3s, direction both`. */
export function describeFault({ family, target, at, duration, detail, occasion }: Fault): string {
  const span = duration === undefined ? '' : ` for ${formatDuration(duration)}`;
  const when = occasion === undefined ? '' : `, ${describeOccasion(occasion)}`;
  const more = Object.entries(detail).map(([name, value]) => `, ${name} ${value}`);
  return `${family} of ${target} at ${formatTime(at)}${when}${span}${more.join('')}`;
}

function describeMargin({ fault, earlierMicros, laterMicros }: Margin): string {
  const what = `${fault.family} of ${fault.target}`;
  const ways = [
    ...(earlierMicros === undefined ? [] : [`${formatDuration(earlierMicros)} earlier`]),
    ...(laterMicros === undefined ? [] : [`${formatDuration(laterMicros)} later`]),
  ];
  return ways.length === 0
    ? `margin: wherever the ${what} is moved within a minute, it breaks`
    : `margin: with the ${what} ${ways.join(', or ')}, the run passes`;
}
