import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, parseAst } from 'vite';

/**
 * What Node loads, as few files: each process and each thread of Amber begins with them, and two hundred modules take longer than a
 * short run. What they share is in `dist/src/parts`, so that each module of `src` is there once. The compiler writes nothing but types beside
 * them: a module that is named by its place, and has none here, is not found, and is no second copy with a state of its own.
 */

const root = new URL('./', import.meta.url);
const sources = fileURLToPath(new URL('./src/', root));
const built = fileURLToPath(new URL('./dist/src/', root));
const { exports: subpaths } = JSON.parse(readFileSync(new URL('./package.json', root), 'utf8')) as {
  exports: Readonly<Record<string, { readonly 'amber-source'?: string }>>;
};

/** Modules that are named by their place and not by an import: of the command, of threads, and of players. */
const BY_PLACE = [/^cli\/(?:begin|main)\.ts$/, /-(?:worker|hooks|player)\.ts$/];
/** Of scripts and benches of this repository, which say where that is. */
const PLACE = /\.\.\/dist\/src\/([\w/-]+)\.js\b/g;

function entries(): Record<string, string> {
  const files = [
    ...Object.values(subpaths).flatMap(({ 'amber-source': source }) =>
      source === undefined ? [] : [source.replace('./src/', '')],
    ),
    ...readdirSync(sources, { recursive: true, encoding: 'utf8' })
      .map((file) => file.split(sep).join('/'))
      .filter((file) => BY_PLACE.some((pattern) => pattern.test(file))),
    ...['scripts', 'bench'].flatMap(placesNamedIn),
  ];
  return Object.fromEntries(files.map((file) => [file.replace(/\.ts$/, ''), `${sources}${file}`]));
}

function placesNamedIn(folder: string): string[] {
  return readdirSync(new URL(`./${folder}/`, root), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.m?[jt]s$/.test(file))
    .flatMap((file) => [...readFileSync(new URL(`./${folder}/${file}`, root), 'utf8').matchAll(PLACE)])
    .map(([, name]) => `${name}.ts`);
}

interface Modules {
  getModuleInfo(id: string): { readonly importedIds: readonly string[]; readonly isEntry: boolean } | null;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Member {
  readonly type?: string;
  readonly object?: { readonly type?: string; readonly meta?: { readonly name?: string } };
  readonly property?: { readonly name?: string };
}

/** Where `import.meta.url` stands and is none of the words of a text or a comment, from the first to the last. */
export function addressesIn(node: unknown): Span[] {
  if (typeof node !== 'object' || node === null) return [];
  const { type, object, property } = node as Member;
  const isOfMeta = type === 'MemberExpression' && object?.type === 'MetaProperty';
  if (isOfMeta && object.meta?.name === 'import' && property?.name === 'url') return [node as Span];
  return Object.values(node).flatMap(addressesIn);
}

/** A module is told where it would be if it had a file of its own: what it looks for beside itself is found from there. */
function places(): Plugin {
  return {
    name: 'places',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('.ts') || !code.includes('import.meta.url')) return null;
      const place = relative(fileURLToPath(root), id).split(sep).join('/').replace(/\.ts$/, '.js');
      let placed = code;
      // Every file that has any code is two directories below `dist`.
      for (const { start, end } of addressesIn(parseAst(code, { lang: 'ts' })).toReversed())
        placed = `${placed.slice(0, start)}new URL('../../${place}', import.meta.url).href${placed.slice(end)}`;
      return { code: placed, map: null };
    },
    // Nothing is left of what was built before.
    buildStart() {
      for (const file of readdirSync(built, { recursive: true, encoding: 'utf8' }))
        if (file.endsWith('.js')) rmSync(`${built}${file}`);
    },
  };
}

/** All that is loaded with a module. */
function withAll(entry: string, modules: Modules): Set<string> {
  const all = new Set<string>();
  const open = [`${sources}${entry}`];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (all.has(id)) continue;
    all.add(id);
    open.push(...(modules.getModuleInfo(id)?.importedIds ?? []));
  }
  return all;
}

/** What every run needs is four files, each with what others need of it as well. */
const SHARED: readonly (readonly [entry: string, chunk: string])[] = [
  ['trace/index.ts', 'trace'],
  ['net/index.ts', 'mqtt'],
  ['check/index.ts', 'judge'],
  ['host/run-thread.ts', 'engine'],
];
/** Of the command, and of the hooks of the loader: two files more, one of them with what a run needs of that on its thread too. */
const BESIDE = [
  ...['cli/main.ts', 'cli/run.ts', 'cli/report.ts'],
  ...['host/loader-hooks.ts', 'host/package-version.ts'],
];
/** What begins the thread of a run, before the command is there. */
const BEFORE = 'host/waiting-threads.ts';
let chunks: Map<string, string> | undefined;

function chunkOf(id: string, modules: Modules): string | null {
  if (chunks === undefined) {
    chunks = new Map([...withAll(BEFORE, modules)].map((module) => [module, 'thread']));
    const ofRuns = withAll('host/run-thread.ts', modules);
    for (const entry of BESIDE) {
      const needed = withAll(entry, modules);
      if (needed.has(`${sources}runner/run.ts`))
        throw new Error(`${entry} would load the engine on the thread of the command`);
      for (const module of needed)
        if (!chunks.has(module)) chunks.set(module, ofRuns.has(module) ? 'beside' : 'command');
    }
    for (const [entry, chunk] of SHARED) {
      for (const module of withAll(entry, modules))
        if (ofRuns.has(module) && !chunks.has(module)) chunks.set(module, chunk);
    }
  }
  // What begins a process or a thread does so where it is asked for, and nowhere else.
  return modules.getModuleInfo(id)?.isEntry === true ? null : (chunks.get(id) ?? null);
}

export default defineConfig({
  plugins: [places()],
  build: {
    ssr: true,
    outDir: built,
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'node20',
    minify: false,
    rolldownOptions: {
      input: entries(),
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'parts/[name].js',
        // A fifth of the text is comments, which each process would read; one letter that is not ASCII makes V8 keep a whole file in wide ones.
        comments: false,
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: false, asciiOnly: true } },
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: chunkOf, debugName: 'runs' }],
        },
      },
    },
  },
});
