/** Checks of options that a script hands over: JavaScript lets anything through. */
import type { ProtocolVersion, UserProperties } from '../mqtt/codec/packet.ts';
import type { Durability } from '../mqtt/machine.ts';
import { type Duration, parseDuration } from '../sim/time.ts';
import { ScriptError } from './errors.ts';

/** Text is sent as UTF-8. */
export type Payload = string | Uint8Array;

/** What a node may be told of its disk. */
export const DURABILITIES: readonly Durability[] = ['sync', 'interval', 'none'];

/**
 * Refuses names that mean nothing: a misspelt option would silently be the default.
 * @throws ScriptError
 */
export function optionsOf(given: object, known: readonly string[], what: string): void {
  if (typeof given !== 'object' || given === null) {
    throw new ScriptError(
      `the options of ${what} must be an object such as { ${known[0]}: ... }, not ${shown(given)}`,
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

const encoder = new TextEncoder();

/**
 * @param of goes on with what it is called, for those that are many.
 * @throws ScriptError for what is neither text nor bytes.
 */
export function bytesOf(payload: Payload, what: string, of = ''): Uint8Array {
  if (typeof payload === 'string') return encoder.encode(payload);
  // The bytes travel as they are; a script that goes on to change its buffer must not change what was sent.
  if (payload instanceof Uint8Array) return payload.slice();
  throw new ScriptError(
    `${what}${of} must be a string or a Uint8Array, not ${payload === null ? 'null' : typeof payload}`,
  );
}

const MICROS_PER_SECOND = 1_000_000;
const LONGEST_SECONDS = 0xffff_fffe;

/** MQTT counts these in whole seconds on the wire. @throws ScriptError or DurationError */
export function seconds(duration: Duration, what: string, limit = LONGEST_SECONDS): number {
  const micros = parseDuration(duration, what);
  const count = micros / MICROS_PER_SECOND;
  if (!Number.isInteger(count))
    throw new ScriptError(`${what} is '${duration}'; MQTT counts it in whole seconds`);
  if (count > limit) throw new ScriptError(`${what} is '${duration}'; MQTT can say at most ${limit} seconds`);
  return count;
}

/** Seconds a session is kept; Infinity for `'never'`. @throws ScriptError or DurationError */
export function expirySeconds(expiry: Duration | 'never', what: string): number {
  return expiry === 'never' ? Number.POSITIVE_INFINITY : seconds(expiry, what);
}

/** Pairs in order; names may repeat. @throws ScriptError for anything else. */
export function pairsOf(pairs: UserProperties, what: string): UserProperties {
  const good =
    Array.isArray(pairs) &&
    pairs.every(
      (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string'),
    );
  if (!good) throw new ScriptError(`${what} must be pairs of strings, such as [['unit', 'celsius']]`);
  return pairs.map(([name, value]) => [name, value] as const);
}

/** @throws ScriptError when an option is set that only a client of 5.0 can use, and this one is not. */
export function onlySince5(
  given: object,
  names: readonly string[],
  version: ProtocolVersion,
  what: string,
): void {
  if (version === 5) return;
  for (const name of names) {
    if ((given as Record<string, unknown>)[name] !== undefined) {
      throw new ScriptError(`${name} of ${what} is of MQTT 5.0, and the client speaks an older version`);
    }
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
