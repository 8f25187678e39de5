/** `amber shrink`: a failure, to the least that still breaks the same promise. */

import { existsSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { runIdentity } from '../host/run-identity.ts';
import { type SavedFailure, savedFailureOf } from '../runner/failure.ts';
import { describeMargins } from '../runner/margin.ts';
import { describeSize, storyOf } from '../runner/narration.ts';
import { type ShrinkOutcome, shrinkOnThread } from '../runner/shrink-thread.ts';
import { testFileOf } from '../runner/test-file.ts';
import { describeFault } from '../sim/fault-words.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { usage } from './option-values.ts';
import { readFailure } from './replay.ts';
import { patienceOf } from './run-settings.ts';
import { type Style, styleFor } from './style.ts';
import type { Arguments } from './verb.ts';
import { writeWhole } from './whole-file.ts';
import { counted, quoted } from './wording.ts';

const CLEAR_LINE = '\r\u001b[2K';
/** A story of more lines is not read. */
const STORY_LINES = 60;

/** What a shrink comes to when it comes to something. */
type Found = Extract<ShrinkOutcome, { kind: 'shrunk' }>;

/** @throws CommandError for what is no saved failure, does not fail any more, never ends, or cannot be written. */
export async function shrinkCommand({ positionals, options }: Arguments, io: CommandIo): Promise<ExitCode> {
  const [path] = positionals as [string];
  const failure = readFailure(path);
  const out =
    (options.out as string | undefined) ??
    path.replace(/(?:\.shrunk)?\.failure\.json$/, '.shrunk.failure.json');
  const test = options['emit-test'] as string | undefined;
  checkPaths(path, out, test);
  const found = await find(path, failure, io);
  const { candidate, attempt } = found.shrunk;
  const { file } = failure;
  // A story that needs to see its faults strike as it strikes them cannot have a list instead.
  const filter = candidate.plan === undefined ? failure.filter : { plan: candidate.plan };
  const smaller = savedFailureOf(attempt.result, {
    ...runIdentity(file, attempt.result.hosted),
    file,
    omit: [...(failure.omit ?? []), ...candidate.omit],
    ...(filter === undefined ? {} : { filter }),
  });
  write(out, `${JSON.stringify(smaller, null, 2)}\n`);
  if (test !== undefined) write(test, testText(test, failure, found));
  io.out(describeFound(found, failure.broke, { out, test }, styleFor(io)));
  return exitCodes.broken;
}

/** Before anything is done, for it takes its time: what cannot be written afterwards, and what somebody wrote and would lose. */
function checkPaths(path: string, out: string, test: string | undefined): void {
  checkPlace('--out', out);
  if (resolve(out) === resolve(path)) throw usage('--out is the failure itself; name another file');
  if (test === undefined) return;
  checkPlace('--emit-test', test);
  if (resolve(out) === resolve(test))
    throw usage('--emit-test is the file of the smaller failure; name another');
  if (existsSync(test)) throw usage(`--emit-test: there is a file ${test} already; name another`);
}

function checkPlace(option: string, path: string): void {
  if (path === '') throw usage(`${option} is empty; name a file`);
  const folder = dirname(path);
  if (!existsSync(folder)) throw usage(`${option}: there is no folder ${folder} for ${path}`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw usage(`${option}: ${path} is a folder; name a file`);
}

async function find(path: string, failure: SavedFailure, io: CommandIo): Promise<Found> {
  const interrupted = new AbortController();
  const forget = io.onInterrupt(() => interrupted.abort());
  const outcome = await shrinkOnThread({
    failure,
    patienceMillis: patienceOf(io),
    signal: interrupted.signal,
    ...(io.errIsTerminal
      ? {
          onProgress: (size, attempts) =>
            io.err(`${CLEAR_LINE}${describeSize(size)}, after ${counted(attempts, 'run')}`),
        }
      : {}),
  });
  forget();
  if (io.errIsTerminal) io.err(CLEAR_LINE);
  switch (outcome.kind) {
    case 'interrupted':
      throw new CommandError(exitCodes.interrupted, 'interrupted; nothing was written');
    case 'gone':
    case 'stuck':
    case 'died':
      throw new CommandError(exitCodes.script, `${path} cannot be shrunk: ${outcome.message}`);
    case 'shrunk':
      return outcome;
  }
}

function testText(test: string, failure: SavedFailure, { shrunk, left }: Found): string {
  const story = relative(dirname(resolve(test)), resolve(failure.file))
    .split(sep)
    .join('/');
  const storyPath = story.startsWith('.') ? story : `./${story}`;
  return testFileOf({ failure, before: shrunk.before, left, storyPath, typed: /\.[cm]?ts$/.test(test) });
}

/** @throws CommandError naming the file. */
function write(path: string, text: string): void {
  try {
    writeWhole(path, text);
  } catch (error) {
    throw new CommandError(exitCodes.environment, `${path} cannot be written: ${(error as Error).message}`);
  }
}

function describeFound(
  { shrunk, left, untold, limited, attempts }: Found,
  broke: string,
  { out, test }: { out: string; test: string | undefined },
  style: Style,
): string {
  const { candidate, attempt, after, margins } = left;
  const lines = [
    '',
    style.bold(broke),
    '',
    `${describeSize(shrunk.before)} -> ${style.bold(describeSize(after))}, found in ${counted(attempts, 'run')}`,
    ...(limited ? [style.odd('there was more to try than runs to try it: it may not be the least')] : []),
    '',
    ...(candidate.plan ?? attempt.result.struck).map((fault) => `  ${style.odd(describeFault(fault))}`),
    '',
    ...storyOf(attempt, STORY_LINES).map((line) => `  ${line}`),
    '',
    ...describeMargins(margins).map((line) => `  ${line}`),
    '',
    `${style.dim('saved      ')} ${out}`,
    `${style.dim('again      ')} npx amber replay ${quoted(out)}`,
    ...(test === undefined
      ? []
      : [
          `${style.dim('test       ')} ${test}${untold === undefined ? '' : `, which imports the story: ${untold}`}`,
        ]),
  ];
  return `${lines.filter((line, at) => line !== '' || lines[at - 1] !== '').join('\n')}\n`;
}
