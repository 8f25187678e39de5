/**
 * The tap on one direction of a connection: it keeps the bytes between write and read, and follows what is in them.
 *
 * What is written is cut into stretches at the ends of units: packets, or what carries them. A unit is sent when its last byte
 * is written and received when its last byte is read; if the connection ends in between, it is lost. A machine writes whole
 * units, so its unit is one stretch and nothing is copied; a raw peer may write anything.
 */

import { concatenate, type PieceSink } from '../stream/pieces.ts';
import type { PacketLost, PacketSent } from '../trace/event.ts';
import type { Followed, Recorder, Way } from '../trace/recorder.ts';
import type { Exchanges } from './exchanges.ts';

/** What both taps of a connection know of it. */
export interface TappedConnection {
  readonly recorder: Recorder;
  readonly name: string;
  readonly nameHash: number;
  /** Protocol level that the CONNECT asked for; 0 before there was one. */
  version: PacketSent['v'];
  /** Of a connection with a hosted node: what is open on it. */
  readonly exchanges?: Exchanges | undefined;
}

/** Who writes, or reads, and is told apart by its name. */
interface Named {
  readonly name: string;
  readonly nameHash: number;
}

/** Bytes that were written at once and belong to one unit; a list, because most of the time there is one at most. */
interface Stretch {
  readonly bytes: Uint8Array;
  /** Offset of the byte after the last. */
  readonly end: number;
  /** The whole unit that ends with this stretch; undefined when it goes on. */
  readonly unit: Uint8Array | undefined;
  /** Of the event that says it was sent; 0 when that was not recorded. */
  readonly ordinal: number;
  next: Stretch | undefined;
}

export abstract class Tap implements PieceSink, Way {
  /** Offset of the next byte to be written. */
  written = 0;
  /** Every byte below these offsets was transmitted at least once; has arrived, and all before it; has been read. */
  transmitted = 0;
  arrived = 0;
  read = 0;
  /** Below this one the transport of the reader knows that: there is room again. */
  taken = 0;
  followed: Followed | undefined = undefined;
  protected readonly connection: TappedConnection;
  readonly #writer: Named;
  readonly #reader: Named;
  /** What is written and not read to its end. */
  #first: Stretch | undefined;
  #last: Stretch | undefined;
  /** Why nothing more will be read. */
  #over: string | undefined;

  constructor(connection: TappedConnection, writer: Named, reader: Named) {
    this.connection = connection;
    this.#writer = writer;
    this.#reader = reader;
  }

  protected get recorder(): Recorder {
    return this.connection.recorder;
  }

  // As a way: its names are those of others, which are kept once.

  get conn(): string {
    return this.connection.name;
  }

  get connHash(): number {
    return this.connection.nameHash;
  }

  get writer(): string {
    return this.#writer.name;
  }

  get writerHash(): number {
    return this.#writer.nameHash;
  }

  get reader(): string {
    return this.#reader.name;
  }

  get readerHash(): number {
    return this.#reader.nameHash;
  }

  get version(): PacketSent['v'] {
    return this.connection.version;
  }

  /** Bytes are written; every unit that ends in them is sent now. */
  abstract write(bytes: Uint8Array): void;

  /** The writer will write no more: a unit it began is what it is. */
  abstract cutShort(): void;

  /** The packets that end above `from` and not above `to`, for rules that look at what a segment carries. */
  abstract packetsEnding(from: number, to: number): { bytes: Uint8Array; end: number }[];

  /** True when all that is written and not read keeps a connection alive, and says nothing else. */
  abstract get onlyKeepsAlive(): boolean;

  /** A unit is written to its end. @returns the ordinal of the event that says so; it is the cause of what follows. */
  protected abstract sent(unit: Uint8Array, malformed: string | undefined): number;
  /** It is read to its end. */
  protected abstract received(unit: Uint8Array, sent: number): void;
  /** It never will be. */
  protected abstract lost(sent: number, at: PacketLost['at'], reason: string): void;

  /** For the cutter only. */
  piece(bytes: Uint8Array, unit: Uint8Array | undefined, malformed?: string): void {
    this.written += bytes.length;
    let ordinal = 0;
    if (unit !== undefined) {
      ordinal = this.sent(unit, malformed);
      if (this.#over !== undefined) this.lost(ordinal, 'network', this.#over);
    }
    if (this.#over === undefined) this.push({ bytes, end: this.written, unit, ordinal, next: undefined });
  }

  private push(stretch: Stretch): void {
    if (this.#last === undefined) this.#first = stretch;
    else this.#last.next = stretch;
    this.#last = stretch;
  }

  /** True when nobody will read any more. */
  get over(): boolean {
    return this.#over !== undefined;
  }

  /**
   * Reads on, at most to `readable` and at most to the end of a unit. One that ends with what is read is received now, and is
   * the cause of what follows. Returns undefined when there is nothing.
   */
  readUnit(readable: number): Uint8Array | undefined {
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
    if (stretch.unit !== undefined) this.received(stretch.unit, stretch.ordinal);
    return part;
  }

  /** Reads at most `limit` bytes below `readable` at once, whatever units they belong to. */
  readBytes(readable: number, limit: number): Uint8Array | undefined {
    const to = Math.min(readable, this.read + limit);
    const first = this.readUnit(to);
    if (first === undefined || this.read === to) return first;
    const parts = [first];
    for (let part = this.readUnit(to); part !== undefined; part = this.readUnit(to)) parts.push(part);
    return concatenate(parts);
  }

  /** Nobody will read any more: what is under way or waiting is lost, and so is whatever is still written. */
  endReading(reason: string): void {
    if (this.#over !== undefined) return;
    this.#over = reason;
    for (let stretch = this.#first; stretch !== undefined; stretch = stretch.next) {
      if (stretch.unit !== undefined) this.lost(stretch.ordinal, this.placeOf(stretch.end), reason);
    }
    this.#first = undefined;
    this.#last = undefined;
  }

  /** Where the bytes below an offset are. */
  protected placeOf(end: number): PacketLost['at'] {
    if (end <= this.arrived) return 'receiver';
    return end <= this.transmitted ? 'network' : 'sender';
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
        this.push(kept);
        continue;
      }
      if (stretch.unit !== undefined) this.lost(stretch.ordinal, 'sender', reason);
      // The part of a stretch that was transmitted can still be read, though its unit will never be whole.
      const begin = stretch.end - stretch.bytes.length;
      if (begin < this.transmitted) {
        const bytes = stretch.bytes.subarray(0, this.transmitted - begin);
        this.push({ bytes, end: this.transmitted, unit: undefined, ordinal: 0, next: undefined });
      }
    }
  }

  /** The units that end above `from` and not above `to`. */
  protected unitsEnding(from: number, to: number): { bytes: Uint8Array; end: number }[] {
    const found: { bytes: Uint8Array; end: number }[] = [];
    for (let stretch = this.#first; stretch !== undefined; stretch = stretch.next) {
      const { unit, end } = stretch;
      if (end > from && end <= to && unit !== undefined) found.push({ bytes: unit, end });
    }
    return found;
  }
}
