/** Texts that come again and again in a file, as one string each: found by their bytes, without making a string first. */
import { step } from './hash.ts';

const SLOTS = 1 << 14;
/** A text that is longer is not expected to come again. */
const KEPT_CHARS = 256;

/** A text and what `hashText` makes of it. */
export interface Name {
  readonly text: string;
  readonly hash: number;
}

export class Names {
  /** A text has one place; one that wants the same takes it over. */
  readonly #slots: (Name | undefined)[] = new Array<Name | undefined>(SLOTS).fill(undefined);

  /** The text of ASCII bytes `[from, to)`. */
  of(bytes: Uint8Array, from: number, to: number): Name {
    let hash = to - from;
    for (let at = from; at < to; at++) hash = step(hash, bytes[at]!);
    const slot = (hash ^ (hash >>> 14)) & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known !== undefined && known.hash === hash && isText(known.text, bytes, from, to)) return known;
    const name: Name = { text: textOf(bytes, from, to), hash };
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
