/**
 * Which frames of a WebSocket carried a packet. Frames and packets are bytes of one stream, and no edge of the one has to be an edge
 * of the other [5.0/MQTT-6.0.0-2]: both are counted, and a packet is in every frame that has bytes of it.
 */
import type { WebSocketSent } from '../../src/trace/event.ts';

/** One direction of a connection. */
interface Stream {
  /** Bytes that frames have carried, and bytes that were packets. */
  framed: number;
  read: number;
  /** Those that have bytes of which no packet is known yet, by their ordinals; each ends where `to` bytes were framed. */
  frames: { ordinal: number; to: number }[];
}

const EXTENDED = { 126: 2, 127: 8 } as const;
const MASK_LENGTH = 4;

export class Carriage {
  readonly #streams = new Map<string, Stream>();
  /** By the ordinal of the departure. Most packets are in one frame, which is their cause. */
  readonly #split = new Map<number, readonly number[]>();

  /** A frame was written. */
  framed({ i, conn, n, what, bytes }: WebSocketSent): void {
    if (what !== 'binary' && what !== 'continuation' && what !== 'text') return;
    const name = `${conn} ${n}`;
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = { framed: 0, read: 0, frames: [] };
      this.#streams.set(name, stream);
    }
    stream.framed += payloadLength(bytes);
    stream.frames.push({ ordinal: i, to: stream.framed });
  }

  /** The next packet of a node on a connection has departed. */
  departed(ordinal: number, conn: string, node: string, size: number): void {
    if (this.#streams.size === 0) return;
    const stream = this.#streams.get(`${conn} ${node}`);
    if (stream === undefined) return;
    stream.read += size;
    const { frames, read } = stream;
    let last = 0;
    while (last < frames.length - 1 && frames[last]!.to < read) last++;
    if (last > 0)
      this.#split.set(
        ordinal,
        frames.slice(0, last + 1).map((frame) => frame.ordinal),
      );
    frames.splice(0, (frames[last]?.to ?? read + 1) > read ? last : last + 1);
  }

  /** The ordinals of the frames of a packet that is in more than one; undefined for any other. */
  splitOf(ordinal: number): readonly number[] | undefined {
    return this.#split.get(ordinal);
  }
}

/** What is left of a frame without its head [RFC 6455 section 5.2]. */
function payloadLength(bytes: Uint8Array): number {
  const second = bytes[1] ?? 0;
  const extended = EXTENDED[(second & 0x7f) as keyof typeof EXTENDED] ?? 0;
  return Math.max(0, bytes.length - 2 - extended - (second >= 0x80 ? MASK_LENGTH : 0));
}
