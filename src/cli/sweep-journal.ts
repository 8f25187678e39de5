/** The journal of a sweep below its `--out`: begun, gone on with, or read. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../host/folder.ts';
import { packageVersion } from '../host/package-version.ts';
import { runIdentity } from '../host/run-identity.ts';
import {
  differenceOf,
  JOURNAL_FORMAT,
  JOURNAL_NAME,
  JOURNAL_VERSION,
  JournalError,
  JournalFile,
  type JournalHeader,
  neverBegan,
  scanJournal,
} from '../runner/journal.ts';
import type { SeedRecord } from '../runner/seed-record.ts';
import { usage } from './option-values.ts';
import type { RunSettings } from './run-settings.ts';

/** What is journalled, and where; without a directory nothing is. */
interface JournalledSweep extends Pick<RunSettings, 'run'> {
  readonly files: readonly string[];
  readonly directory: string | undefined;
  readonly resume: boolean;
}

/** A journal that is open, and the seeds that it had already. */
interface OpenJournal {
  readonly file: JournalFile;
  readonly done: Iterable<SeedRecord>;
}

/** @throws CommandError for a journal that is there and is not resumed, or is of another sweep. */
export function openJournal(command: JournalledSweep): OpenJournal | undefined {
  if (command.directory === undefined) return undefined;
  const path = join(command.directory, JOURNAL_NAME);
  const { profile, mutant, transport, parameters } = command.run;
  const identities = command.files.map((file) => runIdentity(file));
  const hosted = identities.map((identity) => identity.hosted ?? null);
  const header: JournalHeader = {
    format: JOURNAL_FORMAT,
    version: JOURNAL_VERSION,
    amber: packageVersion(),
    files: command.files,
    modules: identities.map(({ modules }) => modules),
    ...(hosted.every((ground) => ground === null) ? {} : { hosted }),
    ...(profile === undefined ? {} : { profile }),
    ...(mutant === undefined ? {} : { mutant }),
    transport: transport ?? 'tcp',
    parameters: (parameters ?? {}) as Record<string, string>,
  };
  makeFolder(command.directory);
  if (!existsSync(path) || neverBegan(path)) return { file: new JournalFile(path, header, false), done: [] };
  if (!command.resume) {
    throw usage(`${path} is there already: go on with it by --resume, or name another --out`);
  }
  const there = readSweepJournal(path);
  const difference = differenceOf(there.header, header);
  if (difference !== undefined) throw usage(`${path} is of another sweep: ${difference}`);
  return { file: new JournalFile(path, header, true), done: there.records };
}

/** @throws CommandError for a file that is no journal, also while its records are gone through. */
export function readSweepJournal(path: string): ReturnType<typeof scanJournal> {
  try {
    const { header, records } = scanJournal(path);
    return { header, records: inOneLine(records) };
  } catch (error) {
    throw explained(error);
  }
}

function* inOneLine(records: Iterable<SeedRecord>): Generator<SeedRecord> {
  try {
    yield* records;
  } catch (error) {
    throw explained(error);
  }
}

function explained(error: unknown): unknown {
  return error instanceof JournalError ? usage(error.message) : error;
}
