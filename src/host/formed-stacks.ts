/**
 * Stacks as hosted code sees them: without the marks of lives and the places inside of Node and of Amber, also for whoever forms stacks by itself, as test
 * runners do, and packages. Who asks here who called it, sees them whole.
 */
import { isOutside } from './insides.ts';
import { currentProcessWorld } from './process-world.ts';
import { unmarkedSite } from './unmarked-sites.ts';

type Prepare = (error: unknown, sites: readonly NodeJS.CallSite[]) => unknown;

/** What forms stacks in the place of others: who puts back what was there before puts back one of them. */
const instead = new WeakSet<Prepare>();
/** Forms stacks for this module, and for nobody else. */
let asked: { readonly prepare: Prepare | undefined } | undefined;
const WHOLE = { prepare: undefined };
const SITES = { prepare: (_: unknown, sites: readonly NodeJS.CallSite[]): unknown => sites };

/** Hands those places to whoever is, or will be, `Error.prepareStackTrace`; further calls do nothing. */
export function formStacks(): void {
  const descriptor = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  if (descriptor?.get !== undefined || descriptor?.configurable === false) return;
  let present: unknown;
  Object.defineProperty(Error, 'prepareStackTrace', {
    configurable: true,
    enumerable: descriptor?.enumerable ?? true,
    get: () => (asked === undefined ? present : asked.prepare),
    set: (prepare: unknown) => {
      present = forming(typeof prepare === 'function' ? (prepare as Prepare) : written);
    },
  });
  Error.prepareStackTrace = descriptor?.value as Prepare;
}

/** The lines of the stack above the caller, the innermost first, as Node writes them: places inside of it are among them. */
export function wholeStack(frames: number): string[] {
  const stack = formed(WHOLE, frames + 3);
  return typeof stack === 'string' ? stack.split('\n').slice(4) : [];
}

/** The file of the function that is so many calls above the caller; undefined where there is none. It costs a fraction of what lines do. */
export function fileAbove(calls: number): string | undefined {
  const sites = formed(SITES, calls + 3);
  // Where nobody forms stacks in the place of Node, they are lines.
  if (!Array.isArray(sites)) return wholeStack(calls + 1)[calls];
  const site = (sites as NodeJS.CallSite[])[calls + 2];
  return site === undefined ? undefined : (site.getFileName() ?? '');
}

function formed(how: typeof asked, frames: number): unknown {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = frames;
  asked = how;
  try {
    return new Error().stack;
  } finally {
    asked = undefined;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function forming(prepare: Prepare): Prepare {
  if (instead.has(prepare)) return prepare;
  const forms: Prepare = (error, sites) =>
    Reflect.apply(prepare, Error, [error, outside(sites, (site) => site.getFileName()).map(unmarkedSite)]);
  instead.add(forms);
  return forms;
}

/** Without places that code which runs now is not to see: code of a node sees none of ours. */
export function outside<S>(sites: readonly S[], fileOf: (site: S) => string | null | undefined): S[] {
  const isOwnInside = currentProcessWorld() !== undefined;
  return sites.filter((site) => isOutside(fileOf(site), isOwnInside));
}

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
