/** An end, and a name, for what has none: calls of a browser that take no time limit would else hang as long as a test may, and say nothing. */

const PATIENCE_MILLIS = 60_000;

/**
 * @param what is waited for, as a sentence goes on after "until".
 * @throws {Error} that names it, when it has not ended after a minute.
 */
export async function within<T>(what: string, waiting: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited a minute until ${what}`)), PATIENCE_MILLIS);
  });
  try {
    return await Promise.race([waiting, end]);
  } finally {
    clearTimeout(timer);
  }
}
