/** Cuts what is written to a WebSocket, however it is written, at the end of its handshake and of each frame. */

import { concatenate, type PieceSink } from '../stream/pieces.ts';
import { readHeader } from './frame.ts';
import { endOfHead, holdsNoHead, LONGEST_HEAD, parseHead } from './http-head.ts';
import { LONGEST_MESSAGE } from './web-socket.ts';

const UNKNOWN = 0;
const LONGEST_FRAME_HEADER = 14;

export class WebSocketFramer {
  readonly #sink: PieceSink;
  /** A unit that is not complete: its parts, how long they are, and how long it will be. */
  #parts: Uint8Array[] = [];
  #length = 0;
  #needed = UNKNOWN;
  #handshaking = true;
  /** Why nothing more can be framed. */
  #unframed: string | undefined;

  constructor(sink: PieceSink) {
    this.#sink = sink;
  }

  /** True until the first unit, which is the request or the response, is complete. */
  get handshaking(): boolean {
    return this.#handshaking;
  }

  /** Bytes follow those that were written before. */
  write(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const rest = from === 0 ? bytes : bytes.subarray(from);
      if (this.#unframed !== undefined) {
        this.#sink.piece(rest, rest, this.#unframed);
        return;
      }
      from += this.#take(rest);
    }
  }

  /** Takes what belongs to the unit that goes on or begins here; returns how much that is. */
  #take(rest: Uint8Array): number {
    if (this.#needed === UNKNOWN) {
      const limit = this.#handshaking ? Number.POSITIVE_INFINITY : LONGEST_FRAME_HEADER;
      this.#needed = this.#lengthOf(concatenate([...this.#parts, rest], limit));
    }
    if (this.#unframed !== undefined) {
      this.#parts.push(rest);
      const begun = this.#begun();
      this.#sink.piece(rest, begun, this.#unframed);
      return rest.length;
    }
    const part =
      this.#needed === UNKNOWN ? rest : rest.subarray(0, Math.min(rest.length, this.#needed - this.#length));
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length === this.#needed) {
      const unit = this.#begun();
      // A refusal is the last that is said: what follows it is no frame.
      if (this.#handshaking && refuses(unit)) this.#unframed = 'the upgrade was refused';
      this.#sink.piece(part, unit);
      this.#handshaking = false;
    } else this.#sink.piece(part, undefined);
    return part.length;
  }

  #lengthOf(start: Uint8Array): number {
    if (!this.#handshaking) {
      const header = readHeader(start);
      if (header === undefined) return UNKNOWN;
      if (header.length > LONGEST_MESSAGE) this.#unframed = 'the frame is longer than any packet of MQTT';
      return header.size + header.length;
    }
    const end = endOfHead(start);
    if (end > 0) return end + bodyLength(start.subarray(0, end));
    if (holdsNoHead(start)) this.#unframed = 'the bytes are no HTTP';
    else if (start.length > LONGEST_HEAD) this.#unframed = `the head has more than ${LONGEST_HEAD} bytes`;
    return UNKNOWN;
  }

  #begun(): Uint8Array {
    const whole = concatenate(this.#parts, Number.POSITIVE_INFINITY);
    this.#parts = [];
    this.#length = 0;
    this.#needed = UNKNOWN;
    return whole;
  }

  /** Nothing follows: gives the beginning of the unit that is not complete, undefined when none is begun. */
  cutShort(): Uint8Array | undefined {
    return this.#parts.length === 0 ? undefined : this.#begun();
  }
}

/** A response that refuses says in words why. */
function bodyLength(head: Uint8Array): number {
  const length = refuses(head) ? Number(parseHead(head)?.fields.get('content-length') ?? 0) : 0;
  return Number.isSafeInteger(length) && length >= 0 && length <= LONGEST_HEAD ? length : 0;
}

function refuses(head: Uint8Array): boolean {
  const start = parseHead(head)?.start ?? '';
  return start.startsWith('HTTP/') && !start.startsWith('HTTP/1.1 101');
}
