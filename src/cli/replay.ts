/** `amber replay`: a failure that was saved, again, and whether it is still the same. */
import { readFileSync } from 'node:fs';
import { changeOfGround, changesSince, type RunIdentity, runIdentity } from '../host/run-identity.ts';
import { FailureFileError, parseFailure, runOptionsOf, type SavedFailure } from '../runner/failure.ts';
import { recordOf } from '../runner/seed-record.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { usage } from './option-values.ts';
import { pageLink, pageOf } from './page-link.ts';
import { defaultTrace, exitCodeOf, runOnce, showRun } from './run.ts';
import { patienceOf } from './run-settings.ts';
import { styleFor } from './style.ts';
import type { Arguments } from './verb.ts';
import { quoted } from './wording.ts';

/** @throws CommandError for a file that is no saved failure, and for what `amber run` refuses. */
export async function replay({ positionals, options }: Arguments, io: CommandIo): Promise<ExitCode> {
  const [path] = positionals as [string];
  const failure = readFailure(path);
  const named = options.trace as string | undefined;
  const command = {
    path: failure.file,
    level: 'full' as const,
    run: runOptionsOf(failure),
    seed: failure.seed,
    tracePath: named ?? defaultTrace(failure.file, failure.seed),
    json: options.json === true,
    patienceMillis: patienceOf(io),
  };
  const started = performance.now();
  const result = await runOnce(command, command.tracePath, io);
  // A saved failure may have faults and omissions that its seed alone has not.
  const again = `npx amber replay ${quoted(path)}`;
  await showRun(command, result, performance.now() - started, io, {
    again,
    page:
      failure.omit === undefined
        ? pageOf(pageLink({ ...command, result, filter: failure.filter }), io.environment)
        : undefined,
  });
  const { broke, outcome } = recordOf(failure.file, result);
  const style = styleFor(io);
  const tell = command.json ? io.err : io.out;
  const here = identityHere(failure);
  for (const change of changesSince(failure, here, failure.file)) {
    tell(`${style.odd('changed')}     ${change}\n`);
  }
  const explained = changeOfGround(failure.hosted, here.hosted) === undefined ? '' : ', as it may be there';
  if (result.digest === failure.digest) {
    tell(`${style.bad('same')}        it is the run that was saved: ${failure.broke}\n`);
  } else if ((broke ?? outcome) === failure.broke) {
    tell(`${style.odd('similar')}     another run${explained}, and the same broke: ${failure.broke}\n`);
  } else {
    tell(`${style.good('gone')}        what was saved did not break: ${failure.broke}\n`);
  }
  return exitCodeOf(result);
}

/** @throws CommandError naming the file. */
export function readFailure(path: string): SavedFailure {
  try {
    return parseFailure(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof FailureFileError) throw usage(error.message);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw usage(`there is no file ${path}`);
    if (code === 'EISDIR') throw usage(`${path} is a folder; a failure is a file NAME.failure.json`);
    throw error;
  }
}

/** @throws CommandError naming the file of the story. */
function identityHere({ file, hosted }: SavedFailure): RunIdentity {
  try {
    return runIdentity(file, hosted !== undefined);
  } catch (error) {
    throw new CommandError(exitCodes.usage, `${file} cannot be read: ${(error as Error).message}`);
  }
}
