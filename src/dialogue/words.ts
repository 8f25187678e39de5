/** A line of a dialogue, cut into words: `publish t "hello there" qos=1 retain`. */

/** What follows the name of a packet: values by their place, and fields by their names. A word alone may be a flag: the packet decides. */
export interface Words {
  readonly positional: readonly string[];
  /** In the order in which they were written; names may repeat. */
  readonly named: readonly (readonly [name: string, value: string])[];
}

/** A value, quoted or not, or the name of a field and the value behind it. */
const WORD = /\s*(?:([A-Za-z]\w*)=)?("(?:[^"\\]|\\.)*"|[^\s"]+)(?=\s|$)/y;
/** Marks what was written in quotes, so that "5" is text where 5 is a number: the sign cannot be typed. */
export const QUOTE = '\u0001';

/** @throws SyntaxError saying where the line stops making sense. */
export function wordsOf(text: string): Words {
  const positional: string[] = [];
  const named: [string, string][] = [];
  WORD.lastIndex = 0;
  const whole = text.trim();
  let at = 0;
  while (at < whole.length) {
    WORD.lastIndex = at;
    const match = WORD.exec(whole);
    if (match === null) throw new SyntaxError(`cannot read '${whole.slice(at).trim()}'`);
    at = WORD.lastIndex;
    const [, name, raw] = match;
    const value = raw!.startsWith('"') ? QUOTE + unquoted(raw!) : raw!;
    if (name === undefined) positional.push(value);
    else named.push([name, value]);
  }
  return { positional, named };
}

function unquoted(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw new SyntaxError(`${text} is no text; quote it as JSON does`);
  }
}

/** As it was meant, without the mark of a quoted text. */
export function plainText(word: string): string {
  return word.startsWith(QUOTE) ? word.slice(1) : word;
}

const encoder = new TextEncoder();
const LONGEST_BYTES = 1_048_576;

/** Text as UTF-8, `hex:0102`, or `bytes:5000` for so many of the letter x. @throws SyntaxError */
export function bytesOf(word: string): Uint8Array {
  if (word.startsWith('hex:')) return hexBytes(word.slice(4));
  const count = /^bytes:(\d+)$/.exec(word)?.[1];
  if (count === undefined) return encoder.encode(plainText(word));
  if (Number(count) > LONGEST_BYTES) throw new SyntaxError(`${word} is more than ${LONGEST_BYTES} bytes`);
  return new Uint8Array(Number(count)).fill(0x78);
}

/** @throws SyntaxError for anything but pairs of hexadecimal digits. */
export function hexBytes(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, '');
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw new SyntaxError(`'${text}' are no bytes in hexadecimal`);
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** A number, decimal or 0x..; undefined when the word is none. */
export function numberOf(word: string): number | undefined {
  return /^(?:0x[0-9a-f]+|\d+)$/i.test(word) ? Number(word) : undefined;
}
