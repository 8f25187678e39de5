/**
 * The tap on one direction of a connection: it keeps the bytes between write and read, and follows the packets in them.
 *
 * What is written is cut into stretches at the ends of packets. A packet is sent when its last byte is written and
 * received when its last byte is read; if the connection ends in between, it is lost. A machine writes whole packets,
 * so its packet is one stretch and nothing is copied; a raw peer may write anything.
 */
import type { PacketLost, PacketSent } from '../trace/event.ts';
import type { ConnectionName, Recorder } from '../trace/recorder.ts';
import { concatenate, PacketFramer, type PieceSink, packetLength } from './packet-framer.ts';

const CONNECT = 1;

/** What both taps of a connection know of it. */
export interface TappedConnection {
  readonly name: string;
  /** The same name as the recorder keeps it. */
  readonly recordedName: ConnectionName;
  /** Protocol level that the CONNECT asked for; 0 before there was one. */
  version: PacketSent['v'];
}

/** Bytes that were written at once and belong to one packet; a list, because most of the time there is one at most. */
interface Stretch {
  readonly bytes: Uint8Array;
  /** Offset of the byte after the last. */
  readonly end: number;
  /** The whole packet that ends with this stretch; undefined when it goes on. */
  readonly packet: Uint8Array | undefined;
  /** Of the `packet.sent`; 0 when that was not recorded. */
  readonly ordinal: number;
  next: Stretch | undefined;
}

export class PacketTap implements PieceSink {
  /** Offset of the next byte to be written. */
  written = 0;
  /** Every byte below this offset has been read. */
  read = 0;
  /** Every byte below this offset was transmitted at least once. */
  transmitted = 0;
  readonly #recorder: Recorder;
  readonly #connection: TappedConnection;
  readonly #name: ConnectionName;
  readonly #writer: string;
  readonly #reader: string;
  /** What is written and not read to its end. */
  #first: Stretch | undefined;
  #last: Stretch | undefined;
  /** Undefined as long as everything that was written was one whole packet. */
  #framer: PacketFramer | undefined;
  /** Why nothing more will be read. */
  #over: string | undefined;

  constructor(recorder: Recorder, connection: TappedConnection, writer: string, reader: string) {
    this.#recorder = recorder;
    this.#connection = connection;
    this.#name = connection.recordedName;
    this.#writer = writer;
    this.#reader = reader;
  }

  /** Bytes are written; every packet that ends in them is sent now. */
  write(bytes: Uint8Array): void {
    if (this.#framer === undefined) {
      if (packetLength(bytes, 0) === bytes.length) {
        this.piece(bytes, bytes);
        return;
      }
      this.#framer = new PacketFramer(this);
    }
    this.#framer.write(bytes);
  }

