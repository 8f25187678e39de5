/** Checks of options that a script hands over: JavaScript lets anything through. */
import { ScriptError } from './errors.ts';

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
