/**
 * Reads a trace file piece by piece, as it comes from a disk, a decompressor or a network.
 *
 * A line that is wrong stops the reading; what came before it has been handed out by then. A file that ends too early, or
 * whose checksum or digest does not fit, is read to its end, and {@link TraceReader.end} says what is wrong.
 */
import { Checksum } from './checksum.ts';
import { CommonLines } from './common-lines.ts';
import { counted, grouped } from './counted.ts';
import { Digest, type Digestible } from './digest.ts';
import { TraceError } from './errors.ts';
import type { TraceEvent, TraceFooter, TraceHeader } from './event.ts';
import { hashText } from './hash.ts';
import { LINE_LIMIT } from './jsonl.ts';
import { digestLine } from './line-digest.ts';
import { EventValidator, isFooter, validateFooter, validateHeader } from './validate.ts';

export interface TraceSink {
  header?(header: TraceHeader): void;
  event?(event: TraceEvent): void;
  /** In place of `event`, of what a long trace is full of: what the line says is good until this returns. */
  line?(line: CommonLines): void;
}

/** What a file turned out to be, once it was read to its end. */
export interface TraceReading {
  header: TraceHeader;
  /** Number of events that were read. */
  events: number;
  /** Absent when the file was truncated. */
  footer?: TraceFooter;
  /** Recomputed from the events that were read; at level digest there may be none to compute it from. */
  digest: string;
  /** `truncated`, `checksum` and `digest` errors: what was read is usable, and not what was written. */
  problems: readonly TraceError[];
}

/** Bytes shown of something that is not a trace. */
const SHOWN_BYTES = 16;
/** Lines are decoded together up to so many bytes. */
const STRETCH_BYTES = 16_384;

export class TraceReader {
  readonly #sink: TraceSink;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #validator = new EventValidator();
  readonly #checksum = new Checksum();
  readonly #digest = new Digest();
  readonly #common = new CommonLines();
  /** Bytes after the last line end, as pieces that are joined once their line is whole. */
  #pieces: Uint8Array[] = [];
  #pending = 0;
  #line = 0;
  #header: TraceHeader | undefined;
  #footer: TraceFooter | undefined;

  constructor(sink: TraceSink = {}) {
    this.#sink = sink;
  }

  /**
   * More bytes of the file, cut anywhere; they are not kept.
   * @throws {TraceError} `not-a-trace`, `newer-version`, `bad-line` or `limit`.
   */
  push(bytes: Uint8Array): void {
    const last = bytes.lastIndexOf(10);
    if (last === -1) {
      this.#hold(bytes);
      return;
    }
    if (this.#header === undefined) {
      this.#hold(bytes.subarray(0, last + 1));
      const whole = this.#join();
      this.#hold(bytes.subarray(last + 1));
      this.#lines(whole, 0);
      return;
    }
    let first = 0;
    if (this.#pending > 0) {
      first = bytes.indexOf(10) + 1;
      this.#hold(bytes.subarray(0, first));
      this.#lines(this.#join(), 0);
    }
    // Whatever kind of view the caller has, ours is a plain one: loops over bytes are fastest over one kind.
    this.#lines(new Uint8Array(bytes.buffer, bytes.byteOffset, last + 1), first);
    this.#hold(bytes.subarray(last + 1));
  }

