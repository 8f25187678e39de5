/**
 * The build's part in the rules and the mutants of the engine: there they have names, and no words. What a rule means the page has from the
 * worker that judges what is shown, and what is wrong with a mutant, and where it was seen, is told by the command line and by docs/zoo.md:
 * nobody reads any of it in the engine, of which it would be five kilobytes.
 */
import { type Plugin, parseSync } from 'vite';

const RULES = /\/src\/check\/rules\/(\w+-)?rules\.ts$/;
const MUTANTS = /\/src\/zoo\/.*\.ts$/;
const ENGINE = 'engine-worker.ts';

export function unreadWords(): Plugin {
  let engine = false;
  return {
    name: 'amber-unread-words',
    buildStart({ input }) {
      engine = Object.values(input).some((path: string) => path.endsWith(ENGINE));
    },
    transform(code, id) {
      const names = unreadOf(id);
      return engine && names.length > 0 ? { code: withoutWords(code, names), map: null } : undefined;
    },
  };
}

/** The properties of objects in a module that are words. */
function unreadOf(id: string): readonly string[] {
  if (RULES.test(id)) return ['meaning'];
  return MUTANTS.test(id) ? ['wrong', 'seen'] : [];
}

/** The text of a module, with an empty text or list where an object has one of these properties. */
export function withoutWords(text: string, names: readonly string[]): string {
  let bare = text;
  // From behind, so that what stands before keeps its place.
  for (const { type, start, end } of valuesIn(parseSync('module.ts', text).program, names).reverse())
    bare = `${bare.slice(0, start)}${type === 'ArrayExpression' ? '[]' : "''"}${bare.slice(end)}`;
  return bare;
}

interface Expression {
  type: string;
  start: number;
  end: number;
  value?: unknown;
  elements?: readonly Expression[];
}

/** The texts and lists of texts that are values of these properties, in the order in which they stand there. */
function valuesIn(node: unknown, names: readonly string[]): Expression[] {
  if (typeof node !== 'object' || node === null) return [];
  if ('type' in node && node.type === 'Property') {
    const { key, value } = node as unknown as { key: { name?: string }; value: Expression };
    if (names.includes(key.name ?? '') && isWords(value)) return [value];
  }
  return Object.values(node).flatMap((child) => valuesIn(child, names));
}

/** What a program might do something with is left to it. */
function isWords({ type, value, elements }: Expression): boolean {
  if (type === 'ArrayExpression') return elements!.every(isWords);
  return type === 'Literal' && typeof value === 'string';
}
