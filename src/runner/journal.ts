/**
 * The journal of a sweep: a header line, then a line for each seed that is done, so that a sweep that was ended goes on where it was, and
 * the sweeps of several machines add up.
 *
 * Lines are appended in whole; what a crash left of the last one is passed over.
 */
import { closeSync, fsyncSync, openSync, readFileSync, statSync, truncateSync, writeSync } from 'node:fs';
import type { HostedOn } from '../trace/event.ts';
import type { SeedRecord } from './seed-record.ts';

export const JOURNAL_FORMAT = 'amber-sweep';
export const JOURNAL_VERSION = 1;
/** Its name below the directory of a sweep. */
export const JOURNAL_NAME = 'sweep.jsonl';

/** What all seeds of a sweep have in common: sweeps that differ in it are not one sweep. */
export interface JournalHeader {
  readonly format: typeof JOURNAL_FORMAT;
  readonly version: number;
  readonly amber: string;
  readonly files: readonly string[];
  /** Hashes of the scenarios and what they import, one for each file. */
  readonly modules: readonly string[];
  /** What code that is not ours runs on, one for each file; null for a file that hosts none, absent when no file does. */
  readonly hosted?: readonly (HostedOn | null)[];
  readonly profile?: string;
  readonly mutant?: string;
  readonly transport: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A journal cannot be used; `message` is one line that names the file. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

export interface Journal {
  readonly header: JournalHeader;
  readonly records: readonly SeedRecord[];
}

/** @throws JournalError, or what the operating system says about the file. */
export function readJournal(path: string): Journal {
  if (!statSync(path).isFile()) throw new JournalError(`${path} is no file`);
  const lines = readFileSync(path, 'utf8').split('\n');
  const header = parsed<JournalHeader>(lines[0]!);
  if (header?.format !== JOURNAL_FORMAT) throw new JournalError(`${path} is no journal of a sweep`);
  if (header.version !== JOURNAL_VERSION) {
    throw new JournalError(
      `${path} is a journal of version ${header.version}, and this amber reads version ${JOURNAL_VERSION}`,
    );
  }
  const records: SeedRecord[] = [];
  // The last line ends with a line end; whatever follows it was cut off.
  for (const [at, line] of lines.slice(1, -1).entries()) {
    const record = parsed<SeedRecord>(line);
    if (record?.seed === undefined || record.file === undefined) {
      throw new JournalError(`${path}: line ${at + 2} is no seed of a sweep`);
    }
    records.push(record);
  }
  return { header, records };
}

/** Whether a journal has no more than a part of its header: what ended the sweep, a full disk perhaps, came before any seed. */
export function neverBegan(path: string): boolean {
  const text = readFileSync(path, 'utf8');
  const begin = `{"format":"${JOURNAL_FORMAT}"`;
  return !text.includes('\n') && (text.startsWith(begin) || begin.startsWith(text));
}

function parsed<T>(line: string): T | undefined {
  try {
    return JSON.parse(line) as T;
  } catch {
    return undefined;
  }
}

/** What two headers differ in, in words; undefined when they are of one sweep. */
export function differenceOf(a: JournalHeader, b: JournalHeader): string | undefined {
  for (const field of [
    'amber',
    'files',
    'modules',
    'hosted',
    'profile',
    'mutant',
    'transport',
    'parameters',
  ] as const) {
    const [one, other] = [JSON.stringify(a[field]), JSON.stringify(b[field])];
    if (one !== other) return `${field} is ${one} in one and ${other} in the other`;
  }
  return undefined;
}

/** Appends to a journal, line by line. */
export class JournalFile {
  readonly #descriptor: number;

  /** @param resumes leaves what is there, but for the rest of a line that was cut off. */
  constructor(path: string, header: JournalHeader, resumes: boolean) {
    if (resumes) truncateSync(path, readFileSync(path).lastIndexOf(LINE_END) + 1);
    this.#descriptor = openSync(path, resumes ? 'a' : 'w');
    if (!resumes) this.#write(header);
  }

  append(record: SeedRecord): void {
    this.#write(record);
  }

  close(): void {
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
  }

  #write(line: object): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
  }
}

const LINE_END = 0x0a;
