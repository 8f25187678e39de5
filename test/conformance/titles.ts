/**
 * The titles of the tests in a file, read from its source: those that stand there, and those that a table or a loop over a table
 * makes. What is not in the source as it stands (a call, a value from elsewhere) reads as an ellipsis.
 */
import { parseAst } from 'vite';

interface Node {
  type: string;
  start: number;
  [field: string]: unknown;
}

/** What a name stands for where a title is built: a node of a table. */
type Names = ReadonlyMap<string, Node>;

export interface Title {
  /** The titles of the blocks around the test and its own, as vitest prints them. */
  text: string;
  line: number;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** A test that is never run, or only where a program is installed, proves nothing. */
const CONDITIONAL = new Set(['skip', 'todo', 'fails', 'skipIf', 'runIf']);

/** `it`, `it.each(table)`, `describe.skip`: the name it begins with, what modifies it, and the table. */
function callee(node: Node): { name: string; modifiers: string[]; table?: Node } {
  const modifiers: string[] = [];
  let table: Node | undefined;
  let at = node;
  while (at.type === 'MemberExpression' || at.type === 'CallExpression') {
    if (at.type === 'CallExpression') {
      table = (at.arguments as Node[])[0];
      at = at.callee as Node;
    } else {
      modifiers.push((at.property as { name?: string }).name ?? '');
      at = at.object as Node;
    }
  }
  const name = at.type === 'Identifier' ? (at.name as string) : '';
  return table === undefined ? { name, modifiers } : { name, modifiers, table };
}

class TitleReader {
  readonly titles: Title[] = [];
  readonly #text: string;
  readonly #constants = new Map<string, Node>();
  readonly #calls = new Map<string, Node[][]>();

  constructor(text: string, program: Node, tables: readonly Node[]) {
    this.#text = text;
    for (const table of tables) this.#collect(table);
    this.#calls.clear();
    this.#collect(program);
    this.#visit(program, [new Map()], ['']);
  }

  /** What every `const` holds, and what every function is called with. */
  #collect(node: Node): void {
    if (node.type === 'VariableDeclarator' && isNode(node.init)) {
      this.#constants.set((node.id as { name?: string }).name ?? '', node.init);
    }
    if (node.type === 'CallExpression') {
      const name = (node.callee as { name?: string }).name ?? '';
      this.#calls.set(name, [...(this.#calls.get(name) ?? []), node.arguments as Node[]]);
    }
    for (const child of this.#children(node)) this.#collect(child);
  }

