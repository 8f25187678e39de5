/** Checks of options that a script hands over: JavaScript lets anything through. */
import type { Durability } from '../mqtt/machine.ts';
import { ScriptError } from './errors.ts';

/** What a node may be told of its disk. */
export const DURABILITIES: readonly Durability[] = ['sync', 'interval', 'none'];

/**
 * Refuses names that mean nothing: a misspelt option would silently be the default.
 * @throws ScriptError
 */
export function optionsOf(given: object, known: readonly string[], what: string): void {
  if (typeof given !== 'object' || given === null) {
    throw new ScriptError(
      `the options of ${what} must be an object, not ${given === null ? 'null' : typeof given}`,
    );
  }
  for (const name of Object.keys(given)) {
    if (!known.includes(name))
      throw new ScriptError(`${what} has no option '${name}'; it has ${known.join(', ')}`);
  }
}

/** @throws ScriptError unless the value is a whole number within bounds. */
export function wholeNumber(value: number, what: string, least: number, greatest: number): number {
  if (Number.isInteger(value) && value >= least && value <= greatest) return value;
  throw new ScriptError(`${what} is ${value}; it must be a whole number from ${least} to ${greatest}`);
}

/** @throws ScriptError unless the value is one of those allowed. */
export function oneOf<T extends string | number>(value: T, allowed: readonly T[], what: string): T {
  if (allowed.includes(value)) return value;
  throw new ScriptError(`${what} is ${shown(value)}; it can be ${allowed.join(', ')}`);
}

/** Anything counts as true or false in JavaScript: `'no'` as true. @throws ScriptError unless it is one of the two. */
export function trueOrFalse(value: boolean, what: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new ScriptError(`${what} is ${shown(value)}; it can be true or false`);
}

/** @throws ScriptError unless it is a string. */
export function textOf(value: string, what: string): string {
  if (typeof value === 'string') return value;
  throw new ScriptError(`${what} must be a string, not ${shown(value)}`);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
