/** Hashing of 32-bit words: what the digest of a run, the checksum of a file and the keys of messages are made of. */

/** One round: every input bit reaches the upper half, and the shift brings it back down. A bijection for each word. */
export function step(lane: number, word: number): number {
  const mixed = Math.imul(lane ^ word, 0x9e3779b1 | 0);
  return mixed ^ (mixed >>> 15);
}

/** Spreads what the last rounds left in the upper half. */
export function finish(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b | 0);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35 | 0);
  return mixed ^ (mixed >>> 16);
}

/** Hashes UTF-16 code units: the same in every engine, and no encoder in between. */
export function hashText(text: string): number {
  let hash = text.length;
  for (let i = 0; i < text.length; i++) hash = step(hash, text.charCodeAt(i));
  return hash;
}

/** Eight hexadecimal digits. */
export function hex32(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
