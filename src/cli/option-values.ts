/** From the text of an option to its value, or one line that says what it can be. */
import { readFileSync, statSync } from 'node:fs';
import { DurationError, parseDuration } from '../sim/time.ts';
import { CommandError, exitCodes } from './exit-code.ts';

/** @throws CommandError unless it is a whole number within bounds. */
export function wholeNumber(text: string, option: string, least: number, greatest: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= greatest) return number;
  throw usage(`${option} is '${text}'; it can be a whole number from ${least} to ${greatest}`);
}

/** @throws CommandError unless it is one of these. */
export function oneOf<T extends string>(text: string, option: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw usage(`${option} is '${text}'; it can be ${allowed.join(', ')}`);
  return found;
}

/** @throws CommandError unless it is a duration with its unit. */
export function micros(text: string, option: string): number {
  try {
    return parseDuration(text as `${number}s`, option);
  } catch (error) {
    if (error instanceof DurationError) throw usage(error.message);
    throw error;
  }
}

/** Whole seconds, or Infinity for `never`. */
export function secondsOrNever(text: string, option: string): number {
  if (text === 'never') return Infinity;
  const seconds = micros(text, option) / 1_000_000;
  if (!Number.isInteger(seconds)) throw usage(`${option} is '${text}'; MQTT counts it in whole seconds`);
  return seconds;
}

export const PORT_MAXIMUM = 65_535;
/** Node takes a longer delay for none at all. */
export const LONGEST_TIMER_MILLIS = 2_147_483_647;
/** Threads that one command may start. */
export const WORKERS_LIMIT = 256;

export function usage(message: string): CommandError {
  return new CommandError(exitCodes.usage, message);
}

/**
 * Of `--out DIR` and options like it: a directory, or nothing yet.
 *
 * @throws CommandError when something else is there.
 */
export function outDirectory(path: string, option = '--out'): string {
  if (path === '') throw usage(`${option} is empty; name a directory`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false)
    throw usage(`${option} is '${path}', which is a file; name a directory`);
  return path;
}

/** The file that an option names. @throws CommandError when it cannot be read */
export function readGiven(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usage(code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read: ${message}`);
  }
}
