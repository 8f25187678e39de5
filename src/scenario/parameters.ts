/**
 * What a scenario can be told: declared with default, bounds and unit, so that the command line, a swarm and the
 * sliders of the viewer can all set it without reading the script.
 */
import { type Duration, DurationError, parseDuration } from '../sim/time.ts';

/** A number within bounds, both inclusive. */
export interface NumberParameter {
  readonly default: number;
  readonly range: readonly [least: number, greatest: number];
  /** Only whole numbers make sense, as for a number of clients. */
  readonly whole?: boolean;
  /** For people: `messages/s`, `bytes`. */
  readonly unit?: string;
  readonly description?: string;
}

/** A duration within bounds, both inclusive. */
export interface DurationParameter {
  readonly default: Duration;
  readonly range: readonly [least: Duration, greatest: Duration];
  readonly description?: string;
}

/** One of a few values. */
export interface ChoiceParameter {
  readonly default: string | number | boolean;
  readonly values: readonly (string | number | boolean)[];
  readonly unit?: string;
  readonly description?: string;
}

export interface BooleanParameter {
  readonly default: boolean;
  readonly description?: string;
}

export type Parameter = NumberParameter | DurationParameter | ChoiceParameter | BooleanParameter;
export type Parameters = Readonly<Record<string, Parameter>>;
export type ParameterValue = string | number | boolean;

/** What the script is given: a value for every declared parameter. */
export type ParameterValues<P extends Parameters> = {
  readonly [Name in keyof P]: P[Name] extends { values: readonly (infer Value)[] }
    ? Value
    : P[Name] extends { default: number }
      ? number
      : P[Name] extends { default: string }
        ? Duration
        : boolean;
};

/** A parameter was declared, or set, in a way that cannot work; the message says what would. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';
}

/**
 * Refuses declarations that contradict themselves, so that the mistake shows when the file is read and not when
 * somebody moves a slider.
 *
 * @throws ParameterError
 */
export function checkParameters(parameters: Parameters): void {
  if (typeof parameters !== 'object' || parameters === null) {
    throw new ParameterError('parameters must be an object: { loss: { default: 0.02, range: [0, 0.3] } }');
  }
  for (const [name, parameter] of Object.entries(parameters)) {
    if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) {
      throw new ParameterError(
        `the parameter ${JSON.stringify(name)} needs a name of letters, digits, '-' and '_'`,
      );
    }
    if (typeof parameter !== 'object' || parameter === null || !('default' in parameter)) {
      throw new ParameterError(`the parameter '${name}' needs a default: { default: 0.02, range: [0, 0.3] }`);
    }
    if ('range' in parameter && 'values' in parameter) {
      throw new ParameterError(`the parameter '${name}' has both a range and values; keep one of them`);
    }
    if (!('range' in parameter) && !('values' in parameter) && typeof parameter.default !== 'boolean') {
      throw new ParameterError(
        `the parameter '${name}' needs what it can be: a range such as [0, 10], or values such as ['a', 'b']`,
      );
    }
    if ('range' in parameter) checkRange(name, parameter);
    checkValue(name, parameter, parameter.default);
  }
}

function checkRange(name: string, parameter: NumberParameter | DurationParameter): void {
  const { range } = parameter;
  if (!Array.isArray(range) || range.length !== 2) {
    throw new ParameterError(`the range of the parameter '${name}' must be [least, greatest]`);
  }
  const [least, greatest] = range.map((bound: number | Duration) => magnitude(name, parameter, bound));
  if (!(least! <= greatest!)) {
    throw new ParameterError(
      `the range of the parameter '${name}' ends (${range[1]}) before it begins (${range[0]})`,
    );
  }
}

/** A number for comparing: of a duration its microseconds. */
function magnitude(name: string, parameter: NumberParameter | DurationParameter, value: unknown): number {
  if (typeof parameter.default === 'string') {
    try {
      return parseDuration(value as Duration, `the parameter '${name}'`);
    } catch (error) {
      if (error instanceof DurationError) throw new ParameterError(error.message);
      throw error;
    }
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new ParameterError(`the parameter '${name}' must be a number, not ${JSON.stringify(value)}`);
  }
  return value;
}

function checkValue(name: string, parameter: Parameter, value: unknown): void {
  if ('values' in parameter) {
    if (!parameter.values.some((allowed) => allowed === value)) {
      throw new ParameterError(
        `the parameter '${name}' is ${JSON.stringify(value)}; it can be ${parameter.values.map((allowed) => JSON.stringify(allowed)).join(', ')}`,
      );
    }
    return;
  }
  if ('range' in parameter) {
    const size = magnitude(name, parameter, value);
    const [least, greatest] = parameter.range;
    if (size < magnitude(name, parameter, least) || size > magnitude(name, parameter, greatest)) {
      throw new ParameterError(
        `the parameter '${name}' is ${value}; it can be ${least} to ${greatest}${unitOf(parameter)}`,
      );
    }
    if ('whole' in parameter && parameter.whole === true && !Number.isInteger(size)) {
      throw new ParameterError(
        `the parameter '${name}' is ${value}; it must be a whole number${unitOf(parameter)}`,
      );
    }
    return;
  }
  if (typeof value !== 'boolean') {
    throw new ParameterError(`the parameter '${name}' is ${JSON.stringify(value)}; it can be true or false`);
  }
}

function unitOf(parameter: Parameter): string {
  return 'unit' in parameter && parameter.unit !== undefined ? ` ${parameter.unit}` : '';
}

/**
 * The values of one run: the defaults, and what was set instead.
 *
 * @param set values of their own type, or as text from a command line (`'0.05'`, `'true'`).
 * @throws ParameterError for a name that was not declared and for a value out of bounds.
 */
export function resolveParameters<P extends Parameters>(
  parameters: P,
  set: Readonly<Record<string, ParameterValue>> = {},
): ParameterValues<P> {
  const resolved: Record<string, ParameterValue> = {};
  for (const [name, parameter] of Object.entries(parameters)) resolved[name] = parameter.default;
  for (const [name, given] of Object.entries(set)) {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) {
      const known = Object.keys(parameters);
      throw new ParameterError(
        `there is no parameter '${name}'; ${known.length === 0 ? 'this scenario declares none' : `this scenario has ${known.join(', ')}`}`,
      );
    }
    const value = typeof given === 'string' ? fromText(parameter, given) : given;
    checkValue(name, parameter, value);
    resolved[name] = value;
  }
  return Object.freeze(resolved) as ParameterValues<P>;
}

/** Text that cannot be read as the kind of the parameter stays text, and is refused as such. */
function fromText(parameter: Parameter, text: string): ParameterValue {
  if ('values' in parameter) return parameter.values.find((allowed) => `${allowed}` === text) ?? text;
  if (typeof parameter.default === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (typeof parameter.default === 'string') return text;
  const read = Number(text);
  return text.trim() === '' || Number.isNaN(read) ? text : read;
}
