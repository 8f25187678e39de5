/** Plain values as TypeScript that a person would have written. */

/** Columns of a line, unless a single word is longer. */
export const LINE_WIDTH = 100;
const INDENT = '  ';
/** From here on, digits are written in threes. */
const LONG_NUMBER = 10_000;

/** A name of the program, among values. */
export class Identifier {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * A call, with its last argument broken open where the line is too short.
 *
 * @param column where it begins.
 */
export function callText(callee: string, args: readonly unknown[], depth: number, column: number): string {
  const last = args.at(-1);
  const before = args.slice(0, -1).map((each) => `${inline(each)}, `);
  const head = `${callee}(${before.join('')}`;
  return `${head}${args.length === 0 ? '' : literal(last, depth, column + head.length + 2)})`;
}

/**
 * @param column where the value begins, and `depth` how far its lines are indented.
 * @throws TypeError for what is neither text, number, truth, bytes, a list nor an object of such.
 */
export function literal(value: unknown, depth = 0, column = depth * INDENT.length): string {
  const flat = inline(value);
  if (column + flat.length < LINE_WIDTH || !isNested(value)) return flat;
  const inner = INDENT.repeat(depth + 1);
  const entries = Array.isArray(value)
    ? value.map((each) => `${inner}${literal(each, depth + 1)}`)
    : entriesOf(value).map(([name, each]) => {
        const head = `${inner}${name}: `;
        return `${head}${literal(each, depth + 1, head.length)}`;
      });
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${entries.map((entry) => `${entry},\n`).join('')}${INDENT.repeat(depth)}${close}`;
}

/** In single quotes where it has none itself. */
export function quotedText(text: string): string {
  const double = JSON.stringify(text);
  return text.includes("'") ? double : `'${double.slice(1, -1).replaceAll('\\"', '"')}'`;
}

function inline(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quotedText(value);
    case 'number':
      return numberText(value);
    case 'boolean':
      return `${value}`;
    case 'object':
      break;
    default:
      throw new TypeError(`a ${typeof value} cannot be written down`);
  }
  if (value instanceof Identifier) return value.text;
  if (value instanceof Uint8Array) return `new Uint8Array([${value.join(', ')}])`;
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  const entries = entriesOf(value).map(([name, each]) => `${name}: ${inline(each)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function entriesOf(value: unknown): [name: string, value: unknown][] {
  const prototype = value === null ? null : Object.getPrototypeOf(value);
  if (prototype !== Object.prototype) throw new TypeError('an object of a class cannot be written down');
  return Object.entries(value as object)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => [/^[A-Za-z_$][\w$]*$/.test(name) ? name : quotedText(name), each]);
}

function isNested(value: unknown): boolean {
  if (typeof value !== 'object') return false;
  return !(value instanceof Uint8Array || value instanceof Identifier);
}

function numberText(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) < LONG_NUMBER) return `${value}`;
  return `${value}`.replace(/\B(?=(\d{3})+$)/g, '_');
}
