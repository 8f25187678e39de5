/** Whether a module of Node called a dispatcher: what it does is for the real process. */
import { fileAbove } from './formed-stacks.ts';

/**
 * @param between how many functions of ours are between this one and who called them.
 */
export function isCalledByNode(between: number): boolean {
  const caller = callerBeyond(between);
  return caller === undefined || caller.includes('node:');
}

/** The same from a getter of ours; but streams of Node work for whoever uses them. */
export function isReadByNode(): boolean {
  const reader = callerBeyond(1);
  return reader === undefined || (reader.includes('node:') && !reader.includes('node:internal/streams/'));
}

/** The file of what called the function that called `between` functions, the last of which asks here. */
function callerBeyond(between: number): string | undefined {
  return fileAbove(between + 2);
}
