/**
 * What is going to happen, in one total order: by time, and at one time first in, first out.
 *
 * An event is an id, not a closure: its time lives with its id in one typed heap, where a comparison touches one cache
 * line, and what it is about lies in records that are read once, when it is due. The place of every id in the heap
 * is known, so an event that moves or is cancelled leaves nothing behind. Once there are many, those that are not due for a while wait
 * beside the heap, which is only as large as what is due in the next moment, and a few levels deep.
 */
import type { Micros } from '../mqtt/machine.ts';
import { FarEvents, NONE } from './far-events.ts';

/** Names a pending event, from {@link EventQueue.schedule} until it is taken or cancelled; then it is given to another. */
export type EventId = number;

/** What the fields that hold an id say when nothing is pending. */
export const NO_EVENT: EventId = -1;

const FIRST_CAPACITY = 64;
/** With fewer than this all of them are in the heap. */
const MANY = 128;
/** The place of those that are not in the heap. */
const FAR = 0;
/** Records of the heap are (time, id) pairs. */
const STRIDE = 2;

/** Pending events about subjects of type `S` with arguments of type `A`; the cause is an ordinal of the trace. */
export class EventQueue<S, A> {
  /** A run that schedules without end reaches this and is told so, long before the memory is full. */
  readonly limit: number;
  /** How many are in the heap. */
  #size = 0;
  #sequence = 0;
  #capacity = FIRST_CAPACITY;
  /** The root is record 1, so the children of i are 2i and 2i + 1 and share a cache line. */
  #heap = new Float64Array(STRIDE * (FIRST_CAPACITY + 2));
  #heapCapacity = FIRST_CAPACITY;
  readonly #far = new FarEvents();
  /** What is due from here to the end waits beside the heap; Infinity while nothing does. */
  #farFrom: Micros = Infinity;
  #farEnd: Micros = Infinity;
  /** Where the record of an id is; of an id that is free, below 0, -2 less the free id that comes after it. */
  #place = new Int32Array(FIRST_CAPACITY).fill(-1);
  #sequences = new Float64Array(FIRST_CAPACITY);
  /** Undefined as long as nothing has a cause: where nobody looks on nothing ever has. */
  #causes: Float64Array | undefined;
  #kinds = new Uint8Array(FIRST_CAPACITY);
  /** The subject of an id and its argument, side by side. */
  #about: (S | A | undefined)[] = [];
  /** The id that was given back last. */
  #free: EventId = NONE;
  #idCount = 0;

  constructor(limit = 16_000_000) {
    this.limit = limit;
  }

  /** Number of pending events: dead ones do not exist. */
  get size(): number {
    return this.#size + this.#far.size;
  }

