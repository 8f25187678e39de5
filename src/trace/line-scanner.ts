/**
 * Reads pieces of a JSON line from its bytes, in the one form in which `TraceWriter` writes them. It answers only
 * what is certain: for anything else it says so, and JSON.parse and the table of fields look at the line.
 */
import { decodeBase64urlAt } from './base64url.ts';
import { keyWith, type Name, Names } from './names.ts';

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
    const bytes = this.#bytes;
    const end = this.#end;
    const from = this.at + 1;
    if (from > end || bytes[from - 1] !== QUOTE) return undefined;
    let key = 0;
    for (let at = from; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        this.at = at + 1;
        return this.#names.of(bytes, from, at, key);
      }
      if (byte === BACKSLASH || byte < 0x20 || byte > 0x7e) return undefined;
      key = keyWith(key, byte);
    }
    return undefined;
  }

  /** Bytes in base64url, quotes included. */
  base64url(): Uint8Array | undefined {
    const text = this.#bytes;
    const from = this.at + 1;
    if (text[from - 1] !== QUOTE) return undefined;
    // What is between the quotes is looked at by who decodes it.
    const close = text.indexOf(QUOTE, from);
    if (close < 0) return undefined;
    const bytes = decodeBase64urlAt(text, from, close);
    if (bytes !== undefined) this.at = close + 1;
    return bytes;
  }
}
