/**
 * The journal of a sweep: a header line, then a line for each seed that is done, so that a sweep that was ended goes on where it was, and
 * the sweeps of several machines add up.
 *
 * Lines are appended in whole; what a crash left of the last one is passed over.
 */
import { closeSync, fsyncSync, openSync, readSync, statSync, truncateSync, writeSync } from 'node:fs';
import { describeGround } from '../host/run-identity.ts';
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
  const { header, records } = scanJournal(path);
  return { header, records: [...records] };
}

/**
 * As {@link readJournal}, but one record at a time: that of a million seeds does not fit into a string.
 *
 * @throws JournalError, also while the records are gone through.
 */
export function scanJournal(path: string): { header: JournalHeader; records: Iterable<SeedRecord> } {
  if (!statSync(path).isFile()) throw new JournalError(`${path} is no file`);
  const lines = linesOf(path);
  const header = parsed<JournalHeader>(lines.next().value ?? '');
  if (header?.format !== JOURNAL_FORMAT) throw new JournalError(`${path} is no journal of a sweep`);
  if (header.version !== JOURNAL_VERSION) {
    throw new JournalError(
      `${path} is a journal of version ${header.version}, and this amber reads version ${JOURNAL_VERSION}`,
    );
  }
  return { header, records: recordsIn(lines, path) };
}

function* recordsIn(lines: Iterable<string>, path: string): Generator<SeedRecord> {
  let at = 1;
  for (const line of lines) {
    at++;
    const record = parsed<SeedRecord>(line);
    if (typeof record?.file !== 'string' || !/^\d{1,16}$/.test(record.seed)) {
      throw new JournalError(`${path}: line ${at} is no seed of a sweep`);
    }
    yield record;
  }
}

const CHUNK_BYTES = 1_048_576;

/** Lines that have an end; whatever follows the last of them was cut off. */
function* linesOf(path: string): Generator<string, undefined> {
  const descriptor = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let begun: Buffer = Buffer.alloc(0);
    for (let read = readSync(descriptor, chunk); read > 0; read = readSync(descriptor, chunk)) {
      let bytes = Buffer.concat([begun, chunk.subarray(0, read)]);
      for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END)) {
        yield bytes.toString('utf8', 0, end);
        bytes = bytes.subarray(end + 1);
      }
      begun = bytes;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Whether a journal has no more than a part of its header: what ended the sweep, a full disk perhaps, came before any seed. */
export function neverBegan(path: string): boolean {
  if (wholeLength(path) > 0) return false;
  const descriptor = openSync(path, 'r');
  try {
    const begin = `{"format":"${JOURNAL_FORMAT}"`;
    const head = Buffer.alloc(begin.length);
    const text = head.toString('utf8', 0, readSync(descriptor, head));
    return text.startsWith(begin) || begin.startsWith(text);
  } finally {
    closeSync(descriptor);
  }
}

/** Bytes up to the end of the last line that has one. */
function wholeLength(path: string): number {
  const descriptor = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let end = statSync(path).size; end > 0; end -= CHUNK_BYTES) {
      const from = Math.max(0, end - CHUNK_BYTES);
      const read = readSync(descriptor, chunk, 0, end - from, from);
      const at = chunk.subarray(0, read).lastIndexOf(LINE_END);
      if (at >= 0) return from + at + 1;
    }
    return 0;
  } finally {
    closeSync(descriptor);
  }
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
    if (one === other) continue;
    if (field === 'hosted')
      return `foreign code ran on ${groundsOf(a)} in one and on ${groundsOf(b)} in the other`;
    return `${field} is ${one} in one and ${other} in the other`;
  }
  return undefined;
}

/** Of each story that hosts code. */
function groundsOf({ hosted = [] }: JournalHeader): string {
  const grounds = hosted.flatMap((ground) => (ground === null ? [] : [describeGround(ground)]));
  return [...new Set(grounds)].join(', ') || 'nothing that was written down';
}

/** Appends to a journal, line by line. */
export class JournalFile {
  readonly #descriptor: number;

  /** @param resumes leaves what is there, but for the rest of a line that was cut off. */
  constructor(path: string, header: JournalHeader, resumes: boolean) {
    if (resumes) truncateSync(path, wholeLength(path));
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
