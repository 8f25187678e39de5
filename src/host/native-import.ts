/**
 * `import()` of Node itself, also where a test runner has put its own in the place of it: applications are loaded as Node would load
 * them.
 */
import Module from 'node:module';
import { fileURLToPath } from 'node:url';

interface Compiling {
  exports: unknown;
  _compile(source: string, filename: string): void;
}

const module = new Module('native-import') as unknown as Compiling;
module._compile('module.exports = (url) => import(url);', fileURLToPath(import.meta.url));

export const nativeImport = module.exports as (url: string) => Promise<unknown>;
