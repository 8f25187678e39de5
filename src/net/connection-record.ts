import { PacketCutter } from '../mqtt/codec/packet-cutter.ts';
import type { PieceSink } from '../stream/pieces.ts';
import type { ConnectionEnded } from '../trace/event.ts';
import { RecordedConnection } from './traffic-record.ts';

const ENDED = 'the connection ended';

interface UnderWay {
  ordinal: number;
  bytes: Uint8Array;
  left: number;
}

/** One connection as the broker sees it. */
export class ConnectionRecord extends RecordedConnection implements PieceSink {
  readonly #inbound = new PacketCutter(this);
  #pass: (piece: Uint8Array) => void = () => {};
  /** Sent to the client, not yet taken by the kernel. */
  readonly #outbound: UnderWay[] = [];
  /** The broker reads no more of it. */
  #left = false;
  /** Nothing that was written is taken any more. */
  #over = false;

  /** Bytes came from the client; `pass` is handed them packet by packet, in order. */
  arrived(bytes: Uint8Array, pass: (piece: Uint8Array) => void): void {
    this.#pass = pass;
    this.#inbound.write(bytes);
  }

  piece(piece: Uint8Array, packet: Uint8Array | undefined, malformed?: string): void {
    const { recorder } = this.record;
    if (packet !== undefined) {
      const name = this.named(packet);
      this.record.tick();
      recorder.cause = 0;
      const sent = recorder.packetSent(this.client, name, packet, this.version, malformed);
      recorder.cause = sent;
      // It came in one piece with what the broker ended the connection for.
      if (this.#left) recorder.packetLost(this.record.server, name, sent, 'receiver', ENDED);
      else recorder.cause = recorder.packetReceived(this.record.server, name, sent, packet);
    }
    try {
      this.#pass(piece);
    } finally {
      recorder.cause = 0;
    }
  }

  /** A whole packet is written to the client. */
  sent(bytes: Uint8Array, malformed?: string): void {
    const { recorder, server } = this.record;
    const name = this.named();
    this.record.tick();
    const ordinal = recorder.packetSent(server, name, bytes, this.version, malformed);
    this.#outbound.push({ ordinal, bytes, left: bytes.length });
  }

  /** The kernel took so many of the bytes that were written. */
  taken(count: number): void {
    if (this.#over) return;
    const { recorder } = this.record;
    let left = count;
    this.record.tick();
    while (left > 0 && this.#outbound.length > 0) {
      const first = this.#outbound[0]!;
      const part = Math.min(left, first.left);
      left -= part;
      first.left -= part;
      if (first.left > 0) return;
      this.#outbound.shift();
      recorder.cause = first.ordinal;
      recorder.packetReceived(this.client, this.named(), first.ordinal, first.bytes);
      recorder.cause = 0;
    }
  }

  /** This end learned or decided that it is over. */
  ended(end: ConnectionEnded['end']): void {
    if (this.#left) return;
    this.#left = true;
    const name = this.named();
    const { recorder, server } = this.record;
    const rest = this.#inbound.cutShort();
    this.record.tick();
    if (rest !== undefined) {
      const sent = recorder.packetSent(this.client, name, rest, this.version, 'the packet is cut short');
      recorder.packetLost(server, name, sent, 'sender', ENDED);
    }
    // What a connection that finishes has written is still taken; nothing else is.
    if (end !== 'closed') this.#lose(`connection ${end}`);
    this.record.emit({ k: 'conn.ended', n: server, conn: name.text, end });
    if (end !== 'closed') this.#over = true;
  }

  #lose(reason: string): void {
    for (const { ordinal } of this.#outbound.splice(0)) {
      this.record.recorder.packetLost(this.client, this.named(), ordinal, 'sender', reason);
    }
  }
}
