/** What the editor offers where one types: members of handles, options of calls, and what `mqtt-amber` exports. */
import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippetCompletion,
} from '@codemirror/autocomplete';
import { ensureSyntaxTree, syntaxTree } from '@codemirror/language';
import type { EditorState } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { SyntaxNode, Tree } from '@lezer/common';
import type { Api, ExportedName, Member } from './api.ts';

/** What is being typed is parsed to its end before it is looked at; a story of a thousand lines takes a tenth of this. */
const PARSE_MILLIS = 500;
/** A type may speak of itself, and so may a variable. */
const DEPTH_MAX = 12;

export function completionsOf(api: Api): (context: CompletionContext) => CompletionResult | null {
  return (context) => new Place(api, context.state).complete(context);
}

class Place {
  readonly #api: Api;
  readonly #state: EditorState;
  readonly #tree: Tree;

  constructor(api: Api, state: EditorState) {
    this.#api = api;
    this.#state = state;
    this.#tree = ensureSyntaxTree(state, state.doc.length, PARSE_MILLIS) ?? syntaxTree(state);
  }

  complete(context: CompletionContext): CompletionResult | null {
    const word = context.matchBefore(/[\w$]*/)!;
    const node = this.#tree.resolveInner(context.pos, -1);
    if (/Comment|^RegExp$/.test(node.name)) return null;
    if (/^(String|TemplateString)$/.test(node.name)) return this.#values(node, context.pos);
    const before = this.#text(word.from - 1, word.from);
    if (before === '.') return this.#members(word.from);
    const options = this.#options(node);
    if (options !== undefined) return options.length === 0 ? null : { from: word.from, options };
    if (word.from === word.to && !context.explicit) return null;
    return { from: word.from, options: this.#exports(), validFor: /^[\w$]*$/ };
  }

  /** Behind a dot. */
  #members(from: number): CompletionResult | null {
    const member = this.#tree.resolveInner(from, -1);
    const object = (member.name === '.' ? member.parent : member)?.firstChild;
    const type = object == null ? undefined : this.#typeOf(object, 0);
    const members = type === undefined ? [] : (this.#api.types[type]?.members ?? []);
    if (members.length === 0) return null;
    return { from, options: inOrder(members.map(asCompletion)), validFor: /^[\w$]*$/ };
  }

  /** Within the braces of an argument: what is not said yet. */
  #options(node: SyntaxNode): Completion[] | undefined {
    const object =
      node.name === 'ObjectExpression' ? node : node.name === 'PropertyDefinition' ? node.parent : undefined;
    const within =
      object ??
      (node.parent?.name === 'Property' && node.name === 'PropertyDefinition' ? node.parent.parent : null);
    const expression = within?.name === 'Property' ? within.parent : within;
    if (expression?.name !== 'ObjectExpression') return undefined;
    // Behind a colon stands a value.
    if (node.name === ':' || /:\s*$/.test(this.#text(expression.from, node.to))) return undefined;
    const type = this.#wanted(expression, 0);
    const members = type === undefined ? [] : (this.#api.types[type]?.members ?? []);
    const said = new Set(
      expression.getChildren('Property').map((property) => {
        const name = property.getChild('PropertyDefinition');
        return name === null || name === node ? '' : this.#text(name.from, name.to);
      }),
    );
    return inOrder(members.filter(({ name }) => !said.has(name)).map(asOption));
  }

  /** Within quotes: one of a few texts. */
  #values(string: SyntaxNode, pos: number): CompletionResult | null {
    const type = this.#wanted(string, 0);
    const values = type === undefined ? undefined : this.#api.types[type]?.values;
    if (values === undefined || pos <= string.from) return null;
    return {
      from: string.from + 1,
      options: values.map((label) => ({ label, type: 'constant' })),
      validFor: /^[\w-]*$/,
    };
  }

  /** The type that is wanted where an expression stands. */
  #wanted(expression: SyntaxNode, depth: number): string | undefined {
    const { parent } = expression;
    if (parent === null || depth > DEPTH_MAX) return undefined;
    if (parent.name === 'ArgList' && parent.parent !== null) {
      const callee = parent.parent.firstChild;
      const member = callee === null ? undefined : this.#memberOf(callee, depth + 1);
      return member?.takes?.[placeAmong(parent, expression)] ?? undefined;
    }
    if (parent.name === 'Property' && parent.parent !== null) {
      const name = parent.getChild('PropertyDefinition');
      const type = this.#wanted(parent.parent, depth + 1);
      if (name === null || type === undefined) return undefined;
      return this.#memberNamed(type, this.#text(name.from, name.to))?.type;
    }
    return undefined;
  }

  /** What is called, or read. */
  #memberOf(node: SyntaxNode, depth: number): Member | undefined {
    if (node.name === 'VariableName') {
      const name = this.#text(node.from, node.to);
      return this.#api.exports.find((each) => each.value && each.name === name);
    }
    if (node.name !== 'MemberExpression') return undefined;
    const property = node.getChild('PropertyName');
    const type = node.firstChild === null ? undefined : this.#typeOf(node.firstChild, depth + 1);
    return property === null || type === undefined
      ? undefined
      : this.#memberNamed(type, this.#text(property.from, property.to));
  }

