/** The receiving half: puts offsets in order, says which are missing, and how much more there is room for. */
import type { Micros } from '../../mqtt/machine.ts';
import { MAXIMUM_SEGMENT_SIZE, NO_RANGES, type TcpSegment } from './segments.ts';

/** Bytes that a host keeps for an application that does not read: Linux's first window. It does not grow here. */
export const RECEIVE_BUFFER_BYTES = 65_535;
/** Ranges that fit beside timestamps into the options of a segment, RFC 2018. */
const MOST_RANGES = 3;

interface Range {
  from: number;
  to: number;
}

/** Of every connection on which nothing was lost: a list is made anew whenever it changes. */
const NO_GAPS: readonly Range[] = [];

export class Receiver {
  /** Everything below is here; a FIN counts as one more. */
  next = 0;
  /** What a segment sent now echoes, for the peer's round-trip samples (RFC 7323, 4.3). */
  echo: Micros = -1;
  /** Offset of the FIN once it was seen, in order or not. */
  #finAt = -1;
  #taken = 0;
  /** Right edge of the window that was told to the peer; it never moves back. */
  #edge = RECEIVE_BUFFER_BYTES;
  /** What arrived beyond a gap, newest first, disjoint. */
  #ranges: readonly Range[] = NO_GAPS;
  /** What arrived twice, to be told once (RFC 2883). */
  #twiceFrom = -1;
  #twiceTo = -1;
  #lastAck = 0;

  /** Everything below can be read. */
  get readable(): number {
    return this.finished ? this.#finAt : this.next;
  }
  get finished(): boolean {
    return this.#finAt >= 0 && this.next > this.#finAt;
  }
  get unread(): number {
    return this.readable - this.#taken;
  }
  get window(): number {
    return Math.max(0, this.#edge - this.next);
  }

  /** The application took everything below `to`. True when the peer should be told that the window opened again. */
  read(to: number): boolean {
    if (to > this.readable) throw new RangeError(`read up to ${to}, but only ${this.readable} is readable`);
    if (to <= this.#taken) return false;
    this.#taken = to;
    const before = this.window;
    this.#advance();
    // Less than a doubling, or news while there is plenty, is not worth a segment (as Linux decides).
    return (
      !this.finished &&
      2 * before <= RECEIVE_BUFFER_BYTES &&
      this.window >= 2 * before &&
      this.window > before
    );
  }

  /** Silly windows are avoided: the edge moves by a segment at least. */
  #advance(): void {
    const edge = this.#taken + RECEIVE_BUFFER_BYTES;
    if (edge - this.#edge >= MAXIMUM_SEGMENT_SIZE || this.#edge - this.next > MAXIMUM_SEGMENT_SIZE) {
      if (edge > this.#edge) this.#edge = edge;
    }
  }

  /**
   * Takes in the payload of a segment.
   *
   * @returns whether it has to be acknowledged.
   */
  arrived(segment: TcpSegment): boolean {
    const { from } = segment;
    const to = segment.fin ? segment.to + 1 : segment.to;
    if (from <= this.#lastAck && segment.sentAt > this.echo) this.echo = segment.sentAt;
    // A segment without payload is news only when it repeats an old offset: a probe, which wants an answer.
    if (to === from) return from < this.next;
    if (to <= this.next) {
      this.#twice(from, to);
      return true;
    }
    // Beyond the window there is no room: the sender hears the edge again.
    if (segment.to > this.#edge) return true;
    if (segment.fin) this.#finAt = segment.to;
    if (from > this.next) {
      this.#keep(from, to);
      return true;
    }
    if (from < this.next) this.#twice(from, this.next);
    this.next = to;
    this.#join();
    return true;
  }

  #twice(from: number, to: number): void {
    this.#twiceFrom = from;
    this.#twiceTo = to;
  }

  #keep(from: number, to: number): void {
    const grown: Range = { from, to };
    const rest: Range[] = [];
    for (const range of this.#ranges) {
      if (range.from <= from && to <= range.to) this.#twice(from, to);
      if (range.to < grown.from || grown.to < range.from) {
        rest.push(range);
        continue;
      }
      if (range.from < grown.from) grown.from = range.from;
      if (range.to > grown.to) grown.to = range.to;
    }
    rest.unshift(grown);
    this.#ranges = rest;
  }

  #join(): void {
    // A range may begin where another that is joined ends, whatever their order in the list.
    for (let joined = true; joined && this.#ranges.length > 0; ) {
      joined = false;
      for (const range of this.#ranges) {
        if (range.from <= this.next) {
          if (range.to > this.next) this.next = range.to;
          joined = true;
        }
      }
      if (joined) this.#ranges = this.#ranges.filter((range) => range.from > this.next);
    }
  }

  /** True when an offset is the end of the furthest range: where a sender of a reset believes us to be. */
  endsAt(offset: number): boolean {
    let highest = -1;
    for (const range of this.#ranges) if (range.to > highest) highest = range.to;
    return offset === highest;
  }

  /** What a segment sent now says about ranges; what arrived twice is said once. */
  takeRanges(): readonly number[] {
    this.#lastAck = this.next;
    if (this.#twiceFrom < 0 && this.#ranges.length === 0) return NO_RANGES;
    const told: number[] = [];
    if (this.#twiceFrom >= 0) {
      told.push(this.#twiceFrom, this.#twiceTo);
      this.#twiceFrom = -1;
    }
    for (let i = 0; i < this.#ranges.length && told.length < 2 * MOST_RANGES; i++) {
      const range = this.#ranges[i]!;
      told.push(range.from, range.to);
    }
    return told;
  }
}
