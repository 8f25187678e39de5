/** Whether a module of Node called a dispatcher: what it does is for the real process. */

/**
 * @param between how many functions of ours are between this one and who called them.
 */
export function isCalledByNode(between: number): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = between + 2;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  const caller = stack.split('\n')[between + 2];
  return caller === undefined || caller.includes('node:');
}
