/**
 * The hooks of the module loader, in the form that runs on a thread of its own (Node 20 and 22 before 22.15).
 *
 * They see to it that `mqtt-amber` is the package that runs the scenario, that `./x.js` finds `./x.ts`, and that
 * types are left out.
 */
import { readFile } from 'node:fs/promises';
import type { LoadHook, ResolveHook } from 'node:module';
import { candidatesOf, isOwnName, type LoaderData, refusalOf } from './module-names.ts';
import { isTypeScript, stripTypes } from './typescript.ts';

let data: LoaderData;

export function initialize(given: LoaderData): void {
  data = given;
}

export const resolve: ResolveHook = async (specifier, context, next) => {
  const refusal = refusalOf(data.running, specifier, context.parentURL);
  if (refusal !== undefined) throw refusal;
  if (isOwnName(specifier)) return next(specifier, { ...context, parentURL: import.meta.url });
  let failure: unknown;
  for (const candidate of candidatesOf(specifier, context.parentURL)) {
    try {
      return await next(candidate, context);
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
};

export const load: LoadHook = async (url, context, next) => {
  if (!url.startsWith('file:') || !isTypeScript(url)) return next(url, context);
  const source = stripTypes(await readFile(new URL(url), 'utf8'), url);
  return { format: 'module', source, shortCircuit: true };
};
