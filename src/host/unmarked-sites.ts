/**
 * Places in stacks without the mark of a life, for whoever forms stacks by itself: test runners do, and so do packages. What V8 writes has the
 * name that a module gives itself; what it hands to `Error.prepareStackTrace` has the one that it was loaded by.
 */
import { withoutKey } from './module-names.ts';

type Prepare = (error: unknown, sites: readonly NodeJS.CallSite[]) => unknown;

/** Methods of a call site that tell an address. */
const TELLS_ADDRESS = new Set<string | symbol>(['getFileName', 'getScriptNameOrSourceURL']);

function unmarkedSite(site: NodeJS.CallSite): NodeJS.CallSite {
  const file = site.getFileName();
  if (typeof file !== 'string' || withoutKey(file) === file) return site;
  return new Proxy(site, {
    get(target, name) {
      if (TELLS_ADDRESS.has(name)) return () => withoutKey(file);
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Node looks whether this is the one in force, and has it write what V8 does. */
const NODES_OWN = 'ErrorPrepareStackTrace';

/** What forms stacks in the place of others: who puts back what was there before puts back one of them. */
const instead = new WeakSet<Prepare>();

/** Hands unmarked places to whoever is, or will be, `Error.prepareStackTrace`; further calls do nothing. */
export function unmarkSites(): void {
  const descriptor = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  if (descriptor?.get !== undefined || descriptor?.configurable === false) return;
  let present: unknown;
  Object.defineProperty(Error, 'prepareStackTrace', {
    configurable: true,
    enumerable: descriptor?.enumerable ?? true,
    get: () => present,
    set: (prepare: unknown) => {
      present = typeof prepare === 'function' ? unmarking(prepare as Prepare) : prepare;
    },
  });
  Error.prepareStackTrace = descriptor?.value as Prepare;
}

function unmarking(prepare: Prepare): Prepare {
  if (instead.has(prepare) || prepare.name === NODES_OWN) return prepare;
  const forms: Prepare = (error, sites) => Reflect.apply(prepare, Error, [error, sites.map(unmarkedSite)]);
  instead.add(forms);
  return forms;
}