  /** When the next event is due; Infinity when there is none. */
  get nextAt(): Micros {
    if (this.#size === 0 || this.#heap[STRIDE]! >= this.#farFrom) this.#draw();
    return this.#size === 0 ? Infinity : this.#heap[STRIDE]!;
  }

  /**
   * @throws RangeError when the time is not a number a clock can show, or the queue has reached its limit.
   */
  schedule(at: Micros, kind: number, subject: S, argument: A, cause: number): EventId {
    if (!(at < Infinity)) refuse(at);
    const id = this.#free === NONE ? this.#newId() : this.#free;
    if (id === this.#free) this.#free = -2 - this.#place[id]!;
    this.#sequences[id] = this.#sequence++;
    if (this.#causes !== undefined) this.#causes[id] = cause;
    else if (cause !== 0) this.#firstCause(id, cause);
    this.#kinds[id] = kind;
    this.#about[2 * id] = subject;
    this.#about[2 * id + 1] = argument;
    if (this.#size >= MANY && this.#farFrom === Infinity) this.#beginFar();
    this.#insert(at, id);
    return id;
  }

  #insert(at: Micros, id: EventId): void {
    if (at >= this.#farFrom && at < this.#farEnd) {
      this.#place[id] = FAR;
      this.#far.add(id, at);
      return;
    }
    if (this.#size === this.#heapCapacity) this.#growHeap();
    this.#rise(++this.#size, at, id);
  }

  #beginFar(): void {
    this.#far.begin(this.#heap[STRIDE]!);
    this.#farFrom = this.#far.from;
    this.#farEnd = this.#far.end;
  }

  /** Lets those into the heap that may be due next. */
  #draw(): void {
    const far = this.#far;
    while (far.size > 0 && (this.#size === 0 || this.#heap[STRIDE]! >= far.from)) {
      for (let id = far.drain(); id !== NONE; id = far.after(id)) {
        far.size--;
        if (this.#size === this.#heapCapacity) this.#growHeap();
        this.#rise(++this.#size, far.timeOf(id), id);
      }
    }
    if (far.size === 0) far.stop();
    this.#farFrom = far.from;
    this.#farEnd = far.end;
  }

  /** The event is due at another time instead, behind everything that is already due then; its cause is the new one. */
  move(id: EventId, at: Micros, cause: number): void {
    if (!(at < Infinity)) refuse(at);
    const place = this.#placeOf(id);
    const stays = place !== FAR && !(at >= this.#farFrom && at < this.#farEnd);
    if (!stays) this.#takeOut(id, place);
    this.#sequences[id] = this.#sequence++;
    if (this.#causes !== undefined) this.#causes[id] = cause;
    else if (cause !== 0) this.#firstCause(id, cause);
    if (!stays) this.#insert(at, id);
    else if (at >= this.#heap[STRIDE * place]!) this.#sink(place, at, id);
    else this.#rise(place, at, id);
  }

  /** Of two pending events, whether `a` comes before `b`. */
  precedes(a: EventId, b: EventId): boolean {
    const first = this.timeOf(a);
    const second = this.timeOf(b);
    return first === second ? this.#sequences[a]! < this.#sequences[b]! : first < second;
  }

  /** When a pending event is due. */
  timeOf(id: EventId): Micros {
    const place = this.#placeOf(id);
    return place === FAR ? this.#far.timeOf(id) : this.#heap[STRIDE * place]!;
  }

  cancel(id: EventId): void {
    this.#takeOut(id, this.#placeOf(id));
    this.#release(id);
  }

  #takeOut(id: EventId, place: number): void {
    if (place === FAR) this.#far.remove(id);
    else this.#removeAt(place);
  }

  /**
   * Takes the next event out of the order. Its fields stay readable until {@link release}, which must follow before the
   * next call that schedules.
   *
   * @returns NO_EVENT when nothing is pending.
   */
  take(): EventId {
    if (this.#size === 0 || this.#heap[STRIDE]! >= this.#farFrom) this.#draw();
    if (this.#size === 0) return NO_EVENT;
    // A small integer from here on, whatever the heap made of it.
    const id = this.#heap[STRIDE + 1]! | 0;
    this.#removeRoot();
    this.#place[id] = -1;
    return id;
  }

  kindOf(id: EventId): number {
    return this.#kinds[id]!;
  }
  causeOf(id: EventId): number {
    return this.#causes === undefined ? 0 : this.#causes[id]!;
  }
  subjectOf(id: EventId): S {
    return this.#about[2 * id] as S;
  }
  argumentOf(id: EventId): A {
    return this.#about[2 * id + 1] as A;
  }

  /** Gives the id of a taken event back. */
  release(id: EventId): void {
    this.#release(id);
  }

  #release(id: EventId): void {
    this.#place[id] = -2 - this.#free;
    this.#free = id;
    this.#about[2 * id] = undefined;
    this.#about[2 * id + 1] = undefined;
  }

  #placeOf(id: EventId): number {
    const place = this.#place[id];
    if (place === undefined || place < FAR) throw new RangeError(`event ${id} is not pending`);
    return place;
  }

  /** Takes out the record at a place: the last record fills the hole, from where it may have to go either way. */
  #removeAt(place: number): void {
    const heap = this.#heap;
    const last = this.#size--;
    if (place === last) return;
    const at = heap[STRIDE * last]!;
    const id = heap[STRIDE * last + 1]!;
    const parent = place >> 1;
    if (parent >= 1 && this.#precedes(at, id, parent)) this.#rise(place, at, id);
    else this.#sink(place, at, id);
  }

  /**
   * The hole goes down to a leaf along the smaller children, and the last record rises from there: it was a leaf, so it
   * seldom rises far, and a level costs one comparison instead of two.
   */
  #removeRoot(): void {
    const heap = this.#heap;
    const place = this.#place;
    const sequences = this.#sequences;
    const last = this.#size--;
    const size = last - 1;
    if (size === 0) return;
    let hole = 1;
    let child = 2;
    while (child < last) {
      // The record at `last` takes part as a child: it is still there, and if it wins the walk ends at it.
      const left = heap[STRIDE * child]!;
      const right = heap[STRIDE * child + STRIDE]!;
      if (left === right) {
        if (sequences[heap[STRIDE * child + STRIDE + 1]!]! < sequences[heap[STRIDE * child + 1]!]!) child++;
      } else {
        child += Number(right < left);
      }
      const id = heap[STRIDE * child + 1]!;
      heap[STRIDE * hole] = heap[STRIDE * child]!;
      heap[STRIDE * hole + 1] = id;
      place[id] = hole;
      hole = child;
      child = hole << 1;
    }
    if (hole < last) this.#rise(hole, heap[STRIDE * last]!, heap[STRIDE * last + 1]!);
  }

  #rise(from: number, at: Micros, id: EventId): void {
    const heap = this.#heap;
    const place = this.#place;
    let hole = from;
    while (hole > 1) {
      const parent = hole >> 1;
      if (!this.#precedes(at, id, parent)) break;
      const parentId = heap[STRIDE * parent + 1]!;
      heap[STRIDE * hole] = heap[STRIDE * parent]!;
      heap[STRIDE * hole + 1] = parentId;
      place[parentId] = hole;
      hole = parent;
    }
    heap[STRIDE * hole] = at;
    heap[STRIDE * hole + 1] = id;
    place[id] = hole;
  }

  #sink(from: number, at: Micros, id: EventId): void {
    const heap = this.#heap;
    const place = this.#place;
    const sequences = this.#sequences;
    const size = this.#size;
    const sequence = sequences[id]!;
    let hole = from;
    for (let child = hole << 1; child <= size; child = hole << 1) {
      if (child < size) {
        const left = heap[STRIDE * child]!;
        const right = heap[STRIDE * child + STRIDE]!;
        if (
          right < left ||
          (right === left &&
            sequences[heap[STRIDE * child + STRIDE + 1]!]! < sequences[heap[STRIDE * child + 1]!]!)
        ) {
          child++;
        }
      }
      const childAt = heap[STRIDE * child]!;
      const childId = heap[STRIDE * child + 1]!;
      if (at < childAt || (at === childAt && sequence < sequences[childId]!)) break;
      heap[STRIDE * hole] = childAt;
      heap[STRIDE * hole + 1] = childId;
      place[childId] = hole;
      hole = child;
    }
    heap[STRIDE * hole] = at;
    heap[STRIDE * hole + 1] = id;
    place[id] = hole;
  }

  #precedes(at: Micros, id: EventId, place: number): boolean {
    const other = this.#heap[STRIDE * place]!;
    if (at !== other) return at < other;
    return this.#sequences[id]! < this.#sequences[this.#heap[STRIDE * place + 1]!]!;
  }

  #firstCause(id: EventId, cause: number): void {
    this.#causes = new Float64Array(this.#capacity);
    this.#causes[id] = cause;
  }

  #newId(): EventId {
    if (this.#idCount === this.#capacity) this.#grow();
    this.#about.push(undefined, undefined);
    return this.#idCount++;
  }

  #grow(): void {
    if (this.#capacity >= this.limit) {
      throw new RangeError(`${this.size} events are pending, the limit; something schedules without end`);
    }
    const capacity = Math.min(this.limit, this.#capacity * 2);
    const place = new Int32Array(capacity).fill(-1);
    place.set(this.#place);
    this.#place = place;
    const sequences = new Float64Array(capacity);
    sequences.set(this.#sequences);
    this.#sequences = sequences;
    if (this.#causes !== undefined) {
      const causes = new Float64Array(capacity);
      causes.set(this.#causes);
      this.#causes = causes;
    }
    const kinds = new Uint8Array(capacity);
    kinds.set(this.#kinds);
    this.#kinds = kinds;
    this.#far.grow(capacity);
    this.#capacity = capacity;
  }

  #growHeap(): void {
    this.#heapCapacity *= 2;
    const heap = new Float64Array(STRIDE * (this.#heapCapacity + 2));
    heap.set(this.#heap);
    this.#heap = heap;
  }
}

/** On its own: where two refusals of one function write the same number, V8 writes it first, also when it refuses nothing. */
function refuse(at: Micros): never {
  throw new RangeError(`an event cannot be due at ${at}`);
}