  /** For the framer only. */
  piece(bytes: Uint8Array, packet: Uint8Array | undefined, malformed?: string): void {
    const recorder = this.#recorder;
    this.written += bytes.length;
    let ordinal = 0;
    if (packet !== undefined) {
      const connection = this.#connection;
      if (packet[0]! >> 4 === CONNECT && connection.version === 0) connection.version = protocolLevel(packet);
      ordinal = recorder.packetSent(this.#writer, this.#name, packet, connection.version, malformed);
      if (ordinal > 0) recorder.cause = ordinal;
      if (this.#over !== undefined) this.#lose(ordinal, 'network', this.#over);
    }
    if (this.#over === undefined) this.#push({ bytes, end: this.written, packet, ordinal, next: undefined });
  }

  #push(stretch: Stretch): void {
    if (this.#last === undefined) this.#first = stretch;
    else this.#last.next = stretch;
    this.#last = stretch;
  }

  /** True when nobody will read any more. */
  get over(): boolean {
    return this.#over !== undefined;
  }

  /** The writer will write no more: a packet it began is what it is. */
  cutShort(): void {
    if (this.#framer === undefined || this.#over !== undefined) return;
    const bytes = this.#framer.cutShort();
    if (bytes === undefined) return;
    const { version } = this.#connection;
    this.#recorder.packetSent(this.#writer, this.#name, bytes, version, 'the packet is cut short');
  }

  /**
   * Reads on, at most to `readable` and at most to the end of a packet. A packet that ends with what is read is received
   * now, and is the cause of what follows. Returns undefined when there is nothing.
   */
  readPacket(readable: number): Uint8Array | undefined {
    if (readable <= this.read || this.#over !== undefined) return undefined;
    const stretch = this.#first!;
    const begin = stretch.end - stretch.bytes.length;
    if (readable < stretch.end) {
      const part = stretch.bytes.subarray(this.read - begin, readable - begin);
      this.read = readable;
      return part;
    }
    const part = this.read === begin ? stretch.bytes : stretch.bytes.subarray(this.read - begin);
    this.read = stretch.end;
    this.#first = stretch.next;
    if (stretch.next === undefined) this.#last = undefined;
    if (stretch.packet !== undefined) this.#receive(stretch.packet, stretch.ordinal);
    return part;
  }

  /** Reads at most `limit` bytes below `readable` at once, whatever packets they belong to. */
  readBytes(readable: number, limit: number): Uint8Array | undefined {
    const to = Math.min(readable, this.read + limit);
    const first = this.readPacket(to);
    if (first === undefined || this.read === to) return first;
    const parts = [first];
    for (let part = this.readPacket(to); part !== undefined; part = this.readPacket(to)) parts.push(part);
    let length = 0;
    for (const part of parts) length += part.length;
    return concatenate(parts, length);
  }

  /** Nobody will read any more: what is under way or waiting is lost, and so is whatever is still written. */
  endReading(readable: number, reason: string): void {
    if (this.#over !== undefined) return;
    this.#over = reason;
    for (let stretch = this.#first; stretch !== undefined; stretch = stretch.next) {
      if (stretch.packet === undefined) continue;
      const at =
        stretch.end <= readable ? 'receiver' : stretch.end <= this.transmitted ? 'network' : 'sender';
      this.#lose(stretch.ordinal, at, reason);
    }
    this.#first = undefined;
    this.#last = undefined;
  }

  /** Nobody will send what was not transmitted yet. What was begun stays, for it may yet arrive. */
  endWriting(reason: string): void {
    if (this.#over !== undefined) return;
    let stretch = this.#first;
    this.#first = undefined;
    this.#last = undefined;
    for (; stretch !== undefined; stretch = stretch.next) {
      const kept = { ...stretch, next: undefined };
      if (stretch.end <= this.transmitted) {
        this.#push(kept);
        continue;
      }
      if (stretch.packet !== undefined) this.#lose(stretch.ordinal, 'sender', reason);
      // The part of a stretch that was transmitted can still be read, though its packet will never be whole.
      const begin = stretch.end - stretch.bytes.length;
      if (begin < this.transmitted) {
        const bytes = stretch.bytes.subarray(0, this.transmitted - begin);
        this.#push({ bytes, end: this.transmitted, packet: undefined, ordinal: 0, next: undefined });
      }
    }
  }

  /** The packets that end above `from` and not above `to`, for rules that look at what a segment carries. */
  packetsEnding(from: number, to: number): { bytes: Uint8Array; end: number }[] {
    const found: { bytes: Uint8Array; end: number }[] = [];
    for (let stretch = this.#first; stretch !== undefined; stretch = stretch.next) {
      const { packet, end } = stretch;
      if (end > from && end <= to && packet !== undefined) found.push({ bytes: packet, end });
    }
    return found;
  }

  #receive(packet: Uint8Array, sent: number): void {
    const recorder = this.#recorder;
    if (sent > 0) recorder.cause = sent;
    const ordinal = recorder.packetReceived(this.#reader, this.#name, sent, packet);
    if (ordinal > 0) recorder.cause = ordinal;
  }

  #lose(sent: number, at: PacketLost['at'], reason: string): void {
    this.#recorder.packetLost(this.#reader, this.#name, sent, at, reason);
  }
}

/** The Protocol Level of a CONNECT, 0 when it has none that we know. */
function protocolLevel(packet: Uint8Array): PacketSent['v'] {
  let at = 1;
  while (packet[at]! >= 0x80) at++;
  const nameLength = (packet[at + 1] ?? 0) * 256 + (packet[at + 2] ?? 0);
  const level = packet[at + 3 + nameLength];
  return level === 3 || level === 4 || level === 5 ? level : 0;
}
