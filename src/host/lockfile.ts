/** The lockfile that says which packages code under a folder is run with. */
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shortened } from './module-graph.ts';

/** Of each package manager; where a folder has several, the first of them counts. */
const NAMES = [
  ...['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'],
] as const;

export interface Lockfile {
  readonly name: string;
  /** 16 hexadecimal digits over its bytes. */
  readonly hash: string;
}

/** The nearest lockfile in the folder of a file or above it: where that really lies, for that is where Node looks for its packages. */
export function lockfileAbove(path: string): Lockfile | undefined {
  for (let folder = dirname(realpathSync(path)); ; folder = dirname(folder)) {
    for (const name of NAMES) {
      const place = join(folder, name);
      if (statSync(place, { throwIfNoEntry: false })?.isFile() !== true) continue;
      return { name, hash: shortened(createHash('sha256').update(readFileSync(place)).digest('hex')) };
    }
    if (folder === dirname(folder)) return undefined;
  }
}
