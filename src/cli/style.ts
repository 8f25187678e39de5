/** Colour for terminals, and only there: a pipe gets the same text without it. */
import type { CommandIo } from './io.ts';

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  odd(text: string): string;
}

const codes = { bold: [1, 22], dim: [2, 22], good: [32, 39], bad: [31, 39], odd: [33, 39] } as const;

/** Signs that would move the cursor or colour the terminal, or break one line into two, as people can see them. */
export function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (sign) => `\\x${sign.codePointAt(0)!.toString(16).padStart(2, '0')}`);
}

/** NO_COLOR and a dumb terminal are respected; FORCE_COLOR is for people who know what they do. */
export function styleFor(io: CommandIo): Style {
  const { NO_COLOR, FORCE_COLOR, TERM } = io.environment;
  const wanted = FORCE_COLOR !== undefined && FORCE_COLOR !== '0';
  const coloured = wanted || (io.outIsTerminal && (NO_COLOR ?? '') === '' && TERM !== 'dumb');
  const paint = (name: keyof typeof codes) => (text: string) =>
    coloured ? `\u001b[${codes[name][0]}m${text}\u001b[${codes[name][1]}m` : text;
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    good: paint('good'),
    bad: paint('bad'),
    odd: paint('odd'),
  };
}
