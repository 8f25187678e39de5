/**
 * Topic Names that were written before, their bytes in words of four: topics repeat, and to copy words takes a quarter of what it takes to
 * ask a string for each of its characters.
 */
const written = new Map<string, Uint32Array>();

/** When there are so many all are forgotten: more of them would be no quicker to find than to write anew. */
const MOST = 1_024;
/**
 * One in so many that are not known is remembered. Those that come again are known sooner or later, and of those that never do, or are
 * more than find room, few have to be remembered in vain.
 */
const SELDOM = 32;
let unknown = 0;

/** The bytes of a plain Topic Name, with up to three more behind them; undefined where it is not known. */
export function wordsOf(topic: string): Uint32Array | undefined {
  return written.get(topic);
}

/** A plain Topic Name that was not known was written to these bytes. */
export function noteWritten(topic: string, bytes: Uint8Array, from: number, to: number): void {
  if (unknown++ % SELDOM !== 0) return;
  if (written.size === MOST) written.clear();
  const words = new Uint32Array((to - from + 3) >> 2);
  new Uint8Array(words.buffer).set(bytes.subarray(from, to));
  written.set(topic, words);
}