  /**
   * The file is over.
   * @throws {TraceError} `not-a-trace` when there was not even a header, `bad-line` as {@link push} does.
   */
  end(): TraceReading {
    const rest = this.#join();
    const problems: TraceError[] = [];
    let cut = false;
    if (rest.length > 0) {
      if (this.#header === undefined) this.#lines(rest, 0);
      // A last line without its end: whole when it can be read, and otherwise the place where the file was cut.
      else cut = !this.#last(rest);
    }
    const header = this.#header;
    if (header === undefined) throw notATrace(rest);
    const footer = this.#footer;
    const events = this.#validator.count;
    if (footer === undefined) {
      problems.push(
        new TraceError(
          'truncated',
          `the trace ends ${cut ? `in the middle of line ${this.#line + 1}` : `after line ${this.#line}`} without a footer: ` +
            `it was cut off after ${counted(events, 'event')}`,
          cut ? this.#line + 1 : this.#line,
        ),
      );
    } else {
      const checksum = this.#checksum.hex();
      if (footer.events !== events) {
        problems.push(
          new TraceError(
            'checksum',
            `the footer counts ${counted(footer.events, 'event')}, the file has ${grouped(events)}`,
            this.#line,
          ),
        );
      }
      if (footer.checksum !== checksum) {
        problems.push(
          new TraceError(
            'checksum',
            `the checksum of the lines is ${checksum}, the footer says ${footer.checksum}: the file was changed after it was written`,
            this.#line,
          ),
        );
      }
      if (header.level !== 'digest' && footer.digest !== this.#digest.hex()) {
        problems.push(
          new TraceError(
            'digest',
            `the digest of the events is ${this.#digest.hex()}, the footer says ${footer.digest}: ` +
              'these are not the events of that run',
            this.#line,
          ),
        );
      }
    }
    const reading: TraceReading = { header, events, digest: this.#digest.hex(), problems };
    if (footer !== undefined) reading.footer = footer;
    return reading;
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pending += bytes.length;
    if (this.#header === undefined) refuseOthers(this.#pieces.length === 0 ? bytes : this.#peek(bytes));
    // A line of LINE_LIMIT characters has up to three times as many bytes.
    if (this.#pending > 3 * LINE_LIMIT + bytes.length) {
      throw new TraceError(
        'limit',
        `line ${this.#line + 1} is longer than ${LINE_LIMIT} characters, the limit of a line`,
        this.#line + 1,
      );
    }
    // The caller may reuse its buffer, so that what is kept is copied.
    this.#pieces.push(new Uint8Array(bytes));
  }

  #peek(bytes: Uint8Array): Uint8Array {
    const first = this.#pieces[0]!;
    return first.length >= SHOWN_BYTES ? first : concat([...this.#pieces, bytes.subarray(0, SHOWN_BYTES)]);
  }

  #join(): Uint8Array {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#pending = 0;
    return pieces.length === 1 ? pieces[0]! : concat(pieces);
  }

  /** Whole lines from a place on; the last may lack its end. */
  #lines(bytes: Uint8Array, first: number): void {
    let from = first;
    /** Of the bytes `[begin, end)`, if those are ASCII: many lines are decoded at once. */
    let text = '';
    let begin = first;
    let end = first;
    while (from < bytes.length) {
      const plain = this.#header === undefined || this.#footer !== undefined ? 0 : this.#plain(bytes, from);
      if (plain > 0) {
        from = plain + 1;
        continue;
      }
      let to = bytes.indexOf(10, from);
      if (to === -1) to = bytes.length;
      if (to > end) {
        begin = from;
        end = Math.max(to, bytes.lastIndexOf(10, from + STRETCH_BYTES));
        text = this.#ascii(bytes.subarray(begin, end));
      }
      if (text !== '') this.#take(text, from - begin, to - begin, bytes);
      else {
        const line = this.#utf8(bytes.subarray(from, to), bytes);
        this.#take(line, 0, line.length, bytes);
      }
      from = to + 1;
    }
  }

  /** Takes a line of a common kind without JSON.parse. Returns where it ends; 0 for one that needs a closer look. */
  #plain(bytes: Uint8Array, from: number): number {
    const common = this.#common;
    if (!common.read(bytes, from)) return 0;
    const { end } = common;
    this.#line++;
    this.#validator.line(common, this.#line);
    this.#checksum.lineOf(bytes, common.view, from, end);
    digestLine(this.#digest, common, this.#validator.head);
    if (this.#sink.line !== undefined) this.#sink.line(common);
    else this.#sink.event?.(common.event());
    return end;
  }

  /** Nothing if there is any other character in it. */
  #ascii(bytes: Uint8Array): string {
    try {
      const text = this.#decoder.decode(bytes);
      return text.length === bytes.length ? text : '';
    } catch {
      return '';
    }
  }

  #utf8(line: Uint8Array, block: Uint8Array): string {
    try {
      return this.#decoder.decode(line);
    } catch {
      if (this.#header === undefined) throw notATrace(block);
      throw new TraceError('bad-line', `line ${this.#line + 1}: expected UTF-8 text`, this.#line + 1);
    }
  }

  /** True when the unfinished last line was a whole line after all. */
  #last(bytes: Uint8Array): boolean {
    let text: string;
    try {
      text = this.#decoder.decode(bytes);
      JSON.parse(text);
    } catch {
      return false;
    }
    this.#take(text, 0, text.length, bytes);
    return true;
  }

  /** A line is the part of `text` between two places. */
  #take(text: string, from: number, to: number, block: Uint8Array): void {
    this.#line++;
    const line = this.#line;
    if (this.#footer !== undefined) {
      throw new TraceError('bad-line', `line ${line}: expected nothing after the footer`, line);
    }
    let value: unknown;
    try {
      value = JSON.parse(text.slice(from, to));
    } catch {
      if (this.#header === undefined) throw notATrace(block);
      throw new TraceError(
        'bad-line',
        `line ${line}: expected JSON, found ${JSON.stringify(text.slice(from, Math.min(to, from + 60)))}`,
        line,
      );
    }
    if (this.#header === undefined) {
      this.#header = validateHeader(value);
      this.#checksum.line(text, from, to);
      this.#sink.header?.(this.#header);
      return;
    }
    if (isFooter(value)) {
      this.#footer = validateFooter(value, line);
      return;
    }
    const event = this.#validator.event(value, line);
    this.#checksum.line(text, from, to);
    if (event.k === 'packet.received') {
      this.#digest.headReceived(event.t, hashText(event.n), hashText(event.conn), this.#validator.head);
    } else this.#digest.event(event as Digestible);
    this.#sink.event?.(event);
  }
}

/** A whole trace in memory. */
export interface Trace extends TraceReading {
  list: readonly TraceEvent[];
}

/** Reads a whole file that is in memory already. @throws {TraceError} as {@link TraceReader} does. */
export function readTrace(bytes: Uint8Array): Trace {
  const list: TraceEvent[] = [];
  const reader = new TraceReader({
    event(event) {
      list.push(event);
    },
  });
  reader.push(bytes);
  return { ...reader.end(), list };
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Says at the first bytes that this will be no trace, before megabytes of something else were gathered. */
function refuseOthers(start: Uint8Array): void {
  if (start[0] === 0x1f && (start.length < 2 || start[1] === 0x8b)) {
    throw new TraceError(
      'not-a-trace',
      'the trace is compressed with gzip: unpack it first (.amber.jsonl.gz)',
      1,
    );
  }
  let at = 0;
  while (
    at < start.length &&
    (start[at] === 0x20 || start[at] === 0x0a || start[at] === 0x0d || start[at] === 0x09)
  )
    at++;
  if (start[at] === 0x3c) {
    throw new TraceError(
      'not-a-trace',
      'this is an HTML or XML page, not a trace: was it downloaded from a server that answered with a page? ' +
        `It begins with ${hex(start)}`,
      1,
    );
  }
  if (at < start.length && start[at] !== 0x7b) throw notATrace(start);
}

function notATrace(start: Uint8Array): TraceError {
  return new TraceError(
    'not-a-trace',
    start.length === 0
      ? 'the file is empty: a trace begins with a header line'
      : `this is not a trace, which begins with {"format":"amber-trace"; it begins with ${hex(start)}`,
    1,
  );
}

function hex(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, SHOWN_BYTES);
  return [...shown].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
