/** The files that a scenario is made of: as one hash, whether it is still the story that a saved failure was of, and what they do. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { candidatesOf } from './module-names.ts';

/** What follows `from`, `import` or `import(`: relative names only, for packages have versions of their own. */
const RELATIVE_IMPORT = /\b(?:from|import)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g;
/** The file of an application, as nodes are told to boot it. */
const RELATIVE_URL = /\bnew URL\(\s*(['"])(\.{1,2}\/[^'"\n]+)\1\s*,\s*import\.meta\.url\s*,?\s*\)/g;
/** A node that runs code which is not ours: made by hand, or by one of the short forms. */
const HOSTS = /\.host\s*\(|(['"])mqtt-amber\/(?:mqttjs|aedes)\1/;
const FILES_LIMIT = 10_000;
const HASH_DIGITS = 16;

/** All that is read of a story without running it. */
export interface ModuleGraph {
  /**
   * 16 hexadecimal digits over the bytes of the file, of everything that it imports by a relative name, and of the applications that it
   * names by `new URL('./device.js', import.meta.url)`, in the order in which they are met.
   */
  readonly hash: string;
  /** Some file of it makes nodes of code that is not ours. What makes them inside of a package is not seen. */
  readonly hosts: boolean;
}

/** @param path of a scenario that can be loaded. */
export function moduleGraph(path: string): ModuleGraph {
  const hash = createHash('sha256');
  let hosts = false;
  for (const { bytes, text } of filesFrom(pathToFileURL(path).href)) {
    hash.update(`${bytes.length}:`).update(bytes);
    hosts ||= HOSTS.test(text);
  }
  return { hash: shortened(hash.digest('hex')), hosts };
}

interface ReadFile {
  readonly url: string;
  readonly bytes: Buffer;
  readonly text: string;
}

/** A file and all that it leads to by relative names, as they are met. */
export function* filesFrom(url: string, seen = new Set<string>()): Generator<ReadFile> {
  if (seen.has(url) || seen.size >= FILES_LIMIT) return;
  seen.add(url);
  const bytes = readFileSync(fileURLToPath(url));
  const text = bytes.toString('utf8');
  yield { url, bytes, text };
  for (const pattern of [RELATIVE_IMPORT, RELATIVE_URL])
    for (const [, , specifier] of text.matchAll(pattern)) {
      const found = fileOf(specifier!, url);
      if (found !== undefined) yield* filesFrom(found, seen);
    }
}

/** @returns URL of the file that a relative name stands for in a module; undefined where there is none. */
export function fileOf(specifier: string, parent: string): string | undefined {
  return candidatesOf(specifier, parent)
    .map((candidate) => new URL(candidate, parent))
    .find((candidate) => existsSync(candidate) && statSync(candidate).isFile())?.href;
}

/** As hashes of files are written and read by people. */
export function shortened(hexadecimal: string): string {
  return hexadecimal.slice(0, HASH_DIGITS);
}
