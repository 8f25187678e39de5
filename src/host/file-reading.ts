/** When code of a run may read files and look at the machine: while a hosted node boots or imports something, and while a module is required, wherever that is. */
import Module, { isBuiltin } from 'node:module';
import { isOfPackage } from './module-names.ts';
import { currentProcess, currentProcessWorld } from './process-world.ts';
import { replace } from './replace.ts';
import { requireAs } from './required-modules.ts';

/** What requires. */
interface Parent {
  filename?: string | null;
}
type Load = (request: string, parent: Parent | undefined, isMain: boolean) => unknown;

/** Modules whose requiring goes on, one in another. */
let requiring = 0;

export function readsFiles(): boolean {
  const world = currentProcessWorld();
  return world !== undefined && (world.booting || world.imports || requiring > 0);
}

/** Packages require parts of them as late as they need them; reading them takes no virtual time. */
export function installRequire(): void {
  replace<Load>(
    Module,
    '_load',
    (real) =>
      function (this: unknown, ...args: Parameters<Load>) {
        const [request, parent] = args;
        if (!isBuiltin(request) && !isOfPackage(parent?.filename ?? '')) requireAs(currentProcess());
        return reading(() => Reflect.apply(real, this, args));
      },
  );
  // What a module in CommonJS requires that was imported is looked up without being loaded that way, since Node 24.
  replace<(...args: unknown[]) => unknown>(
    Module,
    '_resolveFilename',
    (real) =>
      function (this: unknown, ...args: unknown[]) {
        return reading(() => Reflect.apply(real, this, args));
      },
  );
}

/** Does what reads files on behalf of the loader. */
export function reading<T>(work: () => T): T {
  requiring++;
  try {
    return work();
  } finally {
    requiring--;
  }
}
