/** Reads the text of a filter piece by piece. Every error says where it is. */
import type { FilterError } from './filter.ts';

/** Carries a {@link FilterError} out of the parser. */
export class FilterFault extends Error {
  readonly at: FilterError;
  constructor(at: FilterError) {
    super(at.message);
    this.at = at;
  }
}

const SPACE = /\s*/y;
const WORD = /[A-Za-z][A-Za-z0-9._-]*/y;
const SIGNS = /<=|>=|!=|==|=|<|>|:|~/y;
const QUOTED = /"(?:[^"\\]|\\[\s\S])*"/y;
/** Up to what separates values; `&&` and `||` end it without a space. */
const BARE = /(?:(?!&&|\|\|)[^\s"(),{}])+/y;

export interface Token {
  text: string;
  start: number;
  length: number;
  /** In quotes it is a value, whatever it looks like. */
  quoted: boolean;
}

export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  fault(start: number, length: number, message: string, expected: readonly string[] = []): FilterFault {
    const first = Math.min(start, this.text.length);
    return new FilterFault({
      start: first,
      length: Math.min(length, this.text.length - first),
      message,
      expected,
    });
  }

  /** After spaces. */
  get ended(): boolean {
    this.#match(SPACE);
    return this.at >= this.text.length;
  }

  /** Of the next thing. */
  get place(): number {
    this.#match(SPACE);
    return this.at;
  }

  peek(sign: string): boolean {
    return this.text.startsWith(sign, this.place);
  }

  eat(sign: string): boolean {
    if (!this.peek(sign)) return false;
    this.at += sign.length;
    return true;
  }

  peekWord(): string | undefined {
    const start = this.place;
    const word = this.#match(WORD);
    this.at = start;
    return word;
  }

  eatWord(): string | undefined {
    this.#match(SPACE);
    return this.#match(WORD);
  }

  /** `:`, `>=` and the like. */
  eatSign(): string | undefined {
    this.#match(SPACE);
    return this.#match(SIGNS);
  }

  /** A value, bare or in quotes. */
  eatValue(): Token | undefined {
    const start = this.place;
    if (this.text[start] === '"') {
      const quoted = this.#match(QUOTED);
      if (quoted === undefined) {
        throw this.fault(start, this.text.length - start, 'this text has no end', ['"']);
      }
      const text = quoted.slice(1, -1).replace(/\\([\s\S])/g, '$1');
      return { text, start, length: quoted.length, quoted: true };
    }
    const bare = this.#match(BARE);
    return bare === undefined ? undefined : { text: bare, start, length: bare.length, quoted: false };
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return undefined;
    this.at += found.length;
    return found;
  }
}
