/**
 * From what stands in the editor to what the engine runs: types are left out, every line stays where it is. The command line leaves
 * types out as well and nothing more, so what is more than types is refused here as it is there.
 */
import { typescriptLanguage } from '@codemirror/lang-javascript';
import type { SyntaxNode, Tree } from '@lezer/common';
import { transform } from 'sucrase';

/** What is wrong with a source, and where; line and column count from 1. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column = 1) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** What `mqtt-amber` exports: true for values, false for what is only a type. */
export type ExportedNames = ReadonlyMap<string, boolean>;

const PACKAGE = 'mqtt-amber';
const MORE_THAN_TYPES =
  'this TypeScript is more than types (an enum, a namespace, a parameter property); types are only left out here, so write it in plain JavaScript';

/** @throws SourceError */
export function compile(source: string, exported: ExportedNames): string {
  const code = strip(source);
  const tree = typescriptLanguage.parser.parse(source);
  checkImports(source, tree, exported);
  checkErased(source, code);
  return code;
}

function strip(source: string): string {
  try {
    return transform(source, {
      transforms: ['typescript'],
      disableESTransforms: true,
      // As it is on the command line: an import of a type has to say so.
      keepUnusedImports: true,
    }).code;
  } catch (error) {
    const { message, loc } = error as { message?: string; loc?: { line: number; column: number } };
    const text = `${message ?? error}`.replace(/^Error transforming.*?: /, '').replace(/ \(\d+:\d+\)$/, '');
    throw new SourceError(text, loc?.line ?? 1, (loc?.column ?? 0) + 1);
  }
}

function checkImports(source: string, tree: Tree, exported: ExportedNames): void {
  const refuse = (node: SyntaxNode, message: string): never => {
    const { line, column } = placeIn(source, node.from);
    throw new SourceError(message, line, column);
  };
  const textOf = (node: SyntaxNode): string => source.slice(node.from, node.to);
  tree.iterate({
    enter({ name, node }) {
      if (/^(Enum|Namespace)Declaration$/.test(name) && node.parent?.name !== 'AmbientDeclaration')
        refuse(node, MORE_THAN_TYPES);
      if (name === 'DynamicImport')
        refuse(node, 'import() is not available in a story: import at the top of the module');
      if (name !== 'ImportDeclaration' && name !== 'ExportDeclaration') return;
      const from = node.getChild('String');
      if (from === null) return;
      const specifier = textOf(from).slice(1, -1);
      if (specifier !== PACKAGE) {
        refuse(from, `it imports '${specifier}'; in the page a story can import '${PACKAGE}' alone`);
      }
      if (name === 'ImportDeclaration') checkNames(node);
    },
  });

  function checkNames(declaration: SyntaxNode): void {
    const group = declaration.getChild('ImportGroup');
    if (group === null || declaration.getChild('type') !== null) return;
    let asType = false;
    let renames = false;
    for (let child = group.firstChild; child !== null; child = child.nextSibling) {
      if (child.name === 'type') asType = true;
      else if (child.name === 'as') renames = true;
      else if (child.name === ',' || child.name === '{') asType = renames = false;
      else if (child.name === 'VariableDefinition' || child.name === 'VariableName') {
        // Behind `as` stands the name of the story's own.
        if (!renames && !asType) checkName(child);
      }
    }
  }

  function checkName(node: SyntaxNode): void {
    const name = textOf(node);
    const value = exported.get(name);
    if (value === undefined) refuse(node, `${PACKAGE} exports nothing that is called ${name}`);
    if (value === false) refuse(node, `${name} is a type: import { type ${name} } from '${PACKAGE}'`);
  }
}

/** Types that are left out leave less of their line, never more: enums and parameter properties become code. */
function checkErased(source: string, code: string): void {
  const before = source.split('\n');
  const after = code.split('\n');
  for (const [index, line] of after.entries()) {
    if (!isWithin(line, before[index] ?? '')) {
      throw new SourceError(MORE_THAN_TYPES, index + 1);
    }
  }
}

/** All characters of `part` stand in `whole`, in their order. */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (const character of part) {
    at = whole.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** Counted from 1. */
function placeIn(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
