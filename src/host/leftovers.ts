/**
 * What a run may leave behind on its thread. Its files are loaded anew for the next run there, but globals, prototypes, the environment, what is of
 * the process and packages are there only once: a thread on which one of them is not what it was is not used again.
 */
import Module from 'node:module';
import { packagesLoaded } from './loader.ts';
import { isOfStripper } from './module-names.ts';

export class Leftovers {
  readonly #modules: boolean;
  #before: Picture;

  /** @param modules what was loaded counts too: who runs seed after seed of one story has it loaded once for all of them. */
  constructor({ modules }: { modules: boolean }) {
    this.#modules = modules;
    this.#before = pictureOfThread(modules);
  }

  /** Looks again. @returns whether something is not as it was when this was made, or at the last look. */
  found(): boolean {
    const before = this.#before;
    this.#before = pictureOfThread(this.#modules);
    return (
      differ(before.globals, this.#before.globals) ||
      differ(before.sizes, this.#before.sizes) ||
      differ(before.process, this.#before.process)
    );
  }
}

/** Values are compared by identity. */
interface Picture {
  readonly globals: ReadonlyMap<PropertyKey, unknown>;
  /** How many properties functions and the like among them have, with their prototypes. */
  readonly sizes: ReadonlyMap<PropertyKey, unknown>;
  /** Environment, listeners and all else that is not of a global. */
  readonly process: ReadonlyMap<string, unknown>;
}

const LAZY = Symbol('made when it is asked for');

function differ(before: ReadonlyMap<unknown, unknown>, now: ReadonlyMap<unknown, unknown>): boolean {
  // A global that Node makes when it is first asked for is no change.
  for (const [what, value] of before) if (value !== LAZY && !Object.is(now.get(what), value)) return true;
  for (const [what, value] of now) if (value !== LAZY && !before.has(what)) return true;
  return false;
}

function pictureOfThread(modules: boolean): Picture {
  const globals = new Map<PropertyKey, unknown>();
  const sizes = new Map<PropertyKey, unknown>();
  for (const key of Reflect.ownKeys(globalThis)) {
    const { value, get } = Object.getOwnPropertyDescriptor(globalThis, key)!;
    globals.set(key, get === undefined ? value : LAZY);
    if (get !== undefined) sizes.set(key, LAZY);
    else if (typeof value === 'function' || isNamespace(value))
      sizes.set(key, countKeys(value) + countKeys((value as { prototype?: unknown }).prototype));
  }
  return { globals, sizes, process: pictureOfProcess(modules) };
}

function pictureOfProcess(modules: boolean): Map<string, unknown> {
  const picture = new Map<string, unknown>();
  for (const [name, value] of Object.entries(process.env)) picture.set(`environment ${name}`, value);
  for (const event of process.eventNames()) {
    picture.set(`listeners ${String(event)}`, process.listenerCount(event as string));
  }
  picture.set('process has', countKeys(process));
  picture.set('stackTraceLimit', Error.stackTraceLimit);
  if (!modules) return picture;
  picture.set('packages', packagesLoaded());
  const required = Object.keys((Module as unknown as { _cache: object })._cache);
  picture.set('required', required.filter((path) => !isOfStripper(path)).length);
  return picture;
}

/** `Math`, `JSON` and the like. */
function isNamespace(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, Symbol.toStringTag);
}

function countKeys(value: unknown): number {
  const isKeyed = typeof value === 'function' || (typeof value === 'object' && value !== null);
  return isKeyed ? Reflect.ownKeys(value).length : 0;
}
