/** Imports a scenario from a file and says in one line what is wrong with it, if anything. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatSite, siteOf } from '../scenario/call-site.ts';
import { describeThrown } from '../scenario/errors.ts';
import { isScenario, type Scenario } from '../scenario/scenario.ts';
import { loadedAlone, registerLoader } from './loader.ts';
import { stripTypes, TypeScriptError } from './typescript.ts';

/** A file is not there, or is no scenario; `message` is one line. `missing` tells the first case. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
  readonly missing: boolean;

  constructor(message: string, missing = false) {
    super(message);
    this.missing = missing;
  }
}

/**
 * @param anew for one run alone, though it may have been loaded on this thread before.
 * @throws LoadError
 */
export async function loadScenario(path: string, anew: boolean): Promise<Scenario> {
  const absolute = resolve(path);
  if (!existsSync(absolute)) throw new LoadError(`there is no file ${path}`, true);
  if (!statSync(absolute).isFile())
    throw new LoadError(`${path} is not a file; name the file of a scenario`, true);
  if (!/\.[cm]?[jt]s$/.test(absolute)) {
    throw new LoadError(`${path} is neither TypeScript nor JavaScript (.ts .mts .js .mjs)`, true);
  }
  let module: { default?: unknown };
  try {
    module = ((anew ? undefined : await loadedAlone(absolute)) ??
      (await loadedByHooks(absolute))) as typeof module;
  } catch (error) {
    throw new LoadError(explain(path, error));
  }
  if (isScenario(module.default)) return module.default;
  // A CommonJS file has its exports inside the default one.
  const inner = (module.default as { default?: unknown } | undefined)?.default;
  if (isScenario(inner)) return inner;
  throw new LoadError(
    `${path} has no scenario as its default export; it needs: export default scenario('name', async (sim) => { ... })`,
  );
}

function loadedByHooks(path: string): Promise<unknown> {
  registerLoader();
  return import(pathToFileURL(path).href);
}

function explain(path: string, error: unknown): string {
  if (!(error instanceof Error)) return `${path} threw ${describeThrown(error)} (while it was loaded)`;
  const [first] = error.message.split('\n');
  // Errors of the language say where only in front of their stack: "file:///story.js:3".
  if (error.name === 'TypeScriptError') return first!;
  if (error instanceof SyntaxError) {
    const place = /^(?:file:\/\/)?(\/[^\n]*:\d+)$/m.exec(error.stack ?? '')?.[1];
    return place === undefined ? explainSyntax(path, first!) : `${place}: ${first}`;
  }
  const site = siteOf(error.stack);
  return `${site === undefined ? path : formatSite(site)}: ${first}${site === undefined ? '' : ' (while it was loaded)'}`;
}

/** Node keeps the place of a syntax error to itself; the parser that leaves types out knows it too. */
function explainSyntax(path: string, otherwise: string): string {
  try {
    stripTypes(readFileSync(path, 'utf8'), pathToFileURL(resolve(path)).href);
  } catch (error) {
    if (error instanceof TypeScriptError) return error.message;
  }
  return `${path}: ${otherwise}`;
}
