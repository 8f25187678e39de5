/** Reads the sources of the package for what a story can say. Nobody keeps a list by hand that could be wrong. */
import { readFileSync } from 'node:fs';
import { parseAst } from 'vite';
import type { Api, ExportedName, Member, TypeShape } from '../../playground/api.ts';

/** As the parser gives it. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  // biome-ignore lint/suspicious/noExplicitAny: each type of node has fields of its own
  readonly [field: string]: any;
}

interface Source {
  readonly url: URL;
  readonly text: string;
  /** Of the top of the module, by name. */
  readonly declared: ReadonlyMap<string, Node>;
  /** Where an imported or re-exported name comes from. */
  readonly imported: ReadonlyMap<string, { url: URL; name: string }>;
}

const DOC_CHARACTERS_MAX = 320;

/** @param index the source of the package, `src/index.ts` */
export function readApi(index: URL): Api {
  return new Reader().read(index);
}

class Reader {
  readonly #sources = new Map<string, Source>();
  readonly #types = new Map<string, TypeShape>();

  read(index: URL): Api {
    const source = this.#source(index);
    const exports: ExportedName[] = [];
    for (const [name, from] of source.imported) {
      const found = this.#resolve(name, source);
      if (found === undefined) throw new Error(`${from.url.href} has no ${name}`);
      exports.push(this.#exported(name, found.node, found.source));
    }
    exports.sort((a, b) => (a.name < b.name ? -1 : 1));
    return { exports, types: Object.fromEntries(this.#types) };
  }

  #source(url: URL): Source {
    const known = this.#sources.get(url.href);
    if (known !== undefined) return known;
    const text = readFileSync(url, 'utf8');
    const declared = new Map<string, Node>();
    const imported = new Map<string, { url: URL; name: string }>();
    const program = parseAst(text, { lang: 'ts' }, url.pathname) as unknown as Node;
    for (const statement of program.body as Node[]) {
      if (
        /^(Import|ExportNamed)Declaration$/.test(statement.type) &&
        statement.source?.value?.startsWith('.')
      ) {
        const from = new URL(statement.source.value as string, url);
        for (const specifier of statement.specifiers as Node[]) {
          const own = (specifier.exported ?? specifier.local).name as string;
          const theirs = (statement.type === 'ImportDeclaration' ? specifier.imported : specifier.local)
            ?.name;
          imported.set(own, { url: from, name: (theirs as string | undefined) ?? own });
        }
        continue;
      }
      const node: Node = statement.declaration ?? statement;
      // Where the doc-comment stands.
      const placed = { ...node, start: statement.start };
      if (node.type === 'VariableDeclaration') {
        for (const each of node.declarations as Node[])
          declared.set(each.id.name, { ...each, start: statement.start });
      } else if (typeof node.id?.name === 'string') {
        const before = declared.get(node.id.name);
        // An overloaded function is what its longest signature says, under the comment of its first; its body says nothing new.
        if (before === undefined) declared.set(node.id.name, placed);
        else if (node.type === 'TSDeclareFunction' && node.params.length > before.params.length) {
          declared.set(node.id.name, { ...placed, start: before.start });
        }
      }
    }
    const source = { url, text, declared, imported };
    this.#sources.set(url.href, source);
    return source;
  }

  #resolve(name: string, source: Source): { node: Node; source: Source } | undefined {
    const node = source.declared.get(name);
    if (node !== undefined) return { node, source };
    const from = source.imported.get(name);
    return from === undefined ? undefined : this.#resolve(from.name, this.#source(from.url));
  }

  #exported(name: string, node: Node, source: Source): ExportedName {
    const doc = docOf(node, source);
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'TSDeclareFunction':
        return { ...this.#callable(name, node, source, doc), value: true };
      case 'VariableDeclarator': {
        const arrow = node.init?.type === 'ArrowFunctionExpression';
        if (arrow) return { ...this.#callable(name, node.init, source, doc), value: true };
        const written = node.id.typeAnnotation?.typeAnnotation as Node | undefined;
        const type = written === undefined ? undefined : this.#typeOf(written, source, name);
        return { name, kind: 'property', detail: textOf(written, source), doc, value: true, ...named(type) };
      }
      case 'ClassDeclaration':
        return {
          name,
          kind: 'class',
          detail: '',
          doc,
          value: true,
          ...named(this.#shape(name, node, source)),
        };
      default:
        return {
          name,
          kind: 'type',
          detail: '',
          doc,
          value: false,
          ...named(this.#shape(name, node, source)),
        };
    }
  }

  #callable(name: string, node: Node, source: Source, doc: string, owner = ''): Member {
    const parameters = (node.params as Node[]).map((parameter) => {
      const inner: Node = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
      const written = inner.typeAnnotation?.typeAnnotation as Node | undefined;
      const title = (inner.name ?? inner.argument?.name ?? 'options') as string;
      const optional = inner.optional === true || parameter.type === 'AssignmentPattern';
      return { title, optional, rest: inner.type === 'RestElement', written };
    });
    const place = (title: string): string => `${owner === '' ? '' : `${owner}.`}${name} ${title}`;
    const takes = parameters.map(({ written, title }) =>
      written === undefined ? undefined : this.#typeOf(written, source, place(title)),
    );
    const hands = parameters.map(({ written, title }) =>
      written?.type !== 'TSFunctionType'
        ? undefined
        : (written.params as Node[]).map((each) =>
            each.typeAnnotation == null
              ? undefined
              : this.#typeOf(each.typeAnnotation.typeAnnotation, source, place(`${title} ${each.name}`)),
          ),
    );
    const returned = node.returnType?.typeAnnotation as Node | undefined;
    const type = returned === undefined ? undefined : this.#typeOf(returned, source, place('result'));
    const words = parameters.map(
      ({ title, optional, rest }) => `${rest ? '...' : ''}${title}${optional ? '?' : ''}`,
    );
    return {
      name,
      kind: 'function',
      detail: `(${words.join(', ')})`,
      doc,
      ...named(type),
      ...(takes.some((each) => each !== undefined) ? { takes } : {}),
      ...(hands.some((each) => each !== undefined) ? { hands } : {}),
    };
  }

  /** The name under which the type is known; undefined for what has nothing to complete. */
  #typeOf(node: Node, source: Source, place: string): string | undefined {
    switch (node.type) {
      case 'TSTypeReference': {
        const name = node.typeName.name as string;
        const inside = (node.typeArguments ?? node.typeParameters)?.params as Node[] | undefined;
        if (/^(Promise|Readonly|Partial|Required|Omit|Pick|NonNullable)$/.test(name)) {
          return inside?.[0] === undefined ? undefined : this.#typeOf(inside[0], source, place);
        }
        if (/^(ReadonlyArray|Array|Iterable|Iterator|IterableIterator|Generator|AsyncIterable)$/.test(name)) {
          return inside?.[0] === undefined ? undefined : this.#list(inside[0], source, place);
        }
        const found = this.#resolve(name, source);
        return found === undefined ? undefined : this.#shape(name, found.node, found.source);
      }
      case 'TSArrayType':
        return this.#list(node.elementType, source, place);
      case 'TSTypeOperator':
        return this.#typeOf(node.typeAnnotation, source, place);
      case 'TSTypeLiteral':
      case 'TSIntersectionType':
      case 'TSUnionType': {
        const rest =
          node.type === 'TSUnionType'
            ? (node.types as Node[]).filter(({ type }) => !/^TS(Undefined|Null)/.test(type))
            : [];
        if (rest.length === 1) return this.#typeOf(rest[0]!, source, place);
        return this.#keep(place, () => this.#shapeOf(node, source, place));
      }
      default:
        return undefined;
    }
  }

  #list(node: Node, source: Source, place: string): string | undefined {
    const each = this.#typeOf(node, source, place);
    if (each === undefined) return undefined;
    return this.#keep(`${each}[]`, () => ({ members: [], each }));
  }

