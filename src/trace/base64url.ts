/** Base64url without padding (RFC 4648 section 5), on its own because trace files are read in browsers too. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = new Int8Array(256).fill(-1);
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i;
/** Two characters for each 12 bits: half the concatenations. */
const PAIRS: string[] = [];
for (const a of ALPHABET) for (const b of ALPHABET) PAIRS.push(a + b);

export function encodeBase64url(bytes: Uint8Array): string {
  let text = '';
  const length = bytes.length;
  let i = 0;
  for (; i + 2 < length; i += 3) {
    const word = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    text += PAIRS[word >> 12]! + PAIRS[word & 0xfff]!;
  }
  if (length - i === 1) text += PAIRS[bytes[i]! << 4]!;
  else if (length - i === 2) {
    const word = (bytes[i]! << 10) | (bytes[i + 1]! << 2);
    text += PAIRS[word >> 6]! + ALPHABET[word & 63]!;
  }
  return text;
}

/** Larger ones get memory of their own: what keeps a small one must not keep much more than that. */
const POOLED_MAX = 2_048;
/** Up to here the engine keeps the bytes with the object. */
const INLINE_MAX = 64;
const POOL_BYTES = 65_536;
let pool = new Uint8Array(0);
let pooled = 0;

/** Memory of so many bytes: to ask for it each time takes longer than to decode a packet into it. */
function room(length: number): Uint8Array {
  if (length <= INLINE_MAX || length > POOLED_MAX) return new Uint8Array(length);
  if (pooled + length > pool.length) {
    pool = new Uint8Array(POOL_BYTES);
    pooled = 0;
  }
  pooled += length;
  return pool.subarray(pooled - length, pooled);
}

/** A copy of the first `length` of these bytes. */
export function copyOf(bytes: Uint8Array, length: number): Uint8Array {
  const copy = room(length);
  for (let i = 0; i < length; i++) copy[i] = bytes[i]!;
  return copy;
}

const QUOTE = 0x22;

/** What texts are decoded to, one in place of the other. */
export class Base64urlText {
  /** Begins with what was decoded last. */
  bytes = new Uint8Array(1_024);
  /** How many bytes that is. */
  length = 0;

  /**
   * Decodes the characters from a place on up to a quotation mark, which is before `end`. Returns its place; -1 when there is none, or the text is not
   * base64url in its one canonical form: every byte string has exactly one text.
   */
  decode(text: Uint8Array, from: number, end: number): number {
    let { bytes } = this;
    let out = 0;
    let i = from;
    for (; i + 3 < end; i += 4) {
      // -1 for a stranger: shifted and combined it stays negative.
      const word =
        (VALUES[text[i]!]! << 18) |
        (VALUES[text[i + 1]!]! << 12) |
        (VALUES[text[i + 2]!]! << 6) |
        VALUES[text[i + 3]!]!;
      if (word < 0) break;
      if (out + 5 > bytes.length) bytes = this.#grow();
      bytes[out] = word >> 16;
      bytes[out + 1] = word >> 8;
      bytes[out + 2] = word;
      out += 3;
    }
    let close = i;
    while (close < end && close < i + 4 && text[close] !== QUOTE) close++;
    if (close >= end || text[close] !== QUOTE) return -1;
    if (close - i === 2) {
      const word = (VALUES[text[i]!]! << 6) | VALUES[text[i + 1]!]!;
      if (word < 0 || (word & 15) !== 0) return -1;
      bytes[out++] = word >> 4;
    } else if (close - i === 3) {
      const word = (VALUES[text[i]!]! << 12) | (VALUES[text[i + 1]!]! << 6) | VALUES[text[i + 2]!]!;
      if (word < 0 || (word & 3) !== 0) return -1;
      bytes[out++] = word >> 10;
      bytes[out++] = word >> 2;
    } else if (close > i) return -1;
    this.length = out;
    return close;
  }

  #grow(): Uint8Array<ArrayBuffer> {
    const wider = new Uint8Array(2 * this.bytes.length);
    wider.set(this.bytes);
    this.bytes = wider;
    return wider;
  }
}

let whole: Base64urlText | undefined;

/** Undefined when the text is not base64url in its one canonical form. */
export function decodeBase64url(text: string): Uint8Array | undefined {
  const { length } = text;
  const scratch = new Uint8Array(length + 1);
  for (let i = 0; i < length; i++) {
    // What does not fit into a byte must not be cut to one that is in the alphabet.
    scratch[i] = Math.min(text.charCodeAt(i), 128);
  }
  scratch[length] = QUOTE;
  whole ??= new Base64urlText();
  return whole.decode(scratch, 0, length + 1) === length ? copyOf(whole.bytes, whole.length) : undefined;
}
