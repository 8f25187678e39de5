/**
 * Reads pieces of a JSON line from its bytes, in the one form in which `TraceWriter` writes them. It answers only
 * what is certain: for anything else it says so, and JSON.parse and the table of fields look at the line.
 */
import { Base64urlText } from './base64url.ts';
import { keyWith, type Name, Names } from './names.ts';
import { Bytes } from './words.ts';

const QUOTE = 0x22;
const QUOTES = 0x22222222;
const ONES = 0x01010101;
const TOPS = 0x80808080 | 0;
const ZERO = 0x30;
const NINE = 0x39;
/** More digits may be no exact number. */
const DIGITS_MAX = 15;
/** So many are a number of 32 bits, which is quicker to make. */
const DIGITS_SMALL = 9;

/** A piece of a line that is always the same. */
export function literal(text: string): Bytes {
  return new Bytes(Uint8Array.from(text, (char) => char.charCodeAt(0)));
}

const NOTHING = new Uint8Array(0);

export class LineScanner {
  readonly #names = new Names();
  readonly #text = new Base64urlText();
  #bytes: Uint8Array = NOTHING;
  /** Of the same bytes: four are looked at in the time of one. */
  view: DataView = new DataView(NOTHING.buffer);
  #end = 0;
  /** Where the next piece begins. */
  at = 0;

  /** Begins at a place of these bytes. */
  start(bytes: Uint8Array, at: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      this.#end = bytes.length;
    }
    this.at = at;
  }

  /** Steps over a piece, if it is next. */
  skip(piece: Bytes): boolean {
    const end = this.at + piece.bytes.length;
    if (end > this.#end || !piece.areAt(this.#bytes, this.view, this.at)) return false;
    this.at = end;
    return true;
  }

  /** The byte so far ahead; 0 behind the last one. */
  ahead(distance: number): number {
    const at = this.at + distance;
    return at < this.#end ? this.#bytes[at]! : 0;
  }

  /** A whole number from 0; -1 when there is none in its one form. */
  natural(): number {
    const bytes = this.#bytes;
    const from = this.at;
    const small = Math.min(this.#end, from + DIGITS_SMALL);
    let at = from;
    let value = 0;
    for (; at < small; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > NINE - ZERO) break;
      value = (Math.imul(value, 10) + digit) | 0;
    }
    const digits = at - from;
    if (digits === 0 || (digits > 1 && bytes[from] === ZERO)) return -1;
    this.at = at;
    return digits === DIGITS_SMALL ? this.#large(value) : value;
  }

  /** Goes on with a number whose first digits were read. */
  #large(begun: number): number {
    const bytes = this.#bytes;
    const most = this.at + DIGITS_MAX - DIGITS_SMALL;
    let value = begun;
    for (; this.at < this.#end; this.at++) {
      const digit = bytes[this.at]! - ZERO;
      if (digit < 0 || digit > NINE - ZERO) break;
      value = value * 10 + digit;
    }
    return this.at > most ? -1 : value;
  }

  /** A string without escapes, of ASCII alone, quotes included. */
  name(): Name | undefined {
    const bytes = this.#bytes;
    const view = this.view;
    const end = this.#end;
    const from = this.at + 1;
    if (from > end || bytes[from - 1] !== QUOTE) return undefined;
    let key = 0;
    let at = from;
    for (; at + 4 <= end; at += 4) {
      const word = view.getInt32(at, true);
      // The lowest of these bits is that of the first quote among the four bytes.
      const others = word ^ QUOTES;
      const quotes = (others - ONES) & ~others & TOPS;
      if (quotes !== 0) {
        const before = (31 - Math.clz32(quotes & -quotes)) & ~7;
        return this.#named(from, at + (before >> 3), keyWith(key, word & ((1 << before) - 1)));
      }
      key = keyWith(key, word);
    }
    let word = 0;
    for (let before = 0; at < end; at++, before += 8) {
      const byte = bytes[at]!;
      if (byte === QUOTE) return this.#named(from, at, keyWith(key, word));
      word |= byte << before;
    }
    return undefined;
  }

  #named(from: number, close: number, key: number): Name | undefined {
    this.at = close + 1;
    return this.#names.of(this.#bytes, this.view, from, close, key);
  }

  /** Bytes in base64url, quotes included: {@link decoded} begins with them then. How many there are; -1 when they are not in their one form. */
  base64url(): number {
    const from = this.at + 1;
    if (from > this.#end || this.#bytes[from - 1] !== QUOTE) return -1;
    const close = this.#text.decode(this.#bytes, from, this.#end);
    if (close < 0) return -1;
    this.at = close + 1;
    return this.#text.length;
  }

  /** Those that were read last, with room behind them; the next ones take their place. */
  get decoded(): Uint8Array {
    return this.#text.bytes;
  }
}
