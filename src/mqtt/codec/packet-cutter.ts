/**
 * Cuts a stream of bytes, however it is written, at the ends of the packets in it, for whoever looks on and hands every byte on. Where the
 * {@link Framer} of a machine refuses, this goes on as long as ends can be found: what others make of the bytes is for them to say.
 */
import { concatenate, type PieceSink } from '../../stream/pieces.ts';

/** Of the fixed header: the type and at most four bytes of remaining length. */
const LONGEST_HEADER = 5;
const TOO_LONG = 'the remaining length has more than four bytes';

/** The beginning of a packet whose end has not been written yet. */
interface Fragment {
  readonly parts: Uint8Array[];
  length: number;
  /** How long the packet is, when its fixed header is there. */
  needed: number;
}

export class PacketCutter {
  readonly #sink: PieceSink;
  #fragment: Fragment | undefined;
  /** Why no end can be found any more. */
  #uncut: string | undefined;

  constructor(sink: PieceSink) {
    this.#sink = sink;
  }

  /** Bytes follow those that were written before. */
  write(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      if (this.#uncut !== undefined) {
        const rest = from === 0 ? bytes : bytes.subarray(from);
        this.#sink.piece(rest, rest, this.#uncut);
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
      this.#uncut = TOO_LONG;
      return from;
    }
    const rest = bytes.length - from;
    if (length === UNKNOWN || length > rest) {
      const part = from === 0 ? bytes : bytes.subarray(from);
      this.#fragment = { parts: [part], length: part.length, needed: length };
      this.#sink.piece(part, undefined);
      return bytes.length;
    }
    const packet = length === bytes.length ? bytes : bytes.subarray(from, from + length);
    this.#sink.piece(packet, packet);
    return from + length;
  }

  /** A packet that began earlier goes on. */
  #continue(fragment: Fragment, bytes: Uint8Array, from: number): number {
    const rest = bytes.subarray(from);
    if (fragment.needed === UNKNOWN)
      fragment.needed = packetLength(concatenate([...fragment.parts, rest], LONGEST_HEADER), 0);
    const { needed } = fragment;
    const part = needed < 0 ? rest : rest.subarray(0, needed - fragment.length);
    fragment.parts.push(part);
    fragment.length += part.length;
    if (needed === UNKNOWN || fragment.length < needed) this.#sink.piece(part, undefined);
    else {
      this.#fragment = undefined;
      if (needed === MALFORMED) this.#uncut = TOO_LONG;
      this.#sink.piece(part, concatenate(fragment.parts), this.#uncut);
    }
    return from + part.length;
  }

  /** Nothing follows: gives the beginning of the packet that is not complete, undefined when none is begun. */
  cutShort(): Uint8Array | undefined {
    const fragment = this.#fragment;
    this.#fragment = undefined;
    return fragment && concatenate(fragment.parts);
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
