/** Packets from departure to arrival, in the order of departure: typed arrays as those of the events. */
import type { PacketSent } from '../../src/trace/event.ts';
import { grown } from './column.ts';
import { IntervalForest } from './interval-forest.ts';
import { packetIdentifierOf } from './packet-identifier.ts';

const FIRST_CELLS = 512;

export class FlightColumns {
  /** The ordinal of the departure. */
  sent = new Int32Array(FIRST_CELLS);
  /** The ordinal of the arrival or loss; 0 while under way. */
  end = new Int32Array(FIRST_CELLS);
  /** Places in the names of the event columns. */
  from = new Int32Array(FIRST_CELLS);
  to = new Int32Array(FIRST_CELLS);
  /** Protocol level that the connection speaks; 0 while unknown. */
  level = new Uint8Array(FIRST_CELLS);
  /** Of the packet: its type and flags; 0 for one without bytes. */
  firstByte = new Uint8Array(FIRST_CELLS);
  /** The Packet Identifier; 0 for a packet that has none. */
  identifier = new Uint16Array(FIRST_CELLS);
  /** By times, from departure to arrival or loss; what is under way ends where it began. */
  readonly times = new IntervalForest();

  /** Another packet, which is the first `length` of these bytes; its place among the flights is returned. */
  push(
    i: number,
    t: number,
    v: PacketSent['v'],
    bytes: Uint8Array,
    length: number,
    from: number,
    to: number,
  ): number {
    const index = this.times.length;
    if (index === this.sent.length) this.#grow();
    this.sent[index] = i;
    this.from[index] = from;
    this.to[index] = to;
    this.level[index] = v;
    this.firstByte[index] = length === 0 ? 0 : bytes[0]!;
    this.identifier[index] = packetIdentifierOf(bytes, length);
    this.times.append(t, t);
    return index;
  }

  #grow(): void {
    this.sent = grown(this.sent, Int32Array);
    this.end = grown(this.end, Int32Array);
    this.from = grown(this.from, Int32Array);
    this.to = grown(this.to, Int32Array);
    this.level = grown(this.level, Uint8Array);
    this.firstByte = grown(this.firstByte, Uint8Array);
    this.identifier = grown(this.identifier, Uint16Array);
  }
}
