/**
 * A story that imports nothing but this package, and says nothing that could import anything later. Where the hooks of the loader have a
 * thread of their own (Node 20), whose beginning is a fifth of a cold start, such a story does without them: Node is given it as if it
 * had been required. It is the module of its file, as it would be otherwise.
 */
import Module, { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { siteOf } from '../scenario/call-site.ts';
import { stripped } from './stripped-ahead.ts';
import { isTypeScript } from './typescript.ts';

/** What Node 20 and 22 make of a file that is required. */
interface Required {
  filename: string;
  readonly exports: object;
  _compile(source: string, filename: string, format: 'module'): void;
}

/** Of this package. */
const INDEX = new URL('../index.js', import.meta.url);

/** Comments, and imports of this package by name. */
const HEAD =
  /^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/|import\s*\{[\w\s,$]*\}\s*from\s*(?:'mqtt-amber'|"mqtt-amber")\s*;?)*/;
const COMMENT = /\/\/.*|\/\*[\s\S]*?\*\//g;
const NAMES = /import\s*\{([^}]*)\}/g;
/** What leads to other modules, or to code that nobody has seen yet. */
const LEADS_ON = /\b(?:import|require|eval|Function|constructor|process|global|globalThis)\b|\bfrom\s*['"`]/;

/** What a story without types imports of this package; undefined where it is not certain that it imports nothing else. */
export function namesOfLone(source: string): string[] | undefined {
  const head = HEAD.exec(source)![0];
  if (LEADS_ON.test(source.slice(head.length))) return undefined;
  return [...head.replace(COMMENT, '').matchAll(NAMES)]
    .flatMap(([, names]) => names!.split(','))
    .map((name) => name.trim().split(/\s/)[0]!)
    .filter((name) => name !== '');
}

/**
 * @param path of the file itself, no link to it.
 * @param ahead where another thread leaves out its types.
 * @returns the module; undefined where it needs hooks, or where they would say what is wrong with it: then none of its lines has run.
 * @throws what its lines throw.
 */
export async function loadLone(
  path: string,
  source: string,
  ahead: SharedArrayBuffer | undefined,
): Promise<object | undefined> {
  if (process.features.require_module !== true || !/\.m?ts$|\.mjs$/.test(path)) return undefined;
  if (!findsThisPackage(path)) return undefined;
  const plain = withoutTypes(path, source, ahead);
  const names = plain === undefined ? undefined : namesOfLone(plain);
  if (names === undefined) return undefined;
  const own = (await import(INDEX.href)) as object;
  if (!names.every((name) => Object.hasOwn(own, name))) return undefined;
  const module = new Module(path) as unknown as Required;
  module.filename = path;
  try {
    module._compile(plain!, path, 'module');
  } catch (error) {
    if (!hasRun(error)) return undefined;
    throw error;
  }
  return module.exports;
}

/** By its name, from where the story lies. */
function findsThisPackage(path: string): boolean {
  try {
    return createRequire(path).resolve('mqtt-amber') === fileURLToPath(INDEX);
  } catch {
    return false;
  }
}

function withoutTypes(
  path: string,
  source: string,
  ahead: SharedArrayBuffer | undefined,
): string | undefined {
  const { href } = pathToFileURL(path);
  try {
    return isTypeScript(href) ? stripped(source, href, ahead) : source;
  } catch {
    return undefined;
  }
}

/** Otherwise Node does not understand it, or it waits at its top, which only what is imported can do. */
function hasRun(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  if ((error as NodeJS.ErrnoException).code === 'ERR_REQUIRE_ASYNC_MODULE') return false;
  return !(error instanceof SyntaxError) || siteOf(error.stack) !== undefined;
}
