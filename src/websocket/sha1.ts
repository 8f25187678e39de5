/** SHA-1 [FIPS 180-4 section 6.1], by which the handshake proves that it was read; it keeps no secret. */

const BLOCK_BYTES = 64;
/** The length in bits, at the end of the last block. */
const LENGTH_BYTES = 8;
const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** @returns 20 bytes. */
export function sha1(bytes: Uint8Array): Uint8Array {
  const blocks = Math.ceil((bytes.length + 1 + LENGTH_BYTES) / BLOCK_BYTES);
  const padded = new DataView(new ArrayBuffer(blocks * BLOCK_BYTES));
  new Uint8Array(padded.buffer).set(bytes);
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(padded.byteLength - 4, bytes.length * 8);
  const hash = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const words = new Int32Array(80);
  for (let block = 0; block < padded.byteLength; block += BLOCK_BYTES) {
    let [a, b, c, d, e] = hash as unknown as [number, number, number, number, number];
    for (let t = 0; t < 80; t++) {
      words[t] =
        t < 16
          ? padded.getInt32(block + 4 * t)
          : rotated(words[t - 3]! ^ words[t - 8]! ^ words[t - 14]! ^ words[t - 16]!, 1);
      const [mixed, constant] =
        t < 20
          ? [(b & c) | (~b & d), 0x5a827999]
          : t < 40
            ? [b ^ c ^ d, 0x6ed9eba1]
            : t < 60
              ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
              : [b ^ c ^ d, 0xca62c1d6];
      const next = (rotated(a, 5) + mixed + e + constant + words[t]!) | 0;
      [e, d, c, b, a] = [d, c, rotated(b, 30), a, next];
    }
    for (const [at, word] of [a, b, c, d, e].entries()) hash[at]! += word;
  }
  const digest = new DataView(new ArrayBuffer(hash.byteLength));
  for (const [at, word] of hash.entries()) digest.setInt32(4 * at, word);
  return new Uint8Array(digest.buffer);
}
