/**
 * The table "Where does a line belong?" of docs/architecture.md, as a test: it reads every import and every
 * global name of the sources, and says which rule a line breaks.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vite';
import { describe, expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** What a layer may import: prefixes of paths below the root, names of packages, and `node:` for all of Node. */
const layers: Readonly<Record<string, readonly string[]>> = {
  'src/collections': [],
  'src/stream': [],
  'src/mqtt': ['src/collections', 'src/stream'],
  'src/websocket': ['src/stream'],
  'src/dialogue': ['src/mqtt/codec'],
  'src/trace': ['src/mqtt/codec'],
  'src/check': ['src/trace', 'src/mqtt/codec', 'src/mqtt/topic', 'src/collections'],
  'src/sim': [
    'src/collections',
    'src/mqtt',
    'src/websocket',
    'src/stream',
    'src/trace',
    'seedrandom/lib/alea.js',
  ],
  'src/zoo': ['src/mqtt', 'src/sim', 'src/check'],
  'src/scenario': [
    'src/collections',
    'src/stream',
    'src/sim',
    'src/check',
    'src/trace',
    'src/dialogue',
    'src/mqtt',
  ],
  'src/runner/run.ts': ['src/scenario', 'src/sim', 'src/check', 'src/trace', 'src/mqtt'],
  'src/host': [
    'src/runner/run.ts',
    'src/zoo',
    'src/scenario',
    'src/sim',
    'src/check',
    'src/trace',
    'src/mqtt',
    'node:',
    '@swc/wasm-typescript',
    'abstract-level',
  ],
  'src/runner': [
    'src/host',
    'src/scenario',
    'src/sim',
    'src/check',
    'src/trace',
    'src/mqtt',
    'node:worker_threads',
    'node:fs',
  ],
  'src/campaign': ['src/host', 'src/runner', 'src/sim', 'src/trace', 'node:', 'bullmq', 'ioredis'],
  'src/net': [
    'src/mqtt',
    'src/websocket',
    'src/stream',
    'src/dialogue',
    'src/trace',
    'node:',
    'ws',
    'classic-level',
  ],
  'src/adapters': [
    'src/host',
    'src/runner',
    'src/scenario',
    'src/sim',
    'src/trace',
    'src/mqtt',
    'node:',
    'vitest',
    'mqtt',
    'aedes',
    'aedes-persistence-level',
    'abstract-level',
    'ws',
  ],
  'src/cli': ['src', 'viz/index', 'viz/layout', 'viz/export', 'node:'],
  'src/index.ts': ['src'],
  'viz/index': ['src/trace', 'src/mqtt/codec', 'src/mqtt/topic', 'src/check'],
  'viz/layout': ['viz/index', 'src/trace', 'src/mqtt/codec', 'src/mqtt/topic', 'src/check'],
  'viz/filter': ['viz/index', 'viz/layout', 'src/trace', 'src/mqtt/codec', 'src/mqtt/topic'],
  'viz/export': [
    'viz/index',
    'viz/layout',
    'viz/filter',
    'viz/theme/palette.ts',
    'src/trace',
    'src/mqtt/codec',
  ],
  'viz/engine/build': ['src/host/typescript.ts', 'node:', 'vite'],
  'viz/engine': [
    'viz/source',
    'src/scenario',
    'src/sim',
    'src/trace',
    'src/check/lives',
    'src/mqtt/machine.ts',
    'src/runner/run.ts',
    'src/zoo',
    // What the command line puts around a script, as far as it is no more of Node than of a browser.
    'src/host/loading-world.ts',
    'src/host/replace.ts',
    'src/host/script-world.ts',
    'src/host/virtual-date.ts',
    'src/host/virtual-locale.ts',
    'src/host/virtual-random.ts',
    'src/host/virtual-timer.ts',
    'mqtt-amber',
  ],
  'viz/run': [
    'viz',
    'src/scenario',
    'src/sim',
    'src/trace',
    'src/runner/run-command.ts',
    'src/runner/run-link.ts',
    'lit',
  ],
  // What a build makes of the documents and of the sources, around the viewer.
  'viz/site/build': [
    'viz/site',
    'viz/playground/api.ts',
    'viz/export',
    'viz/theme/palette.ts',
    'viz/theme/drop.ts',
    'node:',
    'vite',
    'marked',
    '@codemirror/lang-javascript',
    '@lezer/highlight',
  ],
  'viz/playground/starters': ['mqtt-amber'],
  'viz/playground': [
    'viz/engine',
    'viz/layout/time-text.ts',
    'viz/theme',
    'viz/view/viewer.ts',
    'viz/source/problem.ts',
    'src/runner/run.ts',
    'src/scenario/parameters.ts',
    'src/trace/base64url.ts',
    'virtual:mqtt-amber-api',
    '@codemirror',
    '@lezer',
    'lit',
    'sucrase',
  ],
  viz: [
    'src/trace',
    'src/mqtt/codec',
    'src/mqtt/topic',
    'src/check',
    'src/scenario',
    'src/runner/run.ts',
    'd3',
    'lit',
    'vite',
  ],
  sims: ['mqtt-amber'],
  'sims/found': [
    'mqtt-amber',
    'aedes',
    'aedes-0.51',
    'aedes-1.1',
    'mqtt',
    'mqtt-4.3',
    'mqtt-5.3',
    'mqtt-5.5',
    'mqtt-5.8',
  ],
};

