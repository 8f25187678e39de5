/**
 * What applications publish, are told and are handed, as a few bytes each: beside packets, a long trace is full of it, and
 * JSON takes three times the room and ten times as long. Only events without anything unusual have this form.
 *
 *     settled:   1, flags, call, text
 *     delivered: 2, flags, topic, payload
 *     published: 3, flags, call, topic, payload
 *
 * `call` has four bytes, a text its length in two and then its ASCII characters; a payload is what is left.
 */
import type { AppCall, AppDelivered, AppSettled, TraceEvent, TraceMessage } from '../../src/trace/event.ts';
import type { ByteArena } from './byte-arena.ts';

const SETTLED = 1;
const DELIVERED = 2;
const PUBLISHED = 3;

const OK = 1;
const QOS = 3;
const RETAIN = 4;
const DUP = 8;

const TEXT_MAX = 1_000;
const CALL_MAX = 0xffff_ffff;
/** JSON begins with a brace, which is above them. */
const TAG_MAX = PUBLISHED;

type Placed = Pick<TraceEvent, 'i' | 't' | 'c' | 'n'>;

const decoder = new TextDecoder();
const NOTHING = new Uint8Array(0);

/** True if these bytes were written by {@link ApplicationRecords.write}. */
export function isRecord(bytes: Uint8Array): boolean {
  return bytes[0]! <= TAG_MAX;
}

export class ApplicationRecords {
  readonly #arena: ByteArena;
  readonly #head = new Uint8Array(TEXT_MAX + 16);
  #length = 0;

  constructor(arena: ByteArena) {
    this.#arena = arena;
  }

  /** Keeps what an event has of its own; false if it does not have this form. @throws {TraceError} `limit`. */
  write(event: AppCall | AppSettled | AppDelivered): boolean {
    this.#length = 0;
    switch (event.k) {
      case 'app.settled':
        this.#head[0] = SETTLED;
        this.#head[1] = event.outcome === 'ok' ? OK : 0;
        return this.#number(event.call) && this.#text(event.text) && this.#append(NOTHING);
      case 'app.delivered':
        if (!isPlain(event.message)) return false;
        this.#head[0] = DELIVERED;
        this.#head[1] = flagsOf(event.message) | (event.dup ? DUP : 0);
        this.#length = 2;
        return this.#text(event.message.topic) && this.#append(event.message.payload);
      case 'app.call':
        if (event.op !== 'publish' || !isPlain(event.message)) return false;
        this.#head[0] = PUBLISHED;
        this.#head[1] = flagsOf(event.message);
        return (
          this.#number(event.call) && this.#text(event.message.topic) && this.#append(event.message.payload)
        );
    }
  }

  #number(call: number): boolean {
    const head = this.#head;
    head[2] = call;
    head[3] = call >>> 8;
    head[4] = call >>> 16;
    head[5] = call >>> 24;
    this.#length = 6;
    return call <= CALL_MAX;
  }

  #text(text: string): boolean {
    const { length } = text;
    if (length > TEXT_MAX) return false;
    const head = this.#head;
    const at = this.#length + 2;
    head[at - 2] = length;
    head[at - 1] = length >>> 8;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      head[at + i] = code;
    }
    this.#length = at + length;
    return true;
  }

  #append(payload: Uint8Array): boolean {
    this.#arena.append(this.#head, this.#length);
    if (payload.length > 0) this.#arena.append(payload);
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
  const at = tag === DELIVERED ? 2 : 6;
  const end = at + 2 + (bytes[at]! | (bytes[at + 1]! << 8));
  const text = decoder.decode(bytes.subarray(at + 2, end));
  const call =
    tag === DELIVERED ? 0 : (bytes[2]! | (bytes[3]! << 8) | (bytes[4]! << 16) | (bytes[5]! << 24)) >>> 0;
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

function flagsOf({ qos, retain }: TraceMessage): number {
  return qos | (retain ? RETAIN : 0);
}

/** One without properties. */
function isPlain(message: TraceMessage): boolean {
  return (
    message.contentType === undefined &&
    message.responseTopic === undefined &&
    message.correlationData === undefined &&
    message.messageExpiryInterval === undefined &&
    message.payloadFormatIndicator === undefined &&
    message.userProperties === undefined
  );
}
