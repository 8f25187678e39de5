/**
 * Places inside of Node in stacks. Hosted code sees none: what goes on after an `import()` does so from one place of the event loop or another,
 * as the loader's thread answers.
 */

/** Of modules that nobody can import. */
const INSIDES = 'node:internal/';
const LINE_OF_INSIDES = /\n {4}at [^\n]*\bnode:internal\/[^\n]*/g;

export function isOutside(site: NodeJS.CallSite): boolean {
  return site.getFileName()?.startsWith(INSIDES) !== true;
}

/** Takes them out of the stack of an error that comes from another thread, where it was written already. */
export function withoutInsides(error: unknown): unknown {
  if (error instanceof Error && typeof error.stack === 'string')
    error.stack = error.stack.replace(LINE_OF_INSIDES, '');
  return error;
}
