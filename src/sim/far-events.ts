/**
 * Events that are not due for a while, in no order but that of the spans of time they are due in: a heap of a million deadlines is one
 * that every event of the present has to wade through, and nearly all of them are moved or taken long after.
 *
 * A span is about what a packet travels; there are so many that the deadlines of keep-alive find one.
 */
import type { Micros } from '../mqtt/machine.ts';

export const SPAN_MICROS: Micros = 65_536;
const SPANS = 4_096;
/** What is due later than so many microseconds after the first span has no place here. */
export const REACH_MICROS: Micros = (SPANS - 1) * SPAN_MICROS;
const FIRST_ROOM = 16;

/** The ids of one span, in the first places of an array. */
interface Span {
  ids: Int32Array;
  count: number;
}

export class FarEvents {
  /** How many there are. */
  size = 0;
  /** Of an id that is here: when it is due, and its place in its span. */
  #times = new Float64Array(0);
  #places = new Int32Array(0);
  readonly #spans: (Span | undefined)[] = new Array(SPANS).fill(undefined);

  /** Ids below `capacity` may come from now on. */
  grow(capacity: number): void {
    const times = new Float64Array(capacity);
    times.set(this.#times);
    this.#times = times;
    const places = new Int32Array(capacity);
    places.set(this.#places);
    this.#places = places;
  }

  timeOf(id: number): Micros {
    return this.#times[id]!;
  }

  /** It is due within {@link REACH_MICROS} of the first span that is not drained. */
  add(id: number, at: Micros): void {
    const number = spanOf(at);
    let span = this.#spans[number];
    if (span === undefined) {
      span = { ids: new Int32Array(FIRST_ROOM), count: 0 };
      this.#spans[number] = span;
    } else if (span.count === span.ids.length) {
      const ids = new Int32Array(2 * span.count);
      ids.set(span.ids);
      span.ids = ids;
    }
    this.#times[id] = at;
    this.#places[id] = span.count;
    span.ids[span.count++] = id;
    this.size++;
  }

  remove(id: number): void {
    const span = this.#spans[spanOf(this.#times[id]!)]!;
    const place = this.#places[id]!;
    const last = span.ids[--span.count]!;
    span.ids[place] = last;
    this.#places[last] = place;
    this.size--;
  }

  /** Takes out all ids of the span that begins at a time. */
  drain(from: Micros): Int32Array {
    const number = spanOf(from);
    const span = this.#spans[number];
    if (span === undefined) return NOTHING;
    this.#spans[number] = undefined;
    this.size -= span.count;
    return span.ids.subarray(0, span.count);
  }
}

const NOTHING = new Int32Array(0);

function spanOf(at: Micros): number {
  return Math.floor(at / SPAN_MICROS) % SPANS;
}