/** Layers that run unchanged in Node and in a browser, and draw no chance and no time from either. */
const pure = [
  'src/collections',
  'src/stream',
  'src/mqtt',
  'src/websocket',
  'src/dialogue',
  'src/trace',
  'src/check',
  'src/sim',
  'src/zoo',
  'src/scenario',
  'src/runner/run.ts',
  'src/index.ts',
  'viz/index',
  'viz/layout',
  'viz/filter',
  'viz/export',
];

const bannedGlobals = new Set([
  'Date',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
  'fetch',
  'process',
  'Buffer',
  'console',
  'performance',
  'crypto',
  'WeakRef',
  'FinalizationRegistry',
  'structuredClone',
  'Intl',
  'globalThis',
]);
const bannedMembers = new Set(['localeCompare', 'toLocaleString', 'toLocaleLowerCase', 'toLocaleUpperCase']);
const allowedMath = new Set([
  'abs',
  'min',
  'max',
  'floor',
  'ceil',
  'round',
  'trunc',
  'sign',
  'sqrt',
  'imul',
  'clz32',
]);

interface Node {
  type: string;
  start: number;
  [field: string]: unknown;
}

interface Source {
  path: string;
  text: string;
  program: Node;
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|mts)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

function read(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, program: parseAst(text, { lang: 'ts' }, path) as unknown as Node };
}

function* nodesOf(node: Node, parent?: Node, field?: string): Generator<[Node, Node | undefined, string]> {
  yield [node, parent, field ?? ''];
  for (const [name, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child && typeof child === 'object' && typeof (child as Node).type === 'string') {
        yield* nodesOf(child as Node, node, name);
      }
    }
  }
}

const line = (source: Source, node: Node) => source.text.slice(0, node.start).split('\n').length;

