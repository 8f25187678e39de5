/**
 * Events that are not due for a while, in no order but that of the spans of time they are due in: a heap of a million deadlines is one
 * that every event of the present has to wade through, and nearly all of them are moved or taken long after.
 *
 * A span is about what a packet travels; there are so many that the deadlines of keep-alive find one. The one that is next is cut into as
 * many parts as a few events each take, so that what has to be in order is never more than that.
 */
import type { Micros } from '../mqtt/machine.ts';

const SPAN_MICROS: Micros = 65_536;
/** A power of two. */
const SPANS = 4_096;
/** Parts of the span that is next, at most: a power of two too. */
const PARTS = 1_024;
/** With so few in a span it is not cut. */
const FEW = 16;
/** Of a part. */
const EVENTS_A_PART = 4;
/** Ends a chain of ids. */
export const NONE = -1;

export class FarEvents {
  /** How many there are; who drains a chain takes off how many it was. */
  size = 0;
  /** What is due from here to the end has its place here; Infinity while nothing has. */
  from: Micros = Infinity;
  end: Micros = Infinity;
  /** Of an id, in one memory: when it is due, the id behind it in its chain, and the one before it; of the first, below 0, -1 less the chain. */
  #times = new Float64Array(0);
  #links = new Int32Array(0);
  /** The first ids of spans, and of parts behind them. */
  #first = new Int32Array(0);
  /** Where the spans begin that are not cut, and which is the first of them. */
  #spansFrom: Micros = Infinity;
  #span = 0;
  /** Of the span that is cut: its beginning, how many parts it has, how many parts a microsecond has, and the first that is not drained. */
  #cutFrom: Micros = Infinity;
  #parts = 0;
  #partsPerMicro = 0;
  #part = 0;

  /** From now on there is a place for what is due after the span of this time. */
  begin(now: Micros): void {
    if (this.#first.length === 0) this.#first = new Int32Array(SPANS + PARTS).fill(NONE);
    this.#spansFrom = (Math.floor(now / SPAN_MICROS) + 1) * SPAN_MICROS;
    this.from = this.#spansFrom;
    this.end = this.from + (SPANS - 1) * SPAN_MICROS;
    this.#parts = 0;
    this.#part = 0;
  }

  /** There is none any more; nothing is left here. */
  stop(): void {
    this.from = Infinity;
    this.end = Infinity;
  }

  /** Ids below `capacity` may come from now on. */
  grow(capacity: number): void {
    const times = new Float64Array(2 * capacity);
    times.set(this.#times);
    this.#times = times;
    this.#links = new Int32Array(times.buffer);
  }

  timeOf(id: number): Micros {
    return this.#times[2 * id]!;
  }

  /** The id behind this one. */
  after(id: number): number {
    return this.#links[4 * id + 2]!;
  }

  /** It is due from `from` on and before the end. Every difference is exact: what is subtracted is a multiple of a span. */
  add(id: number, at: Micros): void {
    this.size++;
    this.#times[2 * id] = at;
    if (at < this.#spansFrom) this.#link(id, SPANS + (((at - this.#cutFrom) * this.#partsPerMicro) | 0));
    else this.#link(id, (this.#span + (((at - this.#spansFrom) / SPAN_MICROS) | 0)) & (SPANS - 1));
  }

  #link(id: number, chain: number): void {
    const links = this.#links;
    const second = this.#first[chain]!;
    links[4 * id + 2] = second;
    links[4 * id + 3] = -1 - chain;
    if (second !== NONE) links[4 * second + 3] = id;
    this.#first[chain] = id;
  }

  remove(id: number): void {
    this.size--;
    const links = this.#links;
    const next = links[4 * id + 2]!;
    const before = links[4 * id + 3]!;
    if (before < 0) this.#first[-1 - before] = next;
    else links[4 * before + 2] = next;
    if (next !== NONE) links[4 * next + 3] = before;
  }

  /** Lets go of what is due first here, at least as much as one span or part: the chain of its ids, which may be empty. */
  drain(): number {
    if (this.#part === this.#parts) {
      const id = this.#nextSpan();
      if (this.#parts === 0) return id;
    }
    const chain = SPANS + this.#part++;
    const id = this.#first[chain]!;
    this.#first[chain] = NONE;
    this.from =
      this.#part === this.#parts ? this.#spansFrom : this.#cutFrom + this.#part / this.#partsPerMicro;
    return id;
  }

  /** Cuts the next span, if there is much in it; if not, its chain. */
  #nextSpan(): number {
    const chain = this.#span;
    const first = this.#first[chain]!;
    this.#first[chain] = NONE;
    this.#span = (chain + 1) & (SPANS - 1);
    this.#cutFrom = this.#spansFrom;
    this.#spansFrom += SPAN_MICROS;
    this.end += SPAN_MICROS;
    this.#part = 0;
    let count = 0;
    for (let id = first; id !== NONE; id = this.after(id)) count++;
    if (count <= FEW) {
      this.#parts = 0;
      this.from = this.#spansFrom;
      return first;
    }
    this.#parts = Math.min(PARTS, 1 << (32 - Math.clz32(count / EVENTS_A_PART)));
    this.#partsPerMicro = this.#parts / SPAN_MICROS;
    for (let id = first; id !== NONE; ) {
      const next = this.after(id);
      this.#link(id, SPANS + (((this.#times[2 * id]! - this.#cutFrom) * this.#partsPerMicro) | 0));
      id = next;
    }
    return NONE;
  }
}