  #shape(name: string, node: Node, source: Source): string | undefined {
    return this.#keep(name, () => this.#shapeOf(node, source, name));
  }

  /** What is empty is not kept. */
  #keep(name: string, make: () => TypeShape): string | undefined {
    if (!this.#types.has(name)) {
      // A type may speak of itself.
      this.#types.set(name, { members: [] });
      this.#types.set(name, make());
    }
    const { members, values, each } = this.#types.get(name)!;
    if (members.length > 0 || values !== undefined || each !== undefined) return name;
    return undefined;
  }

  #shapeOf(node: Node, source: Source, owner: string): TypeShape {
    switch (node.type) {
      case 'ClassDeclaration':
      case 'TSInterfaceDeclaration': {
        const parents = [
          node.superClass,
          ...((node.extends ?? []) as Node[]).map((each) => each.expression ?? each),
        ];
        const inherited = parents.flatMap((parent: Node | null | undefined) => {
          const found = parent?.name === undefined ? undefined : this.#resolve(parent.name, source);
          return found === undefined ? [] : this.#shapeOf(found.node, found.source, parent!.name).members;
        });
        const own = (node.body.body as Node[]).flatMap((each) => this.#member(each, source, owner));
        return { members: distinct([...own, ...inherited]), ...this.#iterated(node, source) };
      }
      case 'TSTypeAliasDeclaration':
        return this.#shapeOf(node.typeAnnotation, source, owner);
      case 'TSTypeLiteral':
        return {
          members: distinct((node.members as Node[]).flatMap((each) => this.#member(each, source, owner))),
        };
      case 'TSIntersectionType':
      case 'TSUnionType': {
        const types = node.types as Node[];
        const values = types.flatMap((each) =>
          each.type === 'TSLiteralType' && typeof each.literal.value === 'string'
            ? [each.literal.value as string]
            : [],
        );
        const members = types.flatMap((each) => {
          if (each.type === 'TSTypeLiteral') return this.#shapeOf(each, source, owner).members;
          const name = this.#typeOf(each, source, owner);
          if (name === owner || name === undefined) return [];
          values.push(...(this.#types.get(name)?.values ?? []));
          return this.#types.get(name)?.members ?? [];
        });
        return { members: distinct(members), ...(values.length > 0 ? { values } : {}) };
      }
      default: {
        const name = /^TS(TypeReference|TypeOperator|ArrayType)$/.test(node.type)
          ? this.#typeOf(node, source, owner)
          : undefined;
        return (name === undefined || name === owner ? undefined : this.#types.get(name)) ?? { members: [] };
      }
    }
  }

  /** What a loop over it gives. */
  #iterated(node: Node, source: Source): { each?: string } {
    for (const member of node.body.body as Node[]) {
      if (member.computed !== true || textOf(member.key, source) !== 'Symbol.iterator') continue;
      const returned = (member.value ?? member).returnType?.typeAnnotation as Node | undefined;
      const list = returned === undefined ? undefined : this.#typeOf(returned, source, 'iterated');
      const each = list === undefined ? undefined : this.#types.get(list)?.each;
      if (each !== undefined) return { each };
    }
    return {};
  }

  #member(node: Node, source: Source, owner: string): Member[] {
    const name = node.key?.name as string | undefined;
    const doc = docOf(node, source);
    const hidden = node.static === true || node.computed === true || node.key?.type === 'PrivateIdentifier';
    if (name === undefined || hidden || node.accessibility != null || node.kind === 'constructor') return [];
    if (/@internal/.test(commentOf(node, source))) return [];
    if (node.type === 'TSMethodSignature' || (node.type === 'MethodDefinition' && node.kind === 'method')) {
      return [this.#callable(name, node.value ?? node, source, doc, owner)];
    }
    if (node.kind === 'set') return [];
    const written = (node.kind === 'get' ? node.value.returnType : node.typeAnnotation)?.typeAnnotation as
      | Node
      | undefined;
    const type = written === undefined ? undefined : this.#typeOf(written, source, `${owner}.${name}`);
    return [{ name, kind: 'property', detail: textOf(written, source), doc, ...named(type) }];
  }
}

function named(type: string | undefined): { type?: string } {
  return type === undefined ? {} : { type };
}

function distinct(members: readonly Member[]): Member[] {
  const seen = new Set<string>();
  return members.filter(({ name }) => !seen.has(name) && seen.add(name));
}

function textOf(node: Node | undefined, { text }: Source): string {
  return node === undefined ? '' : text.slice(node.start, node.end).replace(/\s+/g, ' ');
}

function commentOf({ start }: Node, { text }: Source): string {
  return /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*$/.exec(text.slice(0, start))?.[1] ?? '';
}

function docOf(node: Node, source: Source): string {
  const words = commentOf(node, source)
    .replace(/^\s*\* ?/gm, '')
    .split(/^\s*@/m)[0]!
    .replace(/\{@link (\w+)\}/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  return words.length > DOC_CHARACTERS_MAX ? `${words.slice(0, DOC_CHARACTERS_MAX)}…` : words;
}