  #typeOf(node: SyntaxNode, depth: number): string | undefined {
    if (depth > DEPTH_MAX) return undefined;
    switch (node.name) {
      case 'VariableName':
        return this.#typeOfVariable(this.#text(node.from, node.to), node.from, depth + 1);
      case 'MemberExpression': {
        const indexed = node.getChild('[') !== null && node.firstChild !== null;
        if (!indexed) return this.#memberOf(node, depth + 1)?.type;
        return this.#eachOf(this.#typeOf(node.firstChild!, depth + 1));
      }
      case 'CallExpression':
        return node.firstChild === null ? undefined : this.#memberOf(node.firstChild, depth + 1)?.type;
      case 'AwaitExpression':
      case 'UnaryExpression':
      case 'ParenthesizedExpression':
      case 'PostfixExpression': {
        const inner = node.name === 'PostfixExpression' ? node.firstChild : node.lastChild;
        const expression = inner?.name === ')' ? inner.prevSibling : inner;
        return expression == null ? undefined : this.#typeOf(expression, depth + 1);
      }
      default:
        return undefined;
    }
  }

  /** The nearest declaration above decides; scopes are left aside, for stories are short. */
  #typeOfVariable(name: string, before: number, depth: number): string | undefined {
    let nearest: SyntaxNode | undefined;
    this.#tree.iterate({
      to: before,
      enter: ({ name: kind, node }) => {
        if (kind === 'VariableDefinition' && this.#text(node.from, node.to) === name) nearest = node;
      },
    });
    const parent = nearest?.parent;
    if (nearest === undefined || parent == null) return undefined;
    if (parent.name === 'VariableDeclaration') {
      const value = nextExpression(nearest);
      return value === undefined ? undefined : this.#typeOf(value, depth);
    }
    if (parent.name === 'ForOfSpec') {
      const list = parent.getChild('of')?.nextSibling;
      return list == null ? undefined : this.#eachOf(this.#typeOf(list, depth));
    }
    if (parent.name === 'ParamList' || parent.name === 'ArrowFunction')
      return this.#typeOfParameter(nearest, depth);
    return undefined;
  }

  /** The script of a scenario is handed the simulation, a callback what its call hands it. */
  #typeOfParameter(parameter: SyntaxNode, depth: number): string | undefined {
    const list = parameter.parent!;
    const callback = list.name === 'ParamList' ? list.parent : list;
    const args = callback?.parent;
    if (callback == null || args?.name !== 'ArgList') return undefined;
    const callee = args.parent?.firstChild;
    const place = list.name === 'ParamList' ? placeAmong(list, parameter) : 0;
    if (callee?.name === 'VariableName' && this.#text(callee.from, callee.to) === 'scenario') {
      return place === 0 ? 'Simulation' : undefined;
    }
    const member = callee == null ? undefined : this.#memberOf(callee, depth);
    return member?.hands?.[placeAmong(args, callback)]?.[place] ?? undefined;
  }

  #eachOf(type: string | undefined): string | undefined {
    return type === undefined ? undefined : this.#api.types[type]?.each;
  }

  #memberNamed(type: string, name: string): Member | undefined {
    return this.#api.types[type]?.members.find((member) => member.name === name);
  }

  /** What is chosen is imported with it. */
  #exports(): Completion[] {
    const offered = this.#api.exports.filter(
      ({ value, name }) => value && !/^[A-Z]/.test(name) && name !== 'run',
    );
    return [...offered.map((each) => ({ ...asCompletion(each), apply: importing(each) })), scenarioSnippet];
  }

  #text(from: number, to: number): string {
    return this.#state.sliceDoc(Math.max(0, from), to);
  }
}

