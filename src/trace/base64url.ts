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

let scratch = new Uint8Array(1_024);

/** Undefined when the text is not base64url in its one canonical form: every byte string has exactly one text. */
export function decodeBase64url(text: string): Uint8Array | undefined {
  const { length } = text;
  if (scratch.length < length) scratch = new Uint8Array(2 * length);
  for (let i = 0; i < length; i++) {
    // What does not fit into a byte must not be cut to one that is in the alphabet.
    scratch[i] = Math.min(text.charCodeAt(i), 128);
  }
  return decodeBase64urlAt(scratch, 0, length);
}

/** As {@link decodeBase64url}, of a text whose characters are the bytes `[from, to)`. */
export function decodeBase64urlAt(text: Uint8Array, from: number, to: number): Uint8Array | undefined {
  const length = to - from;
  const rest = length & 3;
  if (rest === 1) return undefined;
  const bytes = room((length * 3) >> 2);
  let out = 0;
  let i = from;
  for (; i + 3 < to; i += 4) {
    // -1 for a stranger: shifted and combined it stays negative.
    const word =
      (VALUES[text[i]!]! << 18) |
      (VALUES[text[i + 1]!]! << 12) |
      (VALUES[text[i + 2]!]! << 6) |
      VALUES[text[i + 3]!]!;
    if (word < 0) return undefined;
    bytes[out++] = word >> 16;
    bytes[out++] = word >> 8;
    bytes[out++] = word;
  }
  if (rest === 2) {
    const word = (VALUES[text[i]!]! << 6) | VALUES[text[i + 1]!]!;
    if (word < 0 || (word & 15) !== 0) return undefined;
    bytes[out] = word >> 4;
  } else if (rest === 3) {
    const word = (VALUES[text[i]!]! << 12) | (VALUES[text[i + 1]!]! << 6) | VALUES[text[i + 2]!]!;
    if (word < 0 || (word & 3) !== 0) return undefined;
    bytes[out++] = word >> 10;
    bytes[out] = word >> 2;
  }
  return bytes;
}
