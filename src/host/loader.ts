/** Lets this thread import scenarios in TypeScript, without a build step and on every Node from 20. */
import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { candidatesOf, isOwnName, type LoaderData, refusalOf } from './module-names.ts';
import { isTypeScript, stripTypes } from './typescript.ts';

/** The part of `module.registerHooks` (Node 22.15) that is needed: hooks on the thread itself. */
interface SynchronousHooks {
  resolve(
    specifier: string,
    context: { parentURL?: string },
    next: (specifier: string, context?: object) => object,
  ): object;
  load(url: string, context: object, next: (url: string, context?: object) => object): object;
}
type RegisterHooks = (hooks: SynchronousHooks) => void;

const running = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
let registered = false;

/** Tells the hooks whether a script runs; importing is refused while it does. */
export function setScriptRunning(runs: boolean): void {
  Atomics.store(running, 0, runs ? 1 : 0);
}

/** How often an import was refused on this thread: the script may have caught the error. */
export function refusedImports(): number {
  return Atomics.load(running, 1);
}

/** Registers the hooks on this thread; further calls do nothing. */
export function registerLoader(): void {
  if (registered) return;
  registered = true;
  const registerHooks = (nodeModule as { registerHooks?: RegisterHooks }).registerHooks;
  if (registerHooks !== undefined) {
    registerHooks(synchronousHooks());
    return;
  }
  const data: LoaderData = { running };
  // The hooks are a sibling of this file in the sources and in what is built from them.
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  nodeModule.register(new URL(`./loader-hooks${extension}`, import.meta.url), { data });
}

function synchronousHooks(): SynchronousHooks {
  return {
    resolve(specifier, context, next) {
      const refusal = refusalOf(running, specifier, context.parentURL);
      if (refusal !== undefined) throw refusal;
      if (isOwnName(specifier)) return next(specifier, { ...context, parentURL: import.meta.url });
      let failure: unknown;
      for (const candidate of candidatesOf(specifier, context.parentURL)) {
        try {
          return next(candidate, context);
        } catch (error) {
          failure ??= error;
        }
      }
      throw failure;
    },
    load(url, context, next) {
      if (!url.startsWith('file:') || !isTypeScript(url)) return next(url, context);
      const source = stripTypes(readFileSync(new URL(url), 'utf8'), url);
      return { format: 'module', source, shortCircuit: true };
    },
  };
}
