/**
 * The hooks of the module loader, in the form that runs on a thread of its own (Node 20 and 22 before 22.15).
 *
 * They see to it that `mqtt-amber` is the package that runs the scenario, that `./x.js` finds `./x.ts`, that types are left out, and
 * that each life of a hosted node has modules of its own.
 */
import { readFile } from 'node:fs/promises';
import type { LoadHook, ResolveHook } from 'node:module';
import { outsideOf } from './insides.ts';
import {
  AT,
  candidatesOf,
  FENCE,
  FENCED,
  isOwnName,
  keyedUrl,
  type LoaderData,
  withoutKey,
} from './module-names.ts';
import { stripped } from './stripped-ahead.ts';
import { isTypeScript } from './typescript.ts';
import { unmarked, unmarkedModule } from './unmarked-source.ts';

/** Of this package: its modules are one for all. */
const OWN = new URL('..', import.meta.url).href;

let data: LoaderData;

export function initialize(given: LoaderData): void {
  data = given;
}

/** Counts a request from its arrival to its answer. */
async function counted<T>(work: () => Promise<T>): Promise<T> {
  Atomics.add(data.state, AT.begun, 1);
  try {
    return await work();
  } catch (error) {
    throw outsideOf(error);
  } finally {
    Atomics.add(data.state, AT.ended, 1);
  }
}

export const resolve: ResolveHook = async (specifier, context, next) => {
  if (specifier === FENCE) return FENCED;
  return counted(async () => {
    if (isOwnName(specifier)) return next(specifier, { ...context, parentURL: import.meta.url });
    let failure: unknown;
    for (const candidate of candidatesOf(specifier, context.parentURL)) {
      try {
        const found = await next(candidate, context);
        return { ...found, url: keyedUrl(found.url, context.parentURL, data, OWN) };
      } catch (error) {
        failure ??= error;
      }
    }
    throw failure;
  });
};

export const load: LoadHook = (url, context, next) =>
  counted(async () => {
    if (!url.startsWith('file:') || !isTypeScript(url)) return unmarkedModule(await next(url, context), url);
    const written = await readFile(new URL(withoutKey(url)), 'utf8');
    const source = unmarked(stripped(written, withoutKey(url), data.ahead), url);
    return { format: 'module', source, shortCircuit: true };
  });
