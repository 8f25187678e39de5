/** Bytes that are looked for at many places, four at a time: that takes as long as to look at one. */
export class Bytes {
  readonly bytes: Uint8Array;
  /** The first ones, as many as are whole words. */
  readonly #words: Int32Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#words = Int32Array.from({ length: bytes.length >> 2 }, (_, at) => view.getInt32(4 * at, true));
  }

  /** Whether they are at a place of others, which end behind them or later and are those of the view. */
  areAt(others: Uint8Array, view: DataView, at: number): boolean {
    const words = this.#words;
    const { bytes } = this;
    const count = words.length;
    for (let i = 0; i < count; i++) if (view.getInt32(at + 4 * i, true) !== words[i]) return false;
    for (let i = 4 * count; i < bytes.length; i++) if (others[at + i] !== bytes[i]) return false;
    return true;
  }
}
