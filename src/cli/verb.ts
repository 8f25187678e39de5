/** What a verb of `amber` declares of itself, and what it is called with. */
import type { ExitCode } from './exit-code.ts';
import type { CommandIo } from './io.ts';

export interface VerbOption {
  type: 'string' | 'boolean';
  short?: string;
  multiple?: boolean;
  /** For a value of several words: how many, by what follows the option. */
  words?: (given: readonly string[]) => number;
  /** Stands for the value in help: `--seed S`. */
  value?: string;
  help: string;
}

/** What stands between the words of a value of several words; nobody can type it. */
export const BETWEEN_WORDS = '\0';

/** What was typed after the verb, sorted into what the verb declared. */
export interface Arguments {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

export interface Verb {
  readonly summary: string;
  readonly usage: string;
  /** Least and greatest number of positional arguments. */
  readonly takes: readonly [least: number, greatest: number];
  readonly options: Readonly<Record<string, VerbOption>>;
  readonly details: readonly string[];
  readonly examples: readonly string[];
  /** Loads what the verb needs, and nothing else. */
  readonly load?: () => Promise<(args: Arguments, io: CommandIo) => Promise<ExitCode> | ExitCode>;
  /** For a verb that reads its own arguments. */
  readonly loadRaw?: () => Promise<(argv: readonly string[], io: CommandIo) => Promise<ExitCode> | ExitCode>;
}

/** A part of the table of verbs. */
export type VerbTable = Readonly<Record<string, Verb>>;