  /** `scopes`: every way in which the names of the loops and functions around can be filled. `titles`: those of the blocks around. */
  #visit(node: Node, scopes: readonly Names[], titles: readonly string[]): void {
    let inner = scopes;
    if (node.type === 'ForOfStatement') {
      const declared = (node.left as { declarations?: { id: Node }[] }).declarations?.[0]?.id;
      if (declared !== undefined) {
        inner = scopes.flatMap((names) => {
          const rows = this.#rows(node.right as Node, names);
          return rows.length === 0 ? [names] : rows.map((row) => this.#bind(declared, row, names));
        });
      }
    }
    if (node.type === 'FunctionDeclaration') {
      const calls = this.#calls.get((node.id as { name: string }).name) ?? [];
      inner = scopes.flatMap((names) =>
        calls.map((values) =>
          (node.params as Node[]).reduce(
            (bound: Names, param, i) =>
              values[i] === undefined ? bound : this.#bind(param, values[i], bound),
            names,
          ),
        ),
      );
    }
    if (node.type === 'CallExpression') {
      const { name, modifiers, table } = callee(node.callee as Node);
      const [title] = node.arguments as Node[];
      const test = name === 'it' || name === 'test';
      // `it.each(table)` alone only makes what is then called with a title.
      const half =
        (node.callee as Node).type === 'MemberExpression' && /^(each|skipIf|runIf)$/.test(modifiers[0]!);
      if ((test || name === 'describe') && title !== undefined && !half) {
        if (modifiers.some((modifier) => CONDITIONAL.has(modifier))) return;
        const own = this.#titles(title, scopes, modifiers.includes('each') ? table : undefined);
        const all = titles.flatMap((around) => own.map((text) => `${around} ${text}`.trim()));
        if (test) {
          const line = this.#text.slice(0, node.start).split('\n').length;
          this.titles.push(...all.map((text) => ({ text, line })));
          return;
        }
        for (const child of this.#children(node)) this.#visit(child, inner, all);
        return;
      }
    }
    for (const child of this.#children(node)) this.#visit(child, inner, titles);
  }

  /** A title with every filling of its names and, with `it.each`, every row of its table. */
  #titles(title: Node, scopes: readonly Names[], table: Node | undefined): string[] {
    const texts = scopes.flatMap((names) => {
      const text = this.#textOf(title, names);
      if (table === undefined) return [text];
      const rows = this.#rows(table, names);
      return rows.length === 0 ? [text] : rows.map((row) => this.#formatted(text, row, names));
    });
    return [...new Set(texts)];
  }

  /** vitest's own formats: `%s` takes the next value, `$2` the third, `$name` a property. */
  #formatted(text: string, row: Node, names: Names): string {
    const values = row.type === 'ArrayExpression' ? (row.elements as Node[]) : [row];
    let next = 0;
    return text
      .replace(/%[sdifjoOc%]/g, (format) => (format === '%%' ? '%' : this.#textOf(values[next++], names)))
      .replace(/\$(\w+)/g, (format, key: string) => {
        if (/^\d+$/.test(key)) return this.#textOf(values[Number(key)], names);
        return row.type === 'ObjectExpression' ? this.#textOf(this.#property(row, key), names) : format;
      });
  }

  #textOf(node: Node | undefined, names: Names): string {
    const at = this.#resolved(node, names);
    if (at?.type === 'Literal') return String(at.value);
    if (at?.type === 'TemplateLiteral') {
      const quasis = at.quasis as { value: { cooked: string } }[];
      return quasis
        .map(
          (quasi, i) =>
            quasi.value.cooked +
            (i < quasis.length - 1 ? this.#textOf((at.expressions as Node[])[i], names) : ''),
        )
        .join('');
    }
    return '…';
  }

  /** The rows of a table: of an array, or of Object.entries of an object. */
  #rows(node: Node, names: Names): Node[] {
    const at = this.#resolved(node, names);
    if (at?.type === 'ArrayExpression') return (at.elements as (Node | null)[]).filter(isNode);
    if (at?.type !== 'CallExpression') return [];
    const called = (at.callee as Node).property as { name?: string } | undefined;
    if (called?.name !== 'entries') return [];
    const object = this.#resolved((at.arguments as Node[])[0], names);
    if (object?.type !== 'ObjectExpression') return [];
    return this.#entries(object, names);
  }

  /** Those of an object that is spread into it are among them. */
  #entries(object: Node, names: Names): Node[] {
    return (object.properties as Node[]).flatMap((property) => {
      if (property.type === 'SpreadElement') {
        const spread = this.#resolved(property.argument as Node, names);
        return spread?.type === 'ObjectExpression' ? this.#entries(spread, names) : [];
      }
      const key = property.key as Node;
      const literal = key.type === 'Identifier' ? { ...key, type: 'Literal', value: key.name } : key;
      return [{ type: 'ArrayExpression', start: property.start, elements: [literal, property.value] }];
    });
  }

  #bind(pattern: Node, row: Node, names: Names): Names {
    const bound = new Map(names);
    if (pattern.type === 'Identifier') bound.set(pattern.name as string, this.#resolved(row, names) ?? row);
    const value = this.#resolved(row, names);
    if (pattern.type === 'ArrayPattern' && value?.type === 'ArrayExpression') {
      for (const [i, element] of (pattern.elements as (Node | null)[]).entries()) {
        const item = (value.elements as Node[])[i];
        if (element?.type === 'Identifier' && item !== undefined) bound.set(element.name as string, item);
      }
    }
    if (pattern.type === 'ObjectPattern' && value?.type === 'ObjectExpression') {
      for (const { key } of pattern.properties as { key?: { name: string } }[]) {
        const item = key && this.#property(value, key.name);
        if (key && item) bound.set(key.name, item);
      }
    }
    return bound;
  }

  #property(object: Node, name: string): Node | undefined {
    const found = (object.properties as Node[]).find((property) => (property.key as Node)?.name === name);
    return found?.value as Node | undefined;
  }

  /** Follows names and members to what they stand for, and leaves types aside. */
  #resolved(node: Node | undefined, names: Names): Node | undefined {
    let at = node;
    for (let steps = 0; at !== undefined && steps < 16; steps++) {
      if (/^TS(As|Satisfies|NonNull)/.test(at.type) || at.type === 'ParenthesizedExpression') {
        at = at.expression as Node;
      } else if (at.type === 'Identifier') {
        at = names.get(at.name as string) ?? this.#constants.get(at.name as string);
      } else if (at.type === 'MemberExpression' && at.computed === false) {
        const object = this.#resolved(at.object as Node, names);
        if (object?.type !== 'ObjectExpression') return undefined;
        at = this.#property(object, (at.property as { name: string }).name);
      } else {
        return at;
      }
    }
    return undefined;
  }

  #children(node: Node): Node[] {
    return Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]).filter(isNode));
  }
}

/**
 * The titles of the tests that run when vitest runs the file `path`, which holds `text`. `tables`: the texts of the files that it has its
 * tables from.
 */
export function titlesOf(path: string, text: string, tables: readonly string[] = []): Title[] {
  const parse = (source: string) => parseAst(source, { lang: 'ts' }, path) as unknown as Node;
  return new TitleReader(text, parse(text), tables.map(parse)).titles;
}
