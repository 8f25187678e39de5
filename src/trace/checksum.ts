import { finish, hex32, step } from './hash.ts';

/** Of the lines of a file, as text: a flipped bit, a lost line or a swapped pair changes it. */
export class Checksum {
  #a = 0x13198a2e;
  #b = 0x03707344;

  /** One line without its end, as a part of `text`: a slice of a string is slow to read. */
  line(text: string, from = 0, to: number = text.length): void {
    let a = this.#a;
    let b = step(this.#b, to - from);
    const whole = from + ((to - from) & ~3);
    let i = from;
    for (; i < whole; i += 4) {
      a = step(a, text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16));
      b = step(b, text.charCodeAt(i + 2) | (text.charCodeAt(i + 3) << 16));
    }
    for (; i < to; i++) a = step(a, text.charCodeAt(i));
    this.#a = a;
    this.#b = b ^ (a >>> 7);
  }

  /** The same of a line of ASCII that is the bytes `[from, to)`; the view has the same bytes. */
  lineOf(bytes: Uint8Array, view: DataView, from: number, to: number): void {
    let a = this.#a;
    let b = step(this.#b, to - from);
    const whole = from + ((to - from) & ~3);
    let i = from;
    for (; i < whole; i += 4) {
      const word = view.getInt32(i, true);
      a = step(a, (word & 0xff) | ((word & 0xff00) << 8));
      b = step(b, ((word >>> 16) & 0xff) | ((word >>> 8) & 0xff0000));
    }
    for (; i < to; i++) a = step(a, bytes[i]!);
    this.#a = a;
    this.#b = b ^ (a >>> 7);
  }

  /** Sixteen hexadecimal digits of all lines so far. */
  hex(): string {
    return hex32(finish(this.#a)) + hex32(finish(this.#b));
  }
}
