/**
 * What applications publish, are told and are handed, as a few bytes each: beside packets, a long trace is full of it, and
 * JSON takes three times the room and ten times as long. Only what was read as a line has this form.
 *
 *     tag, flags, call, length of the text, text, payload
 *
 * `call` has four bytes, the length two; the text is ASCII, and a payload is what is left.
 */
import type { CommonLines } from '../../src/trace/common-lines.ts';
import type { AppCall, AppDelivered, AppSettled, TraceEvent, TraceMessage } from '../../src/trace/event.ts';
import type { ByteArena } from './byte-arena.ts';

const SETTLED = 1;
const DELIVERED = 2;
const PUBLISHED = 3;

const QOS = 3;
const RETAIN = 4;
const DUP = 8;
const OK = 16;

const HEAD_BYTES = 8;
const TEXT_MAX = 1_000;
const CALL_MAX = 0xffff_ffff;
/** JSON begins with a brace, which is above them. */
const TAG_MAX = PUBLISHED;

type Placed = Pick<TraceEvent, 'i' | 't' | 'c' | 'n'>;

const decoder = new TextDecoder();

/** True if these bytes were written by {@link ApplicationRecords.write}. */
export function isRecord(bytes: Uint8Array): boolean {
  return bytes[0]! <= TAG_MAX;
}

export class ApplicationRecords {
  readonly #arena: ByteArena;
  readonly #head = new Uint8Array(HEAD_BYTES + TEXT_MAX);

  constructor(arena: ByteArena) {
    this.#arena = arena;
  }

  /** Keeps what an event has of its own; false if it does not have this form. Of what its kind has not, anything is written. @throws {TraceError} `limit`. */
  write({ bytes, call, dup, kind, length, ok, qos, retain, text }: CommonLines): boolean {
    const head = this.#head;
    const letters = text.bytes;
    const size = letters.length;
    if (size > TEXT_MAX || call > CALL_MAX) return false;
    head[0] = kind === 'app.settled' ? SETTLED : kind === 'app.delivered' ? DELIVERED : PUBLISHED;
    head[1] = qos | (retain ? RETAIN : 0) | (dup ? DUP : 0) | (ok ? OK : 0);
    head[2] = call;
    head[3] = call >>> 8;
    head[4] = call >>> 16;
    head[5] = call >>> 24;
    head[6] = size;
    head[7] = size >>> 8;
    for (let i = 0; i < size; i++) head[HEAD_BYTES + i] = letters[i]!;
    this.#arena.append(head, HEAD_BYTES + size);
    if (kind !== 'app.settled') this.#arena.append(bytes, length);
    return true;
  }
}

/** The event that was written as these bytes. */
export function eventOfRecord(
  bytes: Uint8Array,
  { i, t, c, n }: Placed,
): AppCall | AppSettled | AppDelivered {
  const flags = bytes[1]!;
  const tag = bytes[0]!;
  const end = HEAD_BYTES + (bytes[6]! | (bytes[7]! << 8));
  const text = decoder.decode(bytes.subarray(HEAD_BYTES, end));
  const call = (bytes[2]! | (bytes[3]! << 8) | (bytes[4]! << 16) | (bytes[5]! << 24)) >>> 0;
  if (tag === SETTLED) {
    return { i, t, c, k: 'app.settled', n, call, outcome: (flags & OK) !== 0 ? 'ok' : 'failed', text };
  }
  const message: TraceMessage = {
    topic: text,
    payload: bytes.slice(end),
    qos: (flags & QOS) as TraceMessage['qos'],
    retain: (flags & RETAIN) !== 0,
  };
  return tag === DELIVERED
    ? { i, t, c, k: 'app.delivered', n, message, dup: (flags & DUP) !== 0 }
    : { i, t, c, k: 'app.call', n, call, op: 'publish', message };
}
