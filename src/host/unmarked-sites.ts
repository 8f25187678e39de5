/**
 * Places in stacks that are the same in each run. They are without the mark of a life, also for whoever forms stacks by itself: test runners
 * do, and so do packages. And they are without those inside of Node: what goes on after an `import()` does so from one place of the event loop
 * or another, as the loader's thread answers.
 */
import { withoutKey } from './module-names.ts';

/** Of modules that nobody can import. */
const INSIDES = 'node:internal/';
const LINE_OF_INSIDES = /\n {4}at [^\n]*\bnode:internal\/[^\n]*/g;

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

/** What forms stacks in the place of others: who puts back what was there before puts back one of them. */
const instead = new WeakSet<Prepare>();

/** Takes places inside of Node out of the stack of an error that comes from another thread, where it was written already. */
export function withoutInsides(error: unknown): unknown {
  if (error instanceof Error && typeof error.stack === 'string')
    error.stack = error.stack.replace(LINE_OF_INSIDES, '');
  return error;
}

/** Hands those places to whoever is, or will be, `Error.prepareStackTrace`; further calls do nothing. */
export function unmarkSites(): void {
  const descriptor = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  if (descriptor?.get !== undefined || descriptor?.configurable === false) return;
  let present: unknown;
  Object.defineProperty(Error, 'prepareStackTrace', {
    configurable: true,
    enumerable: descriptor?.enumerable ?? true,
    get: () => present,
    set: (prepare: unknown) => {
      present = forming(typeof prepare === 'function' ? (prepare as Prepare) : written);
    },
  });
  Error.prepareStackTrace = descriptor?.value as Prepare;
}

function forming(prepare: Prepare): Prepare {
  if (instead.has(prepare)) return prepare;
  const forms: Prepare = (error, sites) =>
    Reflect.apply(prepare, Error, [error, sites.filter(isOutside).map(unmarkedSite)]);
  instead.add(forms);
  return forms;
}

const isOutside = (site: NodeJS.CallSite): boolean => site.getFileName()?.startsWith(INSIDES) !== true;

/** As V8 and Node write it where nobody else does. */
function written(error: unknown, sites: readonly NodeJS.CallSite[]): string {
  const head = headOf(error as Error & { code?: unknown });
  return sites.length === 0 ? head : `${head}\n    at ${sites.join('\n    at ')}`;
}

function headOf(error: Error & { code?: unknown }): string {
  const isOfNode = Object.getOwnPropertySymbols(error).some(
    ({ description }) => description === 'kIsNodeError',
  );
  return isOfNode
    ? `${error.name} [${String(error.code)}]: ${error.message}`
    : Error.prototype.toString.call(error);
}
