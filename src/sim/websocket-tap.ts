/**
 * The tap on a direction that carries a WebSocket: its units are the request or response of the handshake and the frames, and
 * through the frames it follows the packets of MQTT.
 *
 * A packet is sent when the frame with its last byte is, and that frame is its cause. It is received when whoever reads
 * the WebSocket has read so far in the payload: an end that refuses a frame receives nothing of it.
 */

import { PacketCutter } from '../mqtt/codec/packet-cutter.ts';
import type { PacketLost } from '../trace/event.ts';
import {
  BINARY,
  CONTINUATION,
  type FrameHeader,
  isControl,
  PING,
  PONG,
  payloadOf,
  readHeader,
} from '../websocket/frame.ts';
import { WebSocketFramer } from '../websocket/framer.ts';
import { unitName } from '../websocket/unit-name.ts';
import { isKeepAlive, learnVersion } from './packet-tap.ts';
import { Tap } from './tap.ts';

/** Opcodes of frames that say nothing of their own. */
const SILENT: ReadonlySet<number> = new Set([CONTINUATION, BINARY, PING, PONG]);

/** A packet that is written and not yet read. */
interface Packet {
  readonly bytes: Uint8Array;
  readonly ordinal: number;
  /** Offset after its last byte, on the wire and in the payload. */
  readonly end: number;
  readonly payloadEnd: number;
}

export class WebSocketTap extends Tap {
  readonly #framer = new WebSocketFramer(this);
  readonly #cutter = new PacketCutter({
    piece: (bytes, packet, malformed) => this.#payloadPiece(bytes, packet, malformed),
  });
  /** Opcode of the message that the frames belong to. */
  #opcode = CONTINUATION;
  /** Bytes of payload that may hold packets, so far; and how many of them belong to packets that are complete. */
  #payload = 0;
  #packed = 0;
  /** Of the frame that is looked into: what to add to an offset in the payload to have it on the wire, and the ordinal. */
  #shift = 0;
  #frame = 0;
  #packets: Packet[] = [];
  /** Its reader is a process, which does not say how far it is in the payload: packets are received with the bytes. */
  readByProcess = false;
  /** Why no packet will be read any more. */
  #closed: string | undefined;

  write(bytes: Uint8Array): void {
    this.#framer.write(bytes);
  }

  cutShort(): void {
    if (this.over) return;
    const begun = this.#framer.cutShort();
    if (begun !== undefined) this.sent(begun, 'it is cut short');
  }

  packetsEnding(from: number, to: number): { bytes: Uint8Array; end: number }[] {
    return this.#packets.filter(({ end }) => end > from && end <= to);
  }

  get onlyKeepsAlive(): boolean {
    const units = this.unitsEnding(this.read, this.written);
    return (
      !this.#framer.handshaking &&
      this.#payload === this.#packed &&
      units.at(-1)?.end === this.written &&
      units.every(({ bytes }) => SILENT.has(bytes[0]! & 15)) &&
      this.#packets.every(({ bytes }) => isKeepAlive(bytes))
    );
  }

  /* For who reads the WebSocket. */

  /** Offset in the payload at which the packet ends that is read next; Infinity while none is known. */
  get nextPacketEnd(): number {
    return this.#packets[0]?.payloadEnd ?? Number.POSITIVE_INFINITY;
  }

  /** It is read to its end: it is the cause of what follows. */
  packetRead(): void {
    const { recorder } = this;
    const { bytes, ordinal } = this.#packets.shift()!;
    if (ordinal > 0) recorder.cause = ordinal;
    const received = recorder.received(this, ordinal, bytes);
    if (received > 0) recorder.cause = received;
  }

  /** The reader wants no more packets, though it may read on for a Close frame. */
  endPackets(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    for (const { ordinal, end } of this.#packets) this.#losePacket(ordinal, this.placeOf(end), reason);
    this.#packets = [];
  }

  /* As a tap. */

  override endReading(reason: string): void {
    super.endReading(reason);
    this.endPackets(reason);
  }

  override endWriting(reason: string): void {
    super.endWriting(reason);
    const kept = this.#packets.filter(({ end }) => end <= this.transmitted);
    for (const { ordinal } of this.#packets.slice(kept.length)) this.#losePacket(ordinal, 'sender', reason);
    this.#packets = kept;
  }

  protected sent(unit: Uint8Array, malformed: string | undefined): number {
    const { recorder } = this;
    const handshaking = this.#framer.handshaking;
    const header = handshaking || malformed !== undefined ? undefined : readHeader(unit);
    const event = {
      k: 'websocket.sent',
      n: this.writer,
      conn: this.conn,
      what: unitName(unit, handshaking, malformed),
      bytes: unit,
    } as const;
    const ordinal = recorder.emit(malformed === undefined ? event : { ...event, malformed });
    if (ordinal > 0) recorder.cause = ordinal;
    if (header !== undefined && !isControl(header.opcode)) this.#lookInto(unit, header, ordinal);
    return ordinal;
  }

  #lookInto(frame: Uint8Array, header: FrameHeader, ordinal: number): void {
    if (header.opcode !== CONTINUATION) this.#opcode = header.opcode;
    // Packets are in binary messages alone [5.0/MQTT-6.0.0-1].
    if (this.#opcode !== BINARY || header.length === 0) return;
    this.#frame = ordinal;
    this.#shift = this.written - frame.length + header.size - this.#payload;
    this.#cutter.write(payloadOf(frame, header));
  }

  #payloadPiece(bytes: Uint8Array, packet: Uint8Array | undefined, malformed: string | undefined): void {
    this.#payload += bytes.length;
    if (packet === undefined) return;
    this.#packed = this.#payload;
    const { connection, recorder } = this;
    learnVersion(connection, packet);
    if (malformed === undefined) this.connection.exchanges?.wrote(this.writer, packet);
    if (this.#frame > 0) recorder.cause = this.#frame;
    const ordinal = recorder.sent(this, packet, malformed);
    if (ordinal > 0) recorder.cause = ordinal;
    if (this.#closed !== undefined) this.#losePacket(ordinal, 'network', this.#closed);
    else {
      const end = this.#payload + this.#shift;
      this.#packets.push({ bytes: packet, ordinal, end, payloadEnd: this.#payload });
    }
  }

  protected received(_unit: Uint8Array, sent: number): void {
    const { recorder } = this;
    if (sent > 0) recorder.cause = sent;
    const ordinal = recorder.emit({
      k: 'websocket.received',
      n: this.reader,
      conn: this.conn,
      of: sent,
    });
    if (ordinal > 0) recorder.cause = ordinal;
    if (!this.readByProcess) return;
    while (this.#packets.length > 0 && this.#packets[0]!.end <= this.read) this.packetRead();
  }

  protected lost(sent: number, at: PacketLost['at'], reason: string): void {
    const { recorder } = this;
    if (!recorder.wants('websocket.lost')) return;
    recorder.emit({ k: 'websocket.lost', n: this.reader, conn: this.conn, of: sent, at, reason });
  }

  #losePacket(ordinal: number, at: PacketLost['at'], reason: string): void {
    this.recorder.lost(this, ordinal, at, reason);
  }
}
