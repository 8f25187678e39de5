/**
 * One direction of a TCP connection, put together again from captured segments: repeated, overlapping, out of order.
 *
 * What the capture has not got does not come any more once the connection ends, the other side has acknowledged it for a second, or
 * too much waits behind it.
 */

const HELD_BYTES_LIMIT = 4 * 1024 * 1024;
const HELD_SEGMENTS_LIMIT = 4096;
/** Captures show packets of several queues of a card out of order, but not by this much. */
const LATE_MICROS = 1_000_000;

export interface StreamListener {
  /** Bytes in order; they are nobody else's. */
  data(bytes: Uint8Array): void;
  /** So many bytes are not in the capture; nothing comes after that but the end. */
  missing(bytes: number): void;
  finished(): void;
}

interface Held {
  readonly sequence: number;
  readonly payload: Uint8Array;
}

export class Reassembly {
  readonly #listener: StreamListener;
  /** The sequence number that comes next; undefined before the first segment. */
  #next: number | undefined;
  #held: Held[] = [];
  #heldBytes = 0;
  /** Behind the last byte, once the end is known. */
  #end: number | undefined;
  /** The most that the other side has acknowledged. */
  #acknowledged: number | undefined;
  /** Since when something is acknowledged that has not come. */
  #lateSince: number | undefined;
  #over = false;

  constructor(listener: StreamListener) {
    this.#listener = listener;
  }

  /** The capture has its SYN. */
  begin(sequence: number): void {
    this.#next = (sequence + 1) >>> 0;
  }

  segment(sequence: number, payload: Uint8Array, length: number, fin: boolean, now: number): void {
    this.#next ??= sequence;
    const ends = fin && this.#end === undefined;
    if (ends) this.#end = (sequence + length) >>> 0;
    if (this.#over) {
      if (ends) this.#listener.finished();
      return;
    }
    if (payload.length > 0) this.#take(sequence, payload);
    this.#look(now);
  }

  /** The other side has read up to here. */
  acknowledge(sequence: number, now: number): void {
    if (this.#acknowledged === undefined || distance(this.#acknowledged, sequence) > 0)
      this.#acknowledged = sequence;
    this.#look(now);
  }

  /** Nothing more is captured of this direction. */
  close(): void {
    if (this.#over) return;
    const hole = this.#hole();
    // An acknowledgement of one more byte than came is that of a FIN, which has a number of its own.
    if (hole > 1 || (hole === 1 && this.#held.length > 0)) this.#miss(hole);
  }

  #take(sequence: number, payload: Uint8Array): void {
    const ahead = distance(this.#next!, sequence);
    if (ahead > 0) {
      this.#held.push({ sequence, payload: payload.slice() });
      this.#heldBytes += payload.length;
      return;
    }
    if (-ahead >= payload.length) return;
    const fresh = payload.slice(-ahead);
    this.#next = (this.#next! + fresh.length) >>> 0;
    this.#listener.data(fresh);
    this.#drain();
  }

  /** Hands on what was held and is next by now. */
  #drain(): void {
    for (;;) {
      const at = this.#held.findIndex(({ sequence }) => distance(this.#next!, sequence) <= 0);
      if (at === -1) return;
      const [{ sequence, payload }] = this.#held.splice(at, 1) as [Held];
      this.#heldBytes -= payload.length;
      const known = -distance(this.#next!, sequence);
      if (known >= payload.length) continue;
      this.#next = (this.#next! + payload.length - known) >>> 0;
      this.#listener.data(payload.subarray(known));
    }
  }

  #look(now: number): void {
    if (this.#over || this.#next === undefined) return;
    if (this.#end !== undefined && distance(this.#next, this.#end) <= 0) {
      this.#over = true;
      this.#listener.finished();
      return;
    }
    const late = this.#acknowledged !== undefined && distance(this.#next, this.#acknowledged) > 0;
    if (!late) this.#lateSince = undefined;
    else this.#lateSince ??= now;
    const lost = this.#lateSince !== undefined && now - this.#lateSince >= LATE_MICROS;
    if (lost || this.#heldBytes > HELD_BYTES_LIMIT || this.#held.length > HELD_SEGMENTS_LIMIT)
      this.#miss(this.#hole());
  }

  /** Bytes that are missing before the next that are there. */
  #hole(): number {
    if (this.#next === undefined) return 0;
    let least = Number.POSITIVE_INFINITY;
    for (const { sequence } of this.#held) least = Math.min(least, distance(this.#next, sequence));
    if (least !== Number.POSITIVE_INFINITY) return least;
    const acknowledged = this.#acknowledged === undefined ? 0 : distance(this.#next, this.#acknowledged);
    if (this.#end === undefined) return Math.max(0, acknowledged);
    return Math.max(0, distance(this.#next, this.#end));
  }

  #miss(bytes: number): void {
    this.#over = true;
    this.#held = [];
    this.#listener.missing(bytes);
    if (this.#end !== undefined) this.#listener.finished();
  }
}

/** How far `to` is behind `from`; sequence numbers wrap. */
function distance(from: number, to: number): number {
  return (to - from) | 0;
}
