import { finish, hex32, step } from './hash.ts';

/** Of the lines of a file, as text: a flipped bit, a lost line or a swapped pair changes it. */
export class Checksum {
  #a = 0x13198a2e;
  #b = 0x03707344;

  line(line: string): void {
    let a = this.#a;
    let b = step(this.#b, line.length);
    const whole = line.length & ~3;
    let i = 0;
    for (; i < whole; i += 4) {
      a = step(a, line.charCodeAt(i) | (line.charCodeAt(i + 1) << 16));
      b = step(b, line.charCodeAt(i + 2) | (line.charCodeAt(i + 3) << 16));
    }
    for (; i < line.length; i++) a = step(a, line.charCodeAt(i));
    this.#a = a;
    this.#b = b ^ (a >>> 7);
  }

  /** Sixteen hexadecimal digits of all lines so far. */
  hex(): string {
    return hex32(finish(this.#a)) + hex32(finish(this.#b));
  }
}
