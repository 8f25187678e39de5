/**
 * The trace file: one JSON object a line. A header, the events, a footer with their number, a checksum of all lines before
 * it, and the digest of the run. Compression belongs to the caller, which knows the host.
 */
import { encodeBase64url } from './base64url.ts';
import { Checksum } from './checksum.ts';
import { TraceError } from './errors.ts';
import type { TraceEvent, TraceFooter, TraceHeader, TraceMessage } from './event.ts';
import { type Field, fieldsOf, MESSAGE_FIELDS } from './fields.ts';
import type { Unstamped } from './recorder.ts';

/** Lines are gathered to this many characters before they are handed on. */
const CHUNK_CHARS = 65_536;

/** No line of a trace is longer: a reader need not hold more than this for one event. */
export const LINE_LIMIT = 64 * 1024 * 1024;

/** Writes a trace as text, chunk by chunk, each ending with a whole line. */
export class TraceWriter {
  readonly #write: (chunk: string) => void;
  readonly #checksum = new Checksum();
  #chunk = '';
  #events = 0;
  /** Time of the last event. */
  #t = 0;

  /** Writes the header. `write` is handed every chunk in order. */
  constructor(header: TraceHeader, write: (chunk: string) => void) {
    this.#write = write;
    this.#line(JSON.stringify(header, infinityAsNull));
  }

  /** To be handed to `Recorder.listen`. */
  readonly listener = (event: TraceEvent): void => {
    this.event(event);
  };

  /** @throws {TraceError} `limit` for an event that no reader would take. */
  event(event: TraceEvent): void {
    this.#events++;
    this.#t = event.t;
    this.#line(eventLine(event));
  }

  /** How many events there are so far. */
  get events(): number {
    return this.#events;
  }

  /** Writes an event that follows from those before it, when the run is over. @param c the ordinal of its cause. */
  append(event: Unstamped, c: number): void {
    this.event({ ...event, i: this.#events + 1, t: this.#t, c } as TraceEvent);
  }

  /** Writes the footer and whatever is still held back. Nothing may follow. */
  finish(run: { digest: string; verdict: TraceFooter['verdict'] }): TraceFooter {
    const footer: TraceFooter = {
      footer: true,
      events: this.#events,
      digest: run.digest,
      checksum: this.#checksum.hex(),
      verdict: run.verdict,
    };
    this.#chunk += `${JSON.stringify(footer)}\n`;
    this.flush();
    return footer;
  }

  /** Hands on what is held back: for a live view, or before a pause. */
  flush(): void {
    if (this.#chunk === '') return;
    const chunk = this.#chunk;
    this.#chunk = '';
    this.#write(chunk);
  }

  #line(line: string): void {
    if (line.length > LINE_LIMIT) {
      throw new TraceError(
        'limit',
        `event ${this.#events} takes ${line.length} characters, more than the ${LINE_LIMIT} of a line in a trace file; ` +
          'send smaller packets or record at level digest',
      );
    }
    this.#checksum.line(line);
    this.#chunk += line;
    this.#chunk += '\n';
    if (this.#chunk.length >= CHUNK_CHARS) this.flush();
  }
}

/** One event as its line, without the line end. */
export function eventLine(event: TraceEvent): string {
  const line = `{"i":${event.i},"t":${event.t},"c":${event.c},"k":"${event.k}","n":${quote(event.n)}`;
  // Nearly all events of a long trace are of these two kinds: they are spared the table.
  if (event.k === 'packet.received') return `${line},"conn":${quote(event.conn)},"of":${event.of}}`;
  if (event.k === 'packet.sent' && event.malformed === undefined) {
    return `${line},"conn":${quote(event.conn)},"v":${event.v},"bytes":"${encodeBase64url(event.bytes)}"}`;
  }
  return `${line}${ownFields(event, ',')}}`;
}

/** What an event has besides `i`, `t`, `c`, `k` and `n`, as a JSON object; `eventOf` makes the event of it again. */
export function bodyOf(event: TraceEvent): string {
  return `{${ownFields(event, '')}}`;
}

function ownFields(event: TraceEvent, before: string): string {
  const fields = fieldsOf(event.k, event.k === 'app.call' ? event.op : undefined);
  const values = event as unknown as Readonly<Record<string, unknown>>;
  let text = '';
  for (const [name, field] of fields ?? []) {
    const value = values[name];
    if (value !== undefined) text += `${text === '' ? before : ','}"${name}":${encode(field, value)}`;
  }
  return text;
}

function encode(field: Field, value: unknown): string {
  switch (field.type) {
    case 'text':
      return quote(value as string);
    case 'natural':
    case 'ordinal':
    case 'boolean':
      return String(value);
    case 'choice':
      return typeof value === 'string' ? `"${value}"` : String(value);
    case 'bytes':
      return `"${encodeBase64url(value as Uint8Array)}"`;
    case 'message':
      return encodeMessage(value as TraceMessage);
    case 'seconds':
    case 'detail':
    case 'promises':
      return JSON.stringify(value, infinityAsNull);
    default:
      return JSON.stringify(value);
  }
}

function encodeMessage(message: TraceMessage): string {
  const values = message as unknown as Readonly<Record<string, unknown>>;
  let text = '';
  for (const [name, field] of MESSAGE_FIELDS) {
    const value = values[name];
    if (value !== undefined) text += `${text === '' ? '{' : ','}"${name}":${encode(field, value)}`;
  }
  return `${text}}`;
}

/** JSON has no Infinity, and null is what JSON.stringify would write; NaN would become null too and be read as Infinity. */
function infinityAsNull(key: string, value: unknown): unknown {
  if (typeof value === 'number' && value !== Number.POSITIVE_INFINITY && !Number.isFinite(value)) {
    throw new TraceError('bad-line', `"${key}" is ${value}: a trace holds finite numbers and Infinity only`);
  }
  return value;
}

/** Most names need no escape, and a test is cheaper than JSON.stringify. */
function quote(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x22 || code === 0x5c || code > 0x7e) return JSON.stringify(text);
  }
  return `"${text}"`;
}
