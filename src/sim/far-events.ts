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
/** With so few in a span it is one part. */
const FEW = 16;
/** Of a part. */
const EVENTS_A_PART = 4;
/** Of a block: where the block before it ends, and ids. A power of two, and a cache line. */
const BLOCK = 16;
/** Where an empty span ends: as if it were at the end of a full block, of which there is none. */
const EMPTY = BLOCK - 1;
const FIRST_BLOCKS = 64;
/** Ends a chain of ids. */
export const NONE = -1;

export class FarEvents {
  /** How many there are; who drains a chain takes off how many it was. */
  size = 0;
  /** What is due from here to the end has its place here; Infinity while nothing has. */
  from: Micros = Infinity;
  end: Micros = Infinity;
  /**
   * Of an id, in one memory: when it is due, and two words. In a part: the id behind it in its chain, and the one before it; of the first,
   * below 0, -1 less the number of the part, which comes after all spans. In a span: its place in a block, and -1 less the number of the span.
   */
  #times = new Float64Array(0);
  #links = new Int32Array(0);
  /** The ids of spans: they have long left the caches when a span is cut, and who goes along a chain of them waits for each. */
  #blocks = new Int32Array(0);
  #blockCount = 1;
  #freeBlock = 0;
  /** The last places of spans. */
  #ends = new Int32Array(0);
  /** The first ids of parts. */
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
    if (this.#ends.length === 0) {
      this.#ends = new Int32Array(SPANS).fill(EMPTY);
      this.#first = new Int32Array(PARTS).fill(NONE);
      this.#blocks = new Int32Array(BLOCK * FIRST_BLOCKS);
    }
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
    if (at < this.#spansFrom) this.#link(id, ((at - this.#cutFrom) * this.#partsPerMicro) | 0);
    else this.#push(id, (this.#span + (((at - this.#spansFrom) / SPAN_MICROS) | 0)) & (SPANS - 1));
  }

  #push(id: number, span: number): void {
    const end = this.#ends[span]!;
    const place = (end & (BLOCK - 1)) === BLOCK - 1 ? this.#newBlock(end) : end + 1;
    this.#ends[span] = place;
    this.#blocks[place] = id;
    this.#links[4 * id + 2] = place;
    this.#links[4 * id + 3] = -1 - span;
  }

  /** The first place in a block that comes after the one that ends here. */
  #newBlock(end: number): number {
    let block = this.#freeBlock;
    if (block !== 0) {
      this.#freeBlock = this.#blocks[block]!;
    } else {
      block = BLOCK * this.#blockCount++;
      if (block === this.#blocks.length) {
        const blocks = new Int32Array(2 * block);
        blocks.set(this.#blocks);
        this.#blocks = blocks;
      }
    }
    this.#blocks[block] = end;
    return block + 1;
  }

  /** Where what is before a block ends; the block is free. */
  #dropBlock(block: number): number {
    const end = this.#blocks[block]!;
    this.#blocks[block] = this.#freeBlock;
    this.#freeBlock = block;
    return end;
  }

  #link(id: number, part: number): void {
    const links = this.#links;
    const second = this.#first[part]!;
    links[4 * id + 2] = second;
    links[4 * id + 3] = -1 - SPANS - part;
    if (second !== NONE) links[4 * second + 3] = id;
    this.#first[part] = id;
  }

  remove(id: number): void {
    this.size--;
    const links = this.#links;
    const next = links[4 * id + 2]!;
    const before = links[4 * id + 3]!;
    if (before < 0 && before >= -SPANS) {
      const span = -1 - before;
      const end = this.#ends[span]!;
      const last = this.#blocks[end]!;
      this.#blocks[next] = last;
      links[4 * last + 2] = next;
      this.#ends[span] = (end & (BLOCK - 1)) === 1 ? this.#dropBlock(end - 1) : end - 1;
      return;
    }
    if (before < 0) this.#first[-1 - SPANS - before] = next;
    else links[4 * before + 2] = next;
    if (next !== NONE) links[4 * next + 3] = before;
  }

  /** Lets go of a part of a span, what is due first here: the first of a chain of ids, or NONE. */
  drain(): number {
    if (this.#part === this.#parts) this.#cut();
    const id = this.#first[this.#part]!;
    this.#first[this.#part++] = NONE;
    this.from =
      this.#part === this.#parts ? this.#spansFrom : this.#cutFrom + this.#part / this.#partsPerMicro;
    return id;
  }

  /** Makes parts of the next span. */
  #cut(): void {
    const span = this.#span;
    let end = this.#ends[span]!;
    this.#ends[span] = EMPTY;
    this.#span = (span + 1) & (SPANS - 1);
    this.#cutFrom = this.#spansFrom;
    this.#spansFrom += SPAN_MICROS;
    this.end += SPAN_MICROS;
    this.#part = 0;
    this.#parts = partsFor(this.#countTo(end));
    this.#partsPerMicro = this.#parts / SPAN_MICROS;
    while (end !== EMPTY) {
      const block = end & -BLOCK;
      for (; end > block; end--) {
        const id = this.#blocks[end]!;
        this.#link(id, ((this.#times[2 * id]! - this.#cutFrom) * this.#partsPerMicro) | 0);
      }
      end = this.#dropBlock(block);
    }
  }

  #countTo(last: number): number {
    let count = 0;
    for (let end = last; end !== EMPTY; end = this.#blocks[end & -BLOCK]!) count += end & (BLOCK - 1);
    return count;
  }
}

function partsFor(count: number): number {
  return count <= FEW ? 1 : Math.min(PARTS, 1 << (32 - Math.clz32(count / EVENTS_A_PART)));
}
