/**
 * Places in stacks that are none of the code which runs on a node. Hosted code sees none of them: what goes on after an `import()` does so from one place
 * of the event loop or another, as the loader's thread answers, and where we are in our own files is a matter of how they were built.
 */
import { isOwnFile } from '../scenario/call-site.ts';
import { withoutKeys } from './module-names.ts';

/** Of modules that nobody can import. */
const INSIDES = 'node:internal/';
const LINE = /\n {4}at [^\n]*/g;
const ADDRESS = /(?:file:\/\/)?(\/[^\n()]*):\d+:\d+\)?$/;

/** Neither of Node's insides nor, where that is asked for, of Amber. */
export function isOutside(file: string | null | undefined, isOwnInside: boolean): boolean {
  if (typeof file !== 'string') return true;
  return !file.startsWith(INSIDES) && !(isOwnInside && isOwnFile(file.replace('file://', '')));
}

/** What the loader throws at code of a node, as that may see it: where its stack is written already, and without the mark of a life. */
export function outsideOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message, stack } = error;
  if (withoutKeys(message) !== message) error.message = withoutKeys(message);
  if (typeof stack === 'string')
    error.stack = withoutKeys(stack).replace(LINE, (line) => (isLineOutside(line) ? line : ''));
  return error;
}

function isLineOutside(line: string): boolean {
  return !line.includes(INSIDES) && isOutside(ADDRESS.exec(line)?.[1], true);
}
