/** What the module loader makes of a specifier: the rules both forms of the hooks share. */

/** What the hooks need to know of the thread they serve. */
export interface LoaderData {
  /**
   * Shared with the thread: 1 at the first place while a script runs, for importing takes real time then and is refused; how
   * often it was refused at the second.
   */
  running: Int32Array;
}

/** True for `mqtt-amber` and its subpaths: they mean the package that runs the scenario, wherever the file lies. */
export function isOwnName(specifier: string): boolean {
  return specifier === 'mqtt-amber' || specifier.startsWith('mqtt-amber/');
}

/** What a specifier may stand for, in the order to try: TypeScript says `./x.js`, or `./x`, and means `./x.ts`. */
export function candidatesOf(specifier: string, parentURL: string | undefined): readonly string[] {
  const relative = /^\.{1,2}\//.test(specifier) || specifier.startsWith('file:');
  if (!relative || parentURL === undefined || !/\.[cm]?ts$/.test(parentURL)) return [specifier];
  const extension = /\.([cm]?)js$/.exec(specifier);
  if (extension !== null) {
    return [specifier, `${specifier.slice(0, extension.index)}.${extension[1]}ts`];
  }
  return /\.[a-z]+$/.test(specifier) ? [specifier] : [specifier, `${specifier}.ts`, `${specifier}/index.ts`];
}

/** A script that imports while it runs waits for the real disk, and what happens meanwhile is anybody's guess. */
export function refusalOf(
  running: Int32Array,
  specifier: string,
  parentURL: string | undefined,
): Error | undefined {
  if (Atomics.load(running, 0) === 0) return undefined;
  Atomics.add(running, 1, 1);
  const error = new Error(
    `import('${specifier}') is not available while a scenario runs${parentURL === undefined ? '' : ` (in ${parentURL})`}: ` +
      'import it at the top of the module',
  );
  error.name = 'RefusedCallError';
  return error;
}
