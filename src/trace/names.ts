/** Texts that come again and again in a file, as one string each: found by their bytes, without making a string first. */
import { hashText } from './hash.ts';
import { Bytes } from './words.ts';

const SLOTS = 1 << 14;
/** A text that is longer is not expected to come again. */
const KEPT_CHARS = 256;

/** A text with its bytes, and what `hashText` makes of it. */
export class Name extends Bytes {
  readonly text: string;
  readonly hash: number;
  /** Of its bytes, see {@link keyWith}. */
  readonly key: number;
  /** What a reader of lines numbers it with, as a node and as a connection, so that it need not look the text up each time; -1 before it did. */
  node = -1;
  conn = -1;

  constructor(bytes: Uint8Array, key: number) {
    super(bytes);
    this.text = decoder.decode(bytes);
    this.hash = hashText(this.text);
    this.key = key;
  }
}

/** The key of bytes and of up to four more, the last ones of a text perhaps none: quicker than a hash, for texts that differ in a few digits. It begins with 0. */
export function keyWith(key: number, word: number): number {
  const sum = Math.imul(key ^ word, 0x9e3779b1 | 0);
  return sum ^ (sum >>> 15);
}

const decoder = new TextDecoder();

export const NO_NAME = new Name(new Uint8Array(0), 0);

export class Names {
  /** A text has one place; one that wants the same takes it over. */
  readonly #slots: (Name | undefined)[] = new Array<Name | undefined>(SLOTS).fill(undefined);

  /** The text of bytes `[from, to)`, with their key; undefined when it is not plain: ASCII that a JSON string has as it is. */
  of(bytes: Uint8Array, view: DataView, from: number, to: number, key: number): Name | undefined {
    const slot = key & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known?.key === key && known.bytes.length === to - from && known.areAt(bytes, view, from))
      return known;
    if (!isPlain(bytes, from, to)) return undefined;
    const name = new Name(bytes.slice(from, to), key);
    if (to - from <= KEPT_CHARS) this.#slots[slot] = name;
    return name;
  }
}

const BACKSLASH = 0x5c;

function isPlain(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte === BACKSLASH || byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}
