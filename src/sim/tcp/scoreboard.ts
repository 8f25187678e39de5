/**
 * What is in flight, and what of it arrived or is lost: selective acknowledgement (RFC 2018) judged by time as RACK
 * does (RFC 8985): a segment is lost when one that was sent sufficiently later has arrived.
 */
import type { Micros } from '../../mqtt/machine.ts';
import { MAXIMUM_SEGMENT_SIZE } from './segments.ts';

/** Bytes that were sent together and are not yet acknowledged in order. A FIN counts as one byte after the last. */
export interface Flight {
  from: number;
  to: number;
  /** Of the latest transmission. */
  sentAt: Micros;
  attempt: number;
  sacked: boolean;
  lost: boolean;
  /** The latest transmission is a repetition that is not known to be lost. */
  repeated: boolean;
}

/** What one acknowledgement taught. */
export interface Lesson {
  /** Segments that are newly known to have arrived. */
  delivered: number;
  /** Send time of the first that was sent only once, for a round-trip sample; -1 when there is none. */
  ackedSentAt: Micros;
  sackedSentAt: Micros;
  /** Something that had been sent twice was acknowledged in order: which of the two, nobody knows. */
  ambiguous: boolean;
  /** A repetition is lost as well. */
  lostRepetition: boolean;
}

/** Of every board on which nothing is. */
const NONE: Flight[] = [];

/**
 * Lists that were given back when all on them was acknowledged, for whichever board needs one next: a million idle connections have none,
 * and where one segment is in flight now and then none is made anew. Nothing that is left in them is read.
 */
const SPARE: Flight[][] = [];
const SPARES = 64;
/** A longer one is not worth keeping. */
const LONGEST_SPARE = 64;

export class Scoreboard {
  /** In order of their offsets, from `#first` to before `#end`. What lies behind is used again. */
  #flights = NONE;
  #first = 0;
  #end = 0;
  #sacked = 0;
  #lost = 0;
  #repeated = 0;
  /** Send time and end of the latest segment that is known to have arrived, and its round trip. */
  #latestSentAt: Micros = -1;
  #latestTo = -1;
  #latestRoundTrip: Micros = 0;
  /** Something sent once arrived after something sent later: from then on a gap alone proves nothing. */
  #reordered = false;
  #highestSacked = -1;

  get size(): number {
    return this.#end - this.#first;
  }
  get sacked(): number {
    return this.#sacked;
  }
  get lost(): number {
    return this.#lost;
  }
  get repeated(): number {
    return this.#repeated;
  }
  /** Segments that are thought to be in the network. */
  get inNetwork(): number {
    return this.size - this.#sacked - this.#lost + this.#repeated;
  }
  get head(): Flight | undefined {
    return this.size === 0 ? undefined : this.#flights[this.#first];
  }
  get tail(): Flight | undefined {
    return this.size === 0 ? undefined : this.#flights[this.#end - 1];
  }

