/** Texts that come again and again in a file, as one string each: found by their bytes, without making a string first. */
import { hashText } from './hash.ts';

const SLOTS = 1 << 14;
/** A text that is longer is not expected to come again. */
const KEPT_CHARS = 256;

/** A text, its bytes, and what `hashText` makes of it. */
export class Name {
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly hash: number;
  /** Of its bytes, see {@link keyWith}. */
  readonly key: number;
  /** What a reader of lines numbers it with, as a node and as a connection, so that it need not look the text up each time; -1 before it did. */
  node = -1;
  conn = -1;

  constructor(bytes: Uint8Array, key: number) {
    this.text = decoder.decode(bytes);
    this.bytes = bytes;
    this.hash = hashText(this.text);
    this.key = key;
  }
}

/** The key of bytes and of one more: a sum that is quicker than a hash, for texts that differ in a few digits. It begins with 0. */
export function keyWith(key: number, byte: number): number {
  return (Math.imul(key, 33) + byte) | 0;
}

const decoder = new TextDecoder();

export const NO_NAME = new Name(new Uint8Array(0), 0);

export class Names {
  /** A text has one place; one that wants the same takes it over. */
  readonly #slots: (Name | undefined)[] = new Array<Name | undefined>(SLOTS).fill(undefined);

  /** The text of bytes `[from, to)`, with their key; undefined when it is not plain: ASCII that a JSON string has as it is. */
  of(bytes: Uint8Array, from: number, to: number, key: number): Name | undefined {
    const slot = (key ^ (key >>> 14)) & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known !== undefined && known.key === key && isSame(known.bytes, bytes, from, to)) return known;
    if (!isPlain(bytes, from, to)) return undefined;
    const name = new Name(bytes.slice(from, to), key);
    if (to - from <= KEPT_CHARS) this.#slots[slot] = name;
    return name;
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  const { length } = known;
  if (length !== to - from) return false;
  for (let at = 0; at < length; at++) if (known[at] !== bytes[from + at]) return false;
  return true;
}

const BACKSLASH = 0x5c;

function isPlain(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte === BACKSLASH || byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}
