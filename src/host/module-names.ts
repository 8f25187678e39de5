/** What the module loader makes of a specifier: the rules both forms of the hooks share. */

/** Places in {@link LoaderData.state}. */
export const AT = { begun: 0, ended: 1, keyLength: 2, packages: 3, length: 4 } as const;

/** What the hooks need to know of the thread they serve, and tell it. */
export interface LoaderData {
  /**
   * Shared with the thread: how many requests the hooks have begun, and ended; how many bytes of the key count; how often something was
   * found in a package that may keep something.
   */
  state: Int32Array;
  /** The name of the life that loads modules, in ASCII: it tells its modules from those of others. */
  key: Uint8Array;
  /** The story of the thread, whose types another one leaves out. */
  ahead?: SharedArrayBuffer | undefined;
}

/** Is asked of the hooks to learn that they have begun with everything that was asked before; it stands for a module that is there. */
export const FENCE = 'amber:fence';
export const FENCED = { url: 'node:module', format: 'builtin', shortCircuit: true } as const;

/** How a URL says to which life of which node its module belongs. */
const KEY = 'amber';
const KEYED = new RegExp(`[?&]${KEY}=([^#]*)$`);
const KEYS = new RegExp(`[?&]${KEY}=[^\\s"#]*`, 'g');

/** How names of stories begin that were loaded for one run alone; those of lives begin with a number. */
export const STORY = 'story-';

/** The URL without the mark of a life. */
export function withoutKey(url: string): string {
  return url.replace(KEYED, '');
}

/** What is written about URLs without the marks that are in it. */
export function withoutKeys(text: string): string {
  return text.replace(KEYS, '');
}

/** True for a file, by its name or URL, of a package: all that runs on a thread shares it. */
export function isOfPackage(file: string): boolean {
  return file.includes('/node_modules/');
}

/** True for what leaves types out, which the first file that has any asks for: it keeps nothing of whom it served. */
export function isOfStripper(file: string): boolean {
  return file.includes('/node_modules/@swc/');
}

/** True for `mqtt-amber` and its subpaths: they mean the package that runs the scenario, wherever the file lies. */
export function isOwnName(specifier: string): boolean {
  return specifier === 'mqtt-amber' || specifier.startsWith('mqtt-amber/');
}

/** What a specifier may stand for, in the order to try: TypeScript says `./x.js`, or `./x`, and means `./x.ts`. */
export function candidatesOf(specifier: string, parentURL: string | undefined): readonly string[] {
  const relative = /^\.{1,2}\//.test(specifier) || specifier.startsWith('file:');
  if (!relative || parentURL === undefined || !/\.[cm]?ts$/.test(withoutKey(parentURL))) return [specifier];
  const extension = /\.([cm]?)js$/.exec(specifier);
  if (extension !== null) {
    return [specifier, `${specifier.slice(0, extension.index)}.${extension[1]}ts`];
  }
  return /\.[a-z]+$/.test(specifier) ? [specifier] : [specifier, `${specifier}.ts`, `${specifier}/index.ts`];
}

/**
 * The files of an application are modules of the life that loads them, or that loaded the file which asks for them: ten devices from one
 * file are ten, and a restart begins anew. Packages are shared by all that runs on a thread, as is this one.
 *
 * @param own where this package lies.
 */
export function keyedUrl(url: string, parentURL: string | undefined, data: LoaderData, own: string): string {
  if (!url.startsWith('file:') || url.startsWith(own) || KEYED.test(url)) return url;
  if (isOfPackage(url)) {
    if (!isOfStripper(url)) Atomics.add(data.state, AT.packages, 1);
    return url;
  }
  const key = keyOf(parentURL, data);
  return key === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}${KEY}=${key}`;
}

/** A story is loaded before any node lives: what it imports while one does is that node's. */
function keyOf(parentURL = '', data: LoaderData): string | undefined {
  const inherited = KEYED.exec(parentURL)?.[1];
  return inherited?.startsWith(STORY) === false ? inherited : (presentKey(data) ?? inherited);
}

/** Of the life that loads modules; undefined while none does. */
function presentKey({ state, key }: LoaderData): string | undefined {
  const length = Atomics.load(state, AT.keyLength);
  if (length === 0) return undefined;
  let name = '';
  for (let i = 0; i < length; i++) name += String.fromCharCode(key[i]!);
  return name;
}
