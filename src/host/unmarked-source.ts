/** What a module of one life of a node sees of its own address: the file, as everybody else calls it, and not which life of which run it is. */
import { withoutKey } from './module-names.ts';

const META = 'import.meta';

/** @returns the source such that `import.meta` and stacks are free of the mark that its URL has; lines stay where they are. */
export function unmarked(source: string, url: string): string {
  const plain = withoutKey(url);
  if (plain === url) return source;
  return `${source.includes(META) ? withPlainMeta(source, plain) : source}\n//# sourceURL=${plain}`;
}

/** The same of a module as the loader has read it: what is in CommonJS has names without marks. */
export function unmarkedModule<M extends object>(loaded: M, url: string): M {
  const { format, source } = loaded as { format?: string | null; source?: unknown };
  if (format !== 'module' || source === undefined || source === null || withoutKey(url) === url)
    return loaded;
  const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString();
  return { ...loaded, source: unmarked(text, url) };
}

/** A line that is no part of the language has to stay the first. */
const SHEBANG = /^#!.*\n/;

function withPlainMeta(source: string, plain: string): string {
  const before = SHEBANG.exec(source)?.[0] ?? '';
  return `${before}${META}.url=${JSON.stringify(plain)};${RESOLVES_PLAINLY}${source.slice(before.length)}`;
}

/** What it finds is marked, and is marked again when it is imported. */
const RESOLVES_PLAINLY = `${META}.resolve=((find)=>(...asked)=>find(...asked).replace(/[?&]amber=[^#]*$/,""))(${META}.resolve);`;
