/**
 * Modules of CommonJS by who required them. Node keeps one of each file; of the files of an application each life of a node has its own, as
 * it has of ES modules. Packages in `node_modules` stay shared.
 */
import Module from 'node:module';
import { isOfPackage } from './module-names.ts';

/** What Node keeps, by file name; what is not there is loaded. */
const { _cache: loaded } = Module as unknown as { _cache: Record<string, unknown> };

/** The script, and whatever is no part of a run. */
const OUTSIDE = {};
/** What each owner has loaded, but for the one that Node looks at. */
const kept = new WeakMap<object, Map<string, unknown>>();
let owner: object = OUTSIDE;

/** From now on a file is loaded if this owner, one life of a process, has not loaded it; without one, if nobody outside of lives has. */
export function requireAs(asked: object | undefined = OUTSIDE): void {
  if (asked === owner) return;
  const left = new Map<string, unknown>();
  for (const filename of Object.keys(loaded)) {
    if (isOfPackage(filename)) continue;
    left.set(filename, loaded[filename]);
    delete loaded[filename];
  }
  kept.set(owner, left);
  for (const [filename, module] of kept.get(asked) ?? []) loaded[filename] = module;
  owner = asked;
}
