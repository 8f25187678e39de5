/** Cuts a stream of bytes, however it is written, at the ends of the packets in it. */
import { concatenate, type PieceSink } from '../websocket/pieces.ts';

/** Of the fixed header: the type and at most four bytes of remaining length. */
const LONGEST_HEADER = 5;
const TOO_LONG = 'the remaining length has more than four bytes';

/** The beginning of a packet whose end has not been written yet. */
interface Fragment {
  readonly parts: Uint8Array[];
  length: number;
}

export class PacketFramer {
  readonly #sink: PieceSink;
  #fragment: Fragment | undefined;
  /** Why nothing more can be framed. */
  #unframed: string | undefined;

  constructor(sink: PieceSink) {
    this.#sink = sink;
  }

  /** Bytes follow those that were written before. */
  write(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      if (this.#unframed !== undefined) {
        const rest = from === 0 ? bytes : bytes.subarray(from);
        this.#sink.piece(rest, rest, this.#unframed);
        return;
      }
      from =
        this.#fragment === undefined ? this.#begin(bytes, from) : this.#continue(this.#fragment, bytes, from);
    }
  }

  /** A packet begins at `from`; returns where what follows it begins. */
  #begin(bytes: Uint8Array, from: number): number {
    const length = packetLength(bytes, from);
    if (length === MALFORMED) {
      this.#unframed = TOO_LONG;
      return from;
    }
    const rest = bytes.length - from;
    if (length === UNKNOWN || length > rest) {
      const part = from === 0 ? bytes : bytes.subarray(from);
      this.#fragment = { parts: [part], length: part.length };
      this.#sink.piece(part, undefined);
      return bytes.length;
    }
    const packet = length === bytes.length ? bytes : bytes.subarray(from, from + length);
    this.#sink.piece(packet, packet);
    return from + length;
  }

  /** A packet that began earlier goes on. */
  #continue(fragment: Fragment, bytes: Uint8Array, from: number): number {
    const header = concatenate(fragment.parts, LONGEST_HEADER);
    let length = packetLength(header, 0);
    if (length === UNKNOWN) {
      // One byte at a time until the length is known: at most four times a packet.
      const part = bytes.subarray(from, from + 1);
      fragment.parts.push(part);
      fragment.length++;
      length = packetLength(concatenate(fragment.parts, LONGEST_HEADER), 0);
      if (length === MALFORMED) {
        this.#fragment = undefined;
        this.#unframed = TOO_LONG;
        this.#sink.piece(part, concatenate(fragment.parts, fragment.length), this.#unframed);
      } else {
        this.#advance(fragment, part, length);
      }
      return from + 1;
    }
    const part = bytes.subarray(from, from + length - fragment.length);
    fragment.parts.push(part);
    fragment.length += part.length;
    this.#advance(fragment, part, length);
    return from + part.length;
  }

  #advance(fragment: Fragment, part: Uint8Array, length: number): void {
    if (fragment.length === length) {
      this.#fragment = undefined;
      this.#sink.piece(part, concatenate(fragment.parts, length));
    } else {
      this.#sink.piece(part, undefined);
    }
  }

  /** Nothing follows: gives the beginning of the packet that is not complete, undefined when none is begun. */
  cutShort(): Uint8Array | undefined {
    const fragment = this.#fragment;
    this.#fragment = undefined;
    return fragment && concatenate(fragment.parts, fragment.length);
  }
}

/** The length of a packet cannot be told yet: its header is not complete. */
const UNKNOWN = -1;
/** It never will be. */
const MALFORMED = -2;

/** @returns the length of the packet that begins at `from`, header included: only its first five bytes are looked at. */
export function packetLength(bytes: Uint8Array, from: number): number {
  let remaining = 0;
  let shift = 1;
  for (let at = from + 1; at < from + LONGEST_HEADER; at++) {
    const byte = bytes[at];
    if (byte === undefined) return UNKNOWN;
    remaining += (byte & 0x7f) * shift;
    if (byte < 0x80) return at + 1 - from + remaining;
    shift *= 128;
  }
  return MALFORMED;
}