  sent(now: Micros, from: number, to: number): Flight {
    if (this.#flights === NONE) this.#flights = SPARE.pop() ?? NONE;
    const flights = this.#flights;
    if (this.#end === flights.length) {
      const flight = { from, to, sentAt: now, attempt: 1, sacked: false, lost: false, repeated: false };
      // Most connections never have two under way, and what is pushed onto an empty list makes room for seventeen.
      if (flights === NONE) this.#flights = [flight];
      else flights.push(flight);
      this.#end++;
      return flight;
    }
    const flight = flights[this.#end++]!;
    flight.from = from;
    flight.to = to;
    flight.sentAt = now;
    flight.attempt = 1;
    flight.sacked = false;
    flight.lost = false;
    flight.repeated = false;
    return flight;
  }

  /**
   * Prepares the repetition of a segment: small ones behind it ride along as far as they fit, as Linux does; it is what
   * makes many small messages recover in one go. A probe that does not `count` takes no room in the network.
   */
  repeat(now: Micros, flight: Flight, counts: boolean): void {
    this.#absorb(flight);
    if (counts && !flight.repeated) {
      flight.repeated = true;
      this.#repeated++;
    }
    flight.sentAt = now;
    flight.attempt++;
  }

  #absorb(flight: Flight): void {
    const flights = this.#flights;
    if (flight.to - flight.from >= MAXIMUM_SEGMENT_SIZE) return;
    const next = this.#search(flight.to);
    let end = next;
    while (end < this.#end) {
      const other = flights[end]!;
      if (other.sacked || other.to - flight.from > MAXIMUM_SEGMENT_SIZE) break;
      flight.to = other.to;
      if (other.attempt > flight.attempt) flight.attempt = other.attempt;
      if (other.lost) this.#lost--;
      if (other.repeated) this.#repeated--;
      end++;
    }
    if (end > next) this.#remove(next, end - next);
  }

  /** Everything below `ack` arrived. */
  acknowledge(now: Micros, ack: number, leastRoundTrip: Micros, lesson: Lesson): void {
    const flights = this.#flights;
    while (this.#first < this.#end) {
      const flight = flights[this.#first]!;
      if (flight.to > ack) {
        // Of repetitions that were merged a part may have arrived before: what is left is repeated, no more.
        if (flight.from < ack) flight.from = ack;
        break;
      }
      if (!flight.sacked) {
        lesson.delivered++;
        if (flight.attempt === 1) {
          if (lesson.ackedSentAt < 0) lesson.ackedSentAt = flight.sentAt;
          if (flight.to < this.#highestSacked) this.#reordered = true;
        }
        this.#arrived(now, flight, leastRoundTrip);
      } else this.#sacked--;
      if (flight.attempt > 1) lesson.ambiguous = true;
      if (flight.lost) this.#lost--;
      if (flight.repeated) this.#repeated--;
      this.#first++;
    }
    if (this.#first === this.#end) this.#giveBack();
    else if (this.#first >= 64 && this.#first * 2 >= this.#end) {
      this.#remove(0, this.#first);
      this.#first = 0;
    }
  }

  #giveBack(): void {
    if (SPARE.length < SPARES && this.#flights.length <= LONGEST_SPARE) SPARE.push(this.#flights);
    this.#flights = NONE;
    this.#first = 0;
    this.#end = 0;
  }

  #remove(from: number, count: number): void {
    this.#flights.splice(from, count);
    this.#end -= count;
  }

  /** Everything from `from` to `to` arrived, though something before did not. */
  acknowledgeRange(now: Micros, from: number, to: number, leastRoundTrip: Micros, lesson: Lesson): void {
    const flights = this.#flights;
    const priorHighest = this.#highestSacked;
    for (let i = this.#search(from); i < this.#end; i++) {
      const flight = flights[i]!;
      if (flight.to > to) break;
      if (flight.sacked) continue;
      flight.sacked = true;
      this.#sacked++;
      lesson.delivered++;
      if (flight.attempt === 1) {
        if (lesson.sackedSentAt < 0) lesson.sackedSentAt = flight.sentAt;
        if (flight.to < priorHighest) this.#reordered = true;
      }
      this.#arrived(now, flight, leastRoundTrip);
      if (flight.lost) this.#lost--;
      if (flight.repeated) this.#repeated--;
      flight.lost = false;
      flight.repeated = false;
      if (flight.to > this.#highestSacked) this.#highestSacked = flight.to;
    }
  }

  /** RFC 8985, 6.2 step 2: a round trip shorter than any is that of the transmission before. */
  #arrived(now: Micros, flight: Flight, leastRoundTrip: Micros): void {
    const roundTrip = now - flight.sentAt;
    if (flight.attempt > 1 && roundTrip < leastRoundTrip) return;
    this.#latestRoundTrip = roundTrip;
    if (
      flight.sentAt > this.#latestSentAt ||
      (flight.sentAt === this.#latestSentAt && flight.to > this.#latestTo)
    ) {
      this.#latestSentAt = flight.sentAt;
      this.#latestTo = flight.to;
    }
  }

  /**
   * Marks as lost what was sent before something that arrived, once it is overdue by the reordering window.
   *
   * @returns in how many microseconds the last of those that are not yet overdue will be; 0 when there is none.
   */
  markLost(now: Micros, smoothedRoundTrip: Micros, recovering: boolean, lesson: Lesson): Micros {
    const window = this.#reorderingWindow(smoothedRoundTrip, recovering);
    let wait = 0;
    for (let i = this.#first; i < this.#end; i++) {
      const flight = this.#flights[i]!;
      if (flight.sacked || (flight.lost && !flight.repeated)) continue;
      if (
        flight.sentAt > this.#latestSentAt ||
        (flight.sentAt === this.#latestSentAt && flight.to >= this.#latestTo)
      ) {
        continue;
      }
      const left = flight.sentAt + this.#latestRoundTrip + window - now;
      if (left > 0) {
        if (left > wait) wait = left;
        continue;
      }
      if (flight.repeated) {
        lesson.lostRepetition = true;
        flight.repeated = false;
        this.#repeated--;
      }
      if (!flight.lost) {
        flight.lost = true;
        this.#lost++;
      }
    }
    return wait;
  }

  /** A quarter of the round trip; nothing once three arrived behind a gap or repair has begun, unless order was seen broken. */
  #reorderingWindow(smoothedRoundTrip: Micros, recovering: boolean): Micros {
    if (!this.#reordered && (recovering || this.#sacked >= 3)) return 0;
    return Math.ceil(smoothedRoundTrip / 4);
  }

  /** The timeout: everything is lost but what was sent too recently to tell. */
  markAllLost(now: Micros, smoothedRoundTrip: Micros): void {
    const window = this.#reorderingWindow(smoothedRoundTrip, true);
    for (let i = this.#first; i < this.#end; i++) {
      const flight = this.#flights[i]!;
      if (flight.sacked) continue;
      if (i > this.#first && flight.sentAt + this.#latestRoundTrip + window > now) continue;
      if (flight.repeated) {
        flight.repeated = false;
        this.#repeated--;
      }
      if (!flight.lost) {
        flight.lost = true;
        this.#lost++;
      }
    }
  }

  /** Nothing was lost after all. */
  forgive(): void {
    for (let i = this.#first; i < this.#end; i++) this.#flights[i]!.lost = false;
    this.#lost = 0;
  }

  /** The first that is lost and was not repeated since, at or after `offset`. */
  nextLost(offset: number): Flight | undefined {
    for (let i = this.#search(offset); i < this.#end; i++) {
      const flight = this.#flights[i]!;
      if (flight.lost && !flight.repeated) return flight;
    }
    return undefined;
  }

  /** Index of the first flight at or after an offset. */
  #search(offset: number): number {
    let low = this.#first;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#flights[middle]!.from < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
