/**
 * What one would write first for a queue of events: objects in an array, a comparison of two fields, a closure an event. It is the peer of
 * the event queue, and what an event takes in it with 1,000 pending is CAL, the measure of the machine ({@link ./cal.ts}).
 */
import { Streams } from '../src/sim/rng.ts';
import { cpuMillis, median } from './measure.ts';

export interface HeapEvent {
  at: number;
  sequence: number;
  run: () => void;
}

export class ObjectHeap {
  readonly #heap: HeapEvent[] = [];
  #sequence = 0;

  schedule(at: number, run: () => void): void {
    const heap = this.#heap;
    const event = { at, sequence: this.#sequence++, run };
    let hole = heap.length;
    heap.push(event);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!precedes(event, heap[parent]!)) break;
      heap[hole] = heap[parent]!;
      hole = parent;
    }
    heap[hole] = event;
  }

  take(): HeapEvent | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let hole = 0;
    for (let child = 1; child < heap.length; child = 2 * hole + 1) {
      if (child + 1 < heap.length && precedes(heap[child + 1]!, heap[child]!)) child++;
      if (!precedes(heap[child]!, last)) break;
      heap[hole] = heap[child]!;
      hole = child;
    }
    heap[hole] = last;
    return top;
  }
}

function precedes(a: HeapEvent, b: HeapEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}

/** Delays are drawn before the clock starts: this measures queues, not chance. A power of two. */
export const DELAYS = 1 << 16;

export function delays(): Float64Array {
  const draw = new Streams('bench').stream('queue', 'delays');
  return Float64Array.from({ length: DELAYS }, () => Math.floor(draw() * 1_000_000));
}

const PENDING = 1_000;
const EVENTS = 200_000;

/** Nanoseconds of the processor that one event takes, taken and another scheduled, in the median of `rounds`. */
export function objectHeapNanos(rounds: number): number {
  const delay = delays();
  const heap = new ObjectHeap();
  let fired = 0;
  for (let i = 0; i < PENDING; i++)
    heap.schedule(delay[i]!, () => {
      fired++;
    });
  const nanos: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begun = cpuMillis();
    for (let i = 0; i < EVENTS; i++) {
      const event = heap.take()!;
      event.run();
      heap.schedule(event.at + delay[i & (DELAYS - 1)]!, () => {
        fired++;
      });
    }
    nanos.push(((cpuMillis() - begun) * 1e6) / EVENTS);
  }
  if (fired !== rounds * EVENTS) throw new Error(`fired ${fired} events instead of ${rounds * EVENTS}`);
  return median(nanos);
}
