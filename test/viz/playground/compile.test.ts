import { describe, expect, it } from 'vitest';
import { stripTypes } from '../../../src/host/typescript.ts';
import { compile, SourceError } from '../../../viz/playground/compile.ts';
import { galleryStories, lessonStories, otherStories } from '../../../viz/playground/stories.ts';
import { readApi } from '../../../viz/site/build/api.ts';

const api = readApi(new URL('../../../src/index.ts', import.meta.url));
const exported = new Map(api.exports.map(({ name, value }) => [name, value]));

/** `line: message` of what is wrong. */
function fault(source: string): string {
  try {
    compile(source, exported);
  } catch (error) {
    if (error instanceof SourceError) return `${error.line}: ${error.message}`;
    throw error;
  }
  return 'nothing';
}

/** What is left is the same program, however much room the types have left. */
const dense = (code: string): string[] => code.split('\n').map((line) => line.replace(/[\s;]+/g, ''));

describe('a story of the playground', () => {
  it.each(
    [...galleryStories(), ...otherStories(), ...lessonStories()].map(({ name, source }) => [name, source]),
  )('%s is left without its types, line for line as the command line does it', (name, source) => {
    expect(dense(compile(source, exported))).toEqual(dense(stripTypes(source, `file:///${name}.ts`)));
  });

  it('keeps its lines whatever types stretch over them', () => {
    const source = [
      "import { type Link, scenario } from 'mqtt-amber';",
      'interface Reading {',
      '  at: number;',
      '}',
      'type Kinds =',
      "  | 'warm'",
      '  | Reading;',
      'const first = <T,>(all: T[]): T | undefined => all[0] satisfies unknown as T;',
      'export default scenario("x", async (sim) => { first<Kinds>([])!; });',
    ].join('\n');
    const lines = compile(source, exported).split('\n');
    expect(lines).toHaveLength(9);
    expect(lines.slice(1, 7).join('')).toBe('');
    expect(lines[8]).toContain('first([])');
  });

  it.each([
    ['a parenthesis that is missing', 'const a = (1;\n', '1: Unexpected token, expected ","'],
    [
      'another package',
      "\nimport a from 'lodash';",
      "2: it imports 'lodash'; in the page a story can import 'mqtt-amber' alone",
    ],
    [
      'a file beside it',
      "export * from './a.js';",
      "1: it imports './a.js'; in the page a story can import 'mqtt-amber' alone",
    ],
    [
      'a subpath',
      "import a from 'mqtt-amber/zoo';",
      "1: it imports 'mqtt-amber/zoo'; in the page a story can import 'mqtt-amber' alone",
    ],
    [
      'a name that is not exported',
      "import { scenari } from 'mqtt-amber';",
      '1: mqtt-amber exports nothing that is called scenari',
    ],
    [
      'a type alone',
      "import {\n  ClientSettings,\n} from 'mqtt-amber';",
      "2: ClientSettings is a type: import { type ClientSettings } from 'mqtt-amber'",
    ],
    [
      'a dynamic import',
      "\n\nawait import('mqtt-amber');",
      '3: import() is not available in a story: import at the top of the module',
    ],
    ['an enum', '\nenum A { B }', expect.stringMatching(/^2: this TypeScript is more than types/)],
    [
      'a namespace',
      '\nnamespace A { export const b = 1; }',
      expect.stringMatching(/^2: this TypeScript is more than types/),
    ],
    [
      'a parameter property',
      'class A {\n  constructor(private b: number) {}\n}',
      expect.stringMatching(/^2: this TypeScript is more than types/),
    ],
  ])('is refused for %s, at its line', (_, source, expected) => {
    expect(fault(source)).toEqual(expected);
  });

  it.each([
    [
      'types that say so',
      "import { type ClientSettings, scenario } from 'mqtt-amber';\nimport type { Link } from 'mqtt-amber';",
    ],
    ['names of its own', "import { scenario as ClientSettings } from 'mqtt-amber';"],
    ['a declared namespace', 'declare namespace A { const b: number; }\ndeclare const enum B { C }'],
    ['the word enum in a text', "const a = 'enum A { B }'; // namespace A {}"],
  ])('may have %s', (_, source) => {
    expect(fault(source)).toBe('nothing');
  });
});
