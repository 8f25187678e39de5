/** When code of a run may read files and look at the machine: while a hosted node boots, and while a module is required, wherever that is. */
import Module from 'node:module';
import { currentProcessWorld } from './process-world.ts';
import { replace } from './replace.ts';

type Load = (request: string, parent: unknown, isMain: boolean) => unknown;

/** Modules whose requiring goes on, one in another. */
let requiring = 0;

export function readsFiles(): boolean {
  const world = currentProcessWorld();
  return world !== undefined && (world.booting || requiring > 0);
}

/** Packages require parts of them as late as they need them; reading them takes no virtual time. */
export function installRequire(): void {
  replace<Load>(
    Module,
    '_load',
    (real) =>
      function (this: unknown, ...args: Parameters<Load>) {
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
