/** `amber diff`: where two traces part. */
import { basename } from 'node:path';
import { GzipError, readTraceFile } from '../host/trace-file.ts';
import {
  describeEvent,
  diffTraces,
  type Trace,
  type TraceDifference,
  TraceError,
  type TraceEvent,
} from '../trace/index.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { type Style, styleFor } from './style.ts';
import type { Arguments } from './verb.ts';

/** Prints the first difference; the exit code is 4 when there is one. */
export function diffCommand(args: Arguments, io: CommandIo): ExitCode {
  const [pathA, pathB] = args.positionals as [string, string];
  const difference = diffTraces(read(pathA), read(pathB));
  if (args.options.json === true) {
    const { same, equal, headers, sentence, a, b } = difference;
    io.out(`${JSON.stringify({ same, equal, headers, sentence, a, b }, bytesAsHex)}\n`);
  } else {
    io.out(format(difference, basename(pathA), basename(pathB), styleFor(io)));
  }
  return difference.same ? exitCodes.passed : exitCodes.differs;
}

/** @throws CommandError one line that names the file. */
function read(path: string): Trace {
  try {
    const trace = readTraceFile(path);
    const [problem] = trace.problems;
    // Half a trace compares equal to its whole up to where it was cut, which would say nothing true.
    if (problem !== undefined) throw problem;
    return trace;
  } catch (error) {
    if (error instanceof TraceError || error instanceof GzipError) {
      throw new CommandError(exitCodes.environment, `${path}: ${error.message}`);
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CommandError(exitCodes.usage, `there is no file ${path}`);
    if (code === 'EISDIR') throw new CommandError(exitCodes.usage, `${path} is a directory, not a trace`);
    throw error;
  }
}

function format(difference: TraceDifference, nameA: string, nameB: string, style: Style): string {
  const lines: string[] = [];
  for (const header of difference.headers) lines.push(`header   ${header}`);
  if (difference.same) {
    lines.push(`${style.good('same')}     ${difference.sentence}`);
    return `${lines.join('\n')}\n`;
  }
  lines.push(`${style.bad('differs')}  ${difference.sentence}`, '');
  for (const event of difference.before) lines.push(style.dim(`    ${line(event)}`));
  lines.push(`A ${style.bold(nameA)}`);
  lines.push(...side(difference.a, difference.afterA, style));
  lines.push(`B ${style.bold(nameB)}`);
  lines.push(...side(difference.b, difference.afterB, style));
  return `${lines.join('\n')}\n`;
}

function side(first: TraceEvent | undefined, after: readonly TraceEvent[], style: Style): string[] {
  if (first === undefined) return [style.odd('    (ends here)')];
  return [style.odd(`  > ${line(first)}`), ...after.map((event) => `    ${line(event)}`)];
}

function line(event: TraceEvent): string {
  return `#${event.i}  ${describeEvent(event)}`;
}

function bytesAsHex(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}
