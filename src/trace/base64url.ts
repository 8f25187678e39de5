/** Base64url without padding (RFC 4648 section 5), on its own because trace files are read in browsers too. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = new Int8Array(128).fill(-1);
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

/** Undefined when the text is not base64url in its one canonical form: every byte string has exactly one text. */
export function decodeBase64url(text: string): Uint8Array | undefined {
  const length = text.length;
  const rest = length & 3;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array((length * 3) >> 2);
  let out = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    const word =
      (value(text, i) << 18) | (value(text, i + 1) << 12) | (value(text, i + 2) << 6) | value(text, i + 3);
    if (word < 0) return undefined;
    bytes[out++] = word >> 16;
    bytes[out++] = word >> 8;
    bytes[out++] = word;
  }
  if (rest === 2) {
    const word = (value(text, i) << 6) | value(text, i + 1);
    if (word < 0 || (word & 15) !== 0) return undefined;
    bytes[out] = word >> 4;
  } else if (rest === 3) {
    const word = (value(text, i) << 12) | (value(text, i + 1) << 6) | value(text, i + 2);
    if (word < 0 || (word & 3) !== 0) return undefined;
    bytes[out++] = word >> 10;
    bytes[out] = word >> 2;
  }
  return bytes;
}

/** -1 for a stranger: shifted and combined it stays negative. */
function value(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? VALUES[code]! : -1;
}
