/** Texts that come again and again in a file, as one string each: found by their bytes, without making a string first. */
import { hashText } from './hash.ts';

const SLOTS = 1 << 14;
/** A text that is longer is not expected to come again. */
const KEPT_CHARS = 256;

/** A text and what `hashText` makes of it. */
export interface Name {
  readonly text: string;
  readonly hash: number;
  /** Of its bytes, see {@link keyWith}. */
  readonly key: number;
}

/** The key of bytes and of one more: a sum that is quicker than a hash, for texts that differ in a few digits. It begins with 0. */
export function keyWith(key: number, byte: number): number {
  return (Math.imul(key, 33) + byte) | 0;
}

export class Names {
  /** A text has one place; one that wants the same takes it over. */
  readonly #slots: (Name | undefined)[] = new Array<Name | undefined>(SLOTS).fill(undefined);

  /** The text of ASCII bytes `[from, to)`, with their key. */
  of(bytes: Uint8Array, from: number, to: number, key: number): Name {
    const slot = (key ^ (key >>> 14)) & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known !== undefined && known.key === key && isText(known.text, bytes, from, to)) return known;
    const text = textOf(bytes, from, to);
    const name: Name = { text, hash: hashText(text), key };
    if (to - from <= KEPT_CHARS) this.#slots[slot] = name;
    return name;
  }
}

function isText(text: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let at = from; at < to; at++) if (text.charCodeAt(at - from) !== bytes[at]) return false;
  return true;
}

const decoder = new TextDecoder();

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return decoder.decode(bytes.subarray(from, to));
}