const scenarioSnippet = snippetCompletion(
  "export default scenario('#{A sentence}', async (sim) => {\n\tconst hub = sim.broker('hub');\n\t#{}\n});",
  { label: 'export default scenario', type: 'keyword', detail: 'a story', boost: -1 },
);

/** A call is completed with its parentheses; they are left out where it is only named. */
function asCompletion({ name, kind, detail, doc }: Member): Completion {
  return {
    label: name,
    type: kind === 'function' ? 'function' : 'property',
    detail: kind === 'function' ? detail : detail.slice(0, 40),
    ...(doc === '' ? {} : { info: doc }),
  };
}

/** As they stand in the sources, what is a handle's own before what all nodes have; the editor would sort them by their letters. */
function inOrder(options: readonly Completion[]): Completion[] {
  return options.map((option, index) => ({ ...option, boost: Math.max(-90, 40 - index) }));
}

function asOption(member: Member): Completion {
  return { ...asCompletion(member), apply: `${member.name}: ` };
}

/** Puts the name where one types, and into the import of the package if it is not there. */
function importing({
  name,
}: ExportedName): (view: EditorView, completion: Completion, from: number, to: number) => void {
  return (view, _completion, from, to) => {
    const { state } = view;
    const changes = [{ from, to, insert: name }];
    let group: SyntaxNode | null = null;
    syntaxTree(state).iterate({
      enter: ({ name: kind, node }) => {
        if (kind !== 'ImportDeclaration' || !/['"]mqtt-amber['"]/.test(state.sliceDoc(node.from, node.to)))
          return;
        if (!/^import\s+type\b/.test(state.sliceDoc(node.from, node.to)))
          group ??= node.getChild('ImportGroup');
      },
    });
    const found = group as SyntaxNode | null;
    if (found === null) changes.push({ from: 0, to: 0, insert: `import { ${name} } from 'mqtt-amber';\n` });
    else if (!new RegExp(`\\b${name}\\b`).test(state.sliceDoc(found.from, found.to))) {
      changes.push({ from: found.from + 1, to: found.from + 1, insert: ` ${name},` });
    }
    const moved = state.changes(changes).mapPos(to, 1);
    view.dispatch({ changes, selection: { anchor: moved }, userEvent: 'input.complete' });
  };
}

/** Counted in commas. */
function placeAmong(list: SyntaxNode, node: SyntaxNode): number {
  let place = 0;
  for (let child = list.firstChild; child !== null && child.from < node.from; child = child.nextSibling) {
    if (child.name === ',') place++;
  }
  return place;
}

/** Behind the `=` of a declaration. */
function nextExpression(definition: SyntaxNode): SyntaxNode | undefined {
  let passed = false;
  for (let node = definition.nextSibling; node !== null; node = node.nextSibling) {
    if (node.name === ',') return undefined;
    if (passed) return node;
    passed = node.name === 'Equals';
  }
  return undefined;
}
