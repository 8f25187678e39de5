/**
 * What a run may leave behind on its thread. Its files are loaded anew for the next run there, but globals, prototypes, the environment, what is of
 * the process and packages are there only once: a thread on which one of them is not what it was is not used again.
 */
import Module from 'node:module';
import { packagesLoaded } from './loader.ts';
import { isOfStripper } from './module-names.ts';

export class Leftovers {
  readonly #picture: () => Map<string, unknown>;
  readonly #before: Map<string, unknown>;

  /** @param modules what was loaded counts too: who runs seed after seed of one story has it loaded once for all of them. */
  constructor({ modules }: { modules: boolean }) {
    this.#picture = modules ? () => withModules(pictureOfThread()) : pictureOfThread;
    this.#before = this.#picture();
  }

  /** Something is not as it was when this was made. */
  get any(): boolean {
    const now = this.#picture();
    for (const [what, before] of this.#before) {
      // A global that Node makes when it is first asked for is no change.
      if (before !== LAZY && !Object.is(now.get(what), before)) return true;
    }
    for (const what of now.keys()) if (!this.#before.has(what) && now.get(what) !== LAZY) return true;
    return false;
  }
}

const LAZY = Symbol('made when it is asked for');

/** Values are compared by identity. */
function pictureOfThread(): Map<string, unknown> {
  const picture = new Map<string, unknown>();
  for (const key of Reflect.ownKeys(globalThis)) {
    const { value, get } = Object.getOwnPropertyDescriptor(globalThis, key)!;
    const name = `global ${String(key)}`;
    picture.set(name, get === undefined ? value : LAZY);
    if (get !== undefined) picture.set(`${name} has`, LAZY);
    if (typeof value !== 'function' && !isNamespace(value)) continue;
    picture.set(`${name} has`, countKeys(value) + countKeys((value as { prototype?: unknown }).prototype));
  }
  for (const [name, value] of Object.entries(process.env)) picture.set(`environment ${name}`, value);
  for (const event of process.eventNames()) {
    picture.set(`listeners ${String(event)}`, process.listenerCount(event as string));
  }
  picture.set('process has', countKeys(process));
  picture.set('stackTraceLimit', Error.stackTraceLimit);
  return picture;
}

function withModules(picture: Map<string, unknown>): Map<string, unknown> {
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
