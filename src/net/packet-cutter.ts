import { CodecError, Framer } from '../mqtt/codec/index.ts';
import { joined } from './channel.ts';

/** Cuts a stream of bytes at the ends of its packets, and hands on every byte once. */
export class PacketCutter {
  readonly #framer = new Framer();
  /** Of the packet that has begun, for when it is never complete. */
  #begun: Uint8Array[] = [];
  #begunBytes = 0;
  #malformed: string | undefined;

  /**
   * @param each is handed the bytes piece by piece; `packet` is what ends with the piece, or what nothing can be framed in,
   *   with the reason.
   */
  cut(
    bytes: Uint8Array,
    each: (piece: Uint8Array, packet: Uint8Array | undefined, malformed?: string) => void,
  ): void {
    if (this.#malformed !== undefined) {
      each(bytes, bytes, this.#malformed);
      return;
    }
    this.#framer.push(bytes);
    let from = 0;
    try {
      for (let packet = this.#framer.next(); packet !== undefined; packet = this.#framer.next()) {
        const to = bytes.length - this.#framer.pending;
        this.#begun = [];
        this.#begunBytes = 0;
        const piece = bytes.subarray(from, to);
        from = to;
        each(piece, packet);
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#malformed = error.message;
    }
    if (from === bytes.length) return;
    const piece = bytes.subarray(from);
    this.#begun.push(piece);
    this.#begunBytes += piece.length;
    if (this.#malformed === undefined) each(piece, undefined);
    else each(piece, this.rest(), this.#malformed);
  }

  /** The packet that has begun and is not complete. */
  rest(): Uint8Array | undefined {
    if (this.#begunBytes === 0) return undefined;
    const rest = joined(this.#begun, this.#begunBytes);
    this.#begun = [];
    this.#begunBytes = 0;
    return rest;
  }
}
