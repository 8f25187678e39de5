/** The files that a scenario is made of, as one hash: whether it is still the story that a saved failure was of. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { candidatesOf } from './module-names.ts';

/** What follows `from`, `import` or `import(`: relative names only, for packages have versions of their own. */
const RELATIVE_IMPORT = /\b(?:from|import)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g;
const FILES_LIMIT = 10_000;
const HASH_DIGITS = 16;

/**
 * @param path of a scenario that can be loaded.
 * @returns 16 hexadecimal digits over the bytes of the file and of everything it imports by a relative name, in the order in which
 * they are met.
 */
export function moduleGraphHash(path: string): string {
  const seen = new Set<string>();
  const hash = createHash('sha256');
  const visit = (url: string): void => {
    if (seen.has(url) || seen.size >= FILES_LIMIT) return;
    seen.add(url);
    const bytes = readFileSync(fileURLToPath(url));
    hash.update(`${bytes.length}:`).update(bytes);
    for (const [, , specifier] of bytes.toString('utf8').matchAll(RELATIVE_IMPORT)) {
      const found = candidatesOf(specifier!, url)
        .map((candidate) => new URL(candidate, url))
        .find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
      if (found !== undefined) visit(found.href);
    }
  };
  visit(pathToFileURL(path).href);
  return hash.digest('hex').slice(0, HASH_DIGITS);
}