function layerOf(path: string): string | undefined {
  return Object.keys(layers)
    .filter((layer) => path === layer || path.startsWith(`${layer}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function importsOf(source: Source): { specifier: string; line: number }[] {
  const found: { specifier: string; line: number }[] = [];
  for (const [node] of nodesOf(source.program)) {
    const from = node.source as Node | null | undefined;
    if (
      /^(Import|Export).*Declaration$|^ImportExpression$/.test(node.type) &&
      typeof from?.value === 'string'
    ) {
      found.push({ specifier: from.value, line: line(source, node) });
    }
  }
  return found;
}

/** One sentence for each import of `source` that its layer does not allow. */
function forbiddenImports(source: Source): string[] {
  const layer = layerOf(source.path);
  if (layer === undefined) return [`${source.path}: no layer holds this file; see docs/architecture.md`];
  const allowed = layers[layer] ?? [];
  return importsOf(source).flatMap(({ specifier, line }) => {
    const target = specifier.startsWith('.')
      ? relative(root, resolve(root, dirname(source.path), specifier)).replace(/\?.*$/, '')
      : specifier;
    const own = target === layer || target.startsWith(`${layer}/`);
    const granted = allowed.some(
      (name) => target === name || target.startsWith(name.endsWith(':') ? name : `${name}/`),
    );
    return own || granted ? [] : [`${source.path}:${line}: ${layer} may not import ${target}`];
  });
}

function isReference(node: Node, parent: Node | undefined, field: string): boolean {
  if (parent === undefined || parent.type.startsWith('TS')) return false;
  if (parent.type === 'MemberExpression' && field === 'property') return parent.computed === true;
  if (
    /^(Property|PropertyDefinition|MethodDefinition|AccessorProperty)$/.test(parent.type) &&
    field === 'key'
  ) {
    return parent.computed === true || parent.shorthand === true;
  }
  return !/^(Import|Export)/.test(parent.type) && node.type === 'Identifier';
}

/** One sentence for each name of the host that a pure file speaks. */
function impurities(source: Source): string[] {
  const found: string[] = [];
  const accuse = (node: Node, what: string) =>
    found.push(`${source.path}:${line(source, node)}: a pure layer does not know ${what}`);
  for (const [node, parent, field] of nodesOf(source.program)) {
    if (node.type === 'Identifier' && isReference(node, parent, field)) {
      if (bannedGlobals.has(node.name as string)) accuse(node, node.name as string);
      if (node.name === 'Math' && !(parent?.type === 'MemberExpression' && parent.computed === false)) {
        accuse(node, 'Math as a value');
      }
    }
    if (node.type === 'MemberExpression' && node.computed === false) {
      const object = node.object as Node;
      const member = (node.property as Node).name as string;
      if (bannedMembers.has(member)) accuse(node, member);
      if (object.type === 'Identifier' && object.name === 'Math' && !allowedMath.has(member)) {
        accuse(node, `Math.${member}`);
      }
    }
    if (
      (node.type === 'BinaryExpression' || node.type === 'AssignmentExpression') &&
      String(node.operator).startsWith('**')
    ) {
      accuse(node, 'the operator ** (engines round it differently)');
    }
  }
  return found;
}

/**
 * One sentence for each function that is written where it is assigned to a property. V8 takes such a function for a method of a prototype and lays it
 * into the old generation at once: from there it keeps the whole run, long over, until the next full collection, and every scavenge until then copies that.
 */
function functionsLaidInOldSpace(source: Source): string[] {
  const found: string[] = [];
  for (const [node] of nodesOf(source.program)) {
    if (node.type !== 'AssignmentExpression' || (node.left as Node).type !== 'MemberExpression') continue;
    if (!/^(Arrow)?FunctionExpression$/.test((node.right as Node).type)) continue;
    found.push(`${source.path}:${line(source, node)}: give the function a name of its own, and assign that`);
  }
  return found;
}

const sources = ['src', 'viz', 'sims'].flatMap(filesBelow).map(read);
const fake = (path: string, text: string): Source => ({
  path,
  text,
  program: parseAst(text, { lang: 'ts' }, path) as unknown as Node,
});

describe('the architecture', () => {
  it('lets every file import only what its layer may know', () => {
    expect(sources.flatMap(forbiddenImports)).toEqual([]);
  });

  it('keeps the clock, the chance and the host out of the pure layers', () => {
    const pureSources = sources.filter(({ path }) =>
      pure.some((layer) => path === layer || path.startsWith(`${layer}/`)),
    );
    expect(pureSources.length).toBeGreaterThan(20);
    expect(pureSources.flatMap(impurities)).toEqual([]);
  });

  it('assigns no function to a property where it is written, in what a run is made of', () => {
    const ofRuns = sources.filter(({ path }) => path.startsWith('src/'));
    expect(ofRuns.flatMap(functionsLaidInOldSpace)).toEqual([]);
  });

  it('finds a function that is assigned to a property where it is written', () => {
    const text =
      'a.b = () => a;\nthis.#c ??= function () {};\nconst d = () => a;\na.b = d;\na.e = { f: () => a };';
    expect(functionsLaidInOldSpace(fake('src/sim/x.ts', `class X { m() {\n${text}\n} #c }`))).toEqual([
      'src/sim/x.ts:2: give the function a name of its own, and assign that',
      'src/sim/x.ts:3: give the function a name of its own, and assign that',
    ]);
  });

  it('finds a machine that imports the simulation', () => {
    expect(forbiddenImports(fake('src/mqtt/broker/x.ts', "import { a } from '../../sim/time.ts';"))).toEqual([
      'src/mqtt/broker/x.ts:1: src/mqtt may not import src/sim/time.ts',
    ]);
  });

  it('finds a dynamic import, a re-export and a type import across layers', () => {
    const text =
      "export * from 'node:fs';\nconst y = import('d3');\nimport type { Z } from '../check/rules.ts';";
    expect(forbiddenImports(fake('src/trace/x.ts', text))).toHaveLength(3);
  });

  it('finds the clock, the chance and the power operator in a pure layer, and leaves properties alone', () => {
    const text =
      'const a = Date.now() + Math.random();\nconst b = 2 ** 3;\nconst c = { process: 1 }.process;';
    expect(impurities(fake('src/sim/x.ts', text))).toEqual([
      'src/sim/x.ts:1: a pure layer does not know Date',
      'src/sim/x.ts:1: a pure layer does not know Math.random',
      'src/sim/x.ts:2: a pure layer does not know the operator ** (engines round it differently)',
    ]);
  });
});
