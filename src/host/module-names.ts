/** What the module loader makes of a specifier: the rules both forms of the hooks share. */

/** Whose code runs on the thread that the hooks serve, at the first place of {@link LoaderData.state}. */
export const RUNS = {
  /** Nothing of a run. */
  nothing: 0,
  /** A script: importing takes real time and is refused. */
  script: 1,
  /** A hosted node that boots: what it imports belongs to this life of it. Also a story that is loaded for one run. */
  booting: 2,
  /** A hosted node that has booted: it may still `require`, which takes no time. */
  process: 3,
} as const;

/** Places in {@link LoaderData.state}. */
export const AT = { runs: 0, refused: 1, begun: 2, ended: 3, keyLength: 4, packages: 5, length: 6 } as const;

/** What the hooks need to know of the thread they serve, and tell it. */
export interface LoaderData {
  /**
   * Shared with the thread: which code runs, see {@link RUNS}; how often an import was refused; how many requests the hooks have begun,
   * and ended; how many bytes of the key count; how often something was found in a package.
   */
  state: Int32Array;
  /** The name of the life that boots, in ASCII: it tells its modules from those of others. */
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

/** The URL without the mark of a life. */
export function withoutKey(url: string): string {
  return url.replace(KEYED, '');
}

/** True for a file, by its name or URL, of a package: all that runs on a thread shares it. */
export function isOfPackage(file: string): boolean {
  return file.includes('/node_modules/');
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
    Atomics.add(data.state, AT.packages, 1);
    return url;
  }
  const key = keyOf(parentURL) ?? presentKey(data);
  return key === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}${KEY}=${key}`;
}

function keyOf(url = ''): string | undefined {
  return KEYED.exec(url)?.[1];
}

/** Of the life that boots; undefined while none does. */
function presentKey({ state, key }: LoaderData): string | undefined {
  if (Atomics.load(state, AT.runs) !== RUNS.booting) return undefined;
  let name = '';
  const length = Atomics.load(state, AT.keyLength);
  for (let i = 0; i < length; i++) name += String.fromCharCode(key[i]!);
  return name;
}

/**
 * A script that imports while it runs waits for the real disk, and what happens meanwhile is anybody's guess. So does a hosted node that
 * has booted.
 */
export function refusalOf(
  state: Int32Array,
  specifier: string,
  { parentURL, conditions = [] }: { parentURL?: string | undefined; conditions?: readonly string[] },
  isRequired = (): boolean => conditions.includes('require'),
): Error | undefined {
  const runs = Atomics.load(state, AT.runs);
  if (runs === RUNS.nothing || runs === RUNS.booting) return undefined;
  // What is required is there at once.
  if (runs === RUNS.process && isRequired()) return undefined;
  Atomics.add(state, AT.refused, 1);
  const error = new Error(
    runs === RUNS.process
      ? `import('${specifier}') is not available to a node that has booted${parentURL === undefined ? '' : ` (in ${withoutKey(parentURL)})`}: import it while it boots`
      : `import('${specifier}') is not available while a scenario runs${parentURL === undefined ? '' : ` (in ${parentURL})`}: ` +
          'import it at the top of the module',
  );
  error.name = 'RefusedCallError';
  return error;
}
