/**
 * Bytes one after the other, in blocks, so that growing copies nothing and a small trace takes little.
 */
import { TraceError } from '../../src/trace/errors.ts';

const BLOCK_BITS = 20;
const BLOCK_BYTES = 1 << BLOCK_BITS;

const LOOPED_BYTES = 200;

const encoder = new TextEncoder();

export class ByteArena {
  readonly #limit: number;
  readonly #blocks: Uint8Array[] = [];
  #length = 0;
  #scratch = new Uint8Array(1_024);

  /** @param limit Bytes that are kept at most, below 2^32. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  /** Keeps the first `count` of these bytes. @throws {TraceError} `limit`. */
  append(bytes: Uint8Array, count: number = bytes.length): void {
    if (this.#length + count > this.#limit) {
      throw new TraceError(
        'limit',
        `packets and events take more than ${Math.floor(this.#limit / 1_000_000)} MB, the limit of what is kept of a trace`,
      );
    }
    let from = 0;
    while (from < count) {
      const at = this.#length & (BLOCK_BYTES - 1);
      if (at === 0) this.#blocks.push(new Uint8Array(BLOCK_BYTES));
      const block = this.#blocks[this.#length >>> BLOCK_BITS]!;
      const piece = Math.min(count - from, BLOCK_BYTES - at);
      // A loop is faster than a call that makes a view first.
      if (piece < LOOPED_BYTES) for (let i = 0; i < piece; i++) block[at + i] = bytes[from + i]!;
      else block.set(bytes.subarray(from, from + piece), at);
      from += piece;
      this.#length += piece;
    }
  }

  /** As UTF-8. @throws {TraceError} `limit`. */
  appendText(text: string): void {
    const { length } = text;
    while (this.#scratch.length < length) this.#scratch = new Uint8Array(2 * this.#scratch.length);
    const scratch = this.#scratch;
    // Most texts are short and ASCII, and a loop over those is cheaper than an encoder.
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.append(encoder.encode(text));
        return;
      }
      scratch[i] = code;
    }
    this.append(scratch, length);
  }

  /** A copy of the bytes in `[from, to)`: a view would take its whole block along when it is sent to another thread. */
  slice(from: number, to: number): Uint8Array {
    const bytes = new Uint8Array(to - from);
    let at = from;
    while (at < to) {
      const within = at & (BLOCK_BYTES - 1);
      const piece = Math.min(to - at, BLOCK_BYTES - within);
      bytes.set(this.#blocks[at >>> BLOCK_BITS]!.subarray(within, within + piece), at - from);
      at += piece;
    }
    return bytes;
  }
}
