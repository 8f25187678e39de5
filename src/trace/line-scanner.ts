/**
 * Reads pieces of a JSON line from its bytes, in the one form in which `TraceWriter` writes them. It answers only
 * what is certain: for anything else it says so, and JSON.parse and the table of fields look at the line.
 */
import { decodeBase64urlAt } from './base64url.ts';
import { type Name, Names } from './names.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const NINE = 0x39;
/** More digits may be no exact number. */
const DIGITS_MAX = 15;

/** The bytes of a piece of a line that is always the same. */
export function literal(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

export class LineScanner {
  readonly #names = new Names();
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  /** Where the next piece begins. */
  at = 0;

  /** Begins at a place of these bytes. */
  start(bytes: Uint8Array, at: number): void {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.at = at;
  }

  /** Steps over a piece, if it is next. */
  skip(piece: Uint8Array): boolean {
    const bytes = this.#bytes;
    const { at } = this;
    const { length } = piece;
    if (at + length > this.#end) return false;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== piece[i]) return false;
    this.at = at + length;
    return true;
  }

  /** A whole number from 0; -1 when there is none in its one form. */
  natural(): number {
    const bytes = this.#bytes;
    const from = this.at;
    let at = from;
    let value = 0;
    for (; at < this.#end; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > NINE - ZERO) break;
      value = value * 10 + digit;
    }
    const digits = at - from;
    if (digits === 0 || digits > DIGITS_MAX || (digits > 1 && bytes[from] === ZERO)) return -1;
    this.at = at;
    return value;
  }

  /** A string without escapes, of ASCII alone, quotes included. */
  name(): Name | undefined {
    const close = this.#close();
    if (close < 0) return undefined;
    const name = this.#names.of(this.#bytes, this.at + 1, close);
    this.at = close + 1;
    return name;
  }

  /** Bytes in base64url, quotes included. */
  base64url(): Uint8Array | undefined {
    const close = this.#close();
    if (close < 0) return undefined;
    const bytes = decodeBase64urlAt(this.#bytes, this.at + 1, close);
    if (bytes !== undefined) this.at = close + 1;
    return bytes;
  }

  /** Where a string that begins here ends; -1 if it is not plain. */
  #close(): number {
    const bytes = this.#bytes;
    let { at } = this;
    if (at >= this.#end || bytes[at] !== QUOTE) return -1;
    for (at++; at < this.#end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH || byte < 0x20 || byte > 0x7e) return -1;
    }
    return -1;
  }
}
