/** Where two traces part: the first event that one has and the other has not. */
import { counted } from './counted.ts';
import { describeEvent, describeTime } from './describe.ts';
import type { TraceEvent, TraceHeader, TraceLevel } from './event.ts';
import { eventLine } from './jsonl.ts';
import { isFullOnly } from './recorder.ts';

/** What is compared: a trace as `readTrace` gives it, or anything with a header and events in order. */
export interface Comparable {
  header: TraceHeader;
  list: Iterable<TraceEvent>;
}

export interface TraceDifference {
  /** True when the compared events are equal to the end of both. */
  same: boolean;
  /** Number of equal events before the difference. */
  equal: number;
  /** The first differing events; one is absent when its trace ended there. */
  a: TraceEvent | undefined;
  b: TraceEvent | undefined;
  /** The last equal events, of trace A, oldest first, and what follows the difference in each. */
  before: readonly TraceEvent[];
  afterA: readonly TraceEvent[];
  afterB: readonly TraceEvent[];
  /** What the headers disagree about, as `seed: 1 / 2`; the package's version is among it. */
  headers: readonly string[];
  /** In what the first differing events differ; undefined unless both traces have one. */
  aspect: string | undefined;
  /** One sentence for people. */
  sentence: string;
}

/**
 * Compares event by event, in order. When one trace was recorded at a lower level, what only the higher one records is
 * left out, and so are ordinals and causes, which depend on it: packets are then matched by their place among the packets.
 *
 * @param context events shown before and after the difference
 */
export function diffTraces(a: Comparable, b: Comparable, context = 3): TraceDifference {
  const comparison = new TraceComparison(a, b, context);
  comparison.advance(Number.POSITIVE_INFINITY);
  return comparison.difference();
}

/** A comparison that goes on step by step, for those who have something else to do meanwhile; the same as {@link diffTraces}. */
export class TraceComparison {
  readonly #a: Comparable;
  readonly #b: Comparable;
  readonly #context: number;
  readonly #left: Side;
  readonly #right: Side;
  readonly #before: TraceEvent[] = [];
  #equal = 0;
  #x: TraceEvent | undefined;
  #y: TraceEvent | undefined;

  constructor(a: Comparable, b: Comparable, context: number) {
    this.#a = a;
    this.#b = b;
    this.#context = context;
    const level: TraceLevel = a.header.level === b.header.level ? a.header.level : 'packets';
    this.#left = new Side(a.list, level);
    this.#right = new Side(b.list, level);
    this.#x = this.#left.next();
    this.#y = this.#right.next();
  }

  /** Compares at most so many events; false once the traces part or end. */
  advance(count: number): boolean {
    const left = this.#left;
    const right = this.#right;
    for (let each = 0; each < count; each++) {
      const x = this.#x;
      const y = this.#y;
      if (x === undefined || y === undefined || left.line(x) !== right.line(y)) return false;
      this.#equal++;
      this.#before.push(x);
      if (this.#before.length > this.#context) this.#before.shift();
      this.#x = left.next();
      this.#y = right.next();
    }
    return true;
  }

  /** Once, when there is nothing to advance to. */
  difference(): TraceDifference {
    const x = this.#x;
    const y = this.#y;
    return {
      same: x === undefined && y === undefined,
      equal: this.#equal,
      a: x,
      b: y,
      before: this.#before,
      afterA: this.#left.take(x === undefined ? 0 : this.#context),
      afterB: this.#right.take(y === undefined ? 0 : this.#context),
      headers: headerDifferences(this.#a.header, this.#b.header),
      aspect: x === undefined || y === undefined ? undefined : difference(x, y),
      sentence: sentence(this.#equal, x, y),
    };
  }
}

class Side {
  readonly #events: Iterator<TraceEvent>;
  readonly #level: TraceLevel;
  /** Ordinals of this trace to places among the compared events, for `of`: those of packets still under way. */
  readonly #places = new Map<number, number>();
  #place = 0;

  constructor(list: Iterable<TraceEvent>, level: TraceLevel) {
    this.#events = list[Symbol.iterator]();
    this.#level = level;
  }

  next(): TraceEvent | undefined {
    for (;;) {
      const { value, done } = this.#events.next();
      if (done) return undefined;
      if (this.#level === 'full' || !isFullOnly(value.k)) {
        this.#place++;
        return value;
      }
    }
  }

  take(count: number): TraceEvent[] {
    const taken: TraceEvent[] = [];
    for (let event = this.next(); event !== undefined; event = this.next()) {
      taken.push(event);
      if (taken.length >= count) break;
    }
    return taken;
  }

  line(event: TraceEvent): string {
    if (this.#level === 'full') return eventLine(event);
    const i = this.#place;
    switch (event.k) {
      case 'packet.sent':
      case 'websocket.sent':
        this.#places.set(event.i, i);
        break;
      case 'packet.received':
      case 'packet.lost':
      case 'websocket.received':
      case 'websocket.lost': {
        const of = this.#places.get(event.of) ?? 0;
        this.#places.delete(event.of);
        return eventLine({ ...event, i, c: 0, of });
      }
      case 'verdict':
        return eventLine({ ...event, i, c: 0, about: [] });
      // Its words name events by ordinals as well; it follows from what is compared.
      case 'obituary':
        return eventLine({ ...event, i, c: 0, verdicts: [], fate: '', text: '', steps: [] });
    }
    return eventLine({ ...event, i, c: 0 });
  }
}

function headerDifferences(a: TraceHeader, b: TraceHeader): string[] {
  const differences: string[] = [];
  for (const name of ['version', 'amber', 'scenario', 'seed', 'level', 'vantage'] as const) {
    if (a[name] !== b[name]) differences.push(`${name}: ${a[name]} / ${b[name]}`);
  }
  for (const [name, usual] of [
    ['transport', 'tcp'],
    ['profile', 'none'],
    ['mutant', 'none'],
  ] as const) {
    const [left, right] = [a[name] ?? usual, b[name] ?? usual];
    if (left !== right) differences.push(`${name}: ${left} / ${right}`);
  }
  const [left, right] = [a, b].map(({ hosted }) => Object.values(hosted ?? ['none']).join(' '));
  if (left !== right) differences.push(`hosted on: ${left} / ${right}`);
  for (const name of [...new Set([...Object.keys(a.parameters), ...Object.keys(b.parameters)])].sort()) {
    const left = a.parameters[name];
    const right = b.parameters[name];
    if (left !== right) differences.push(`parameter ${name}: ${left ?? 'absent'} / ${right ?? 'absent'}`);
  }
  return differences;
}

function sentence(equal: number, a: TraceEvent | undefined, b: TraceEvent | undefined): string {
  const same = `${counted(equal, 'event')} ${equal === 1 ? 'is' : 'are'} equal`;
  if (a === undefined && b === undefined) return `The traces are equal: ${same}.`;
  if (a === undefined) return `${same}; then A ends, while in B: ${describeEvent(b!)}.`;
  if (b === undefined) return `${same}; then B ends, while in A: ${describeEvent(a)}.`;
  const aspect = difference(a, b);
  return `${same}; then they part (${aspect}). In A: ${describeEvent(a)}. In B: ${describeEvent(b)}.`;
}

function difference(a: TraceEvent, b: TraceEvent): string {
  if (a.k !== b.k) return `${a.k} against ${b.k}`;
  if (a.n !== b.n) return `${a.k} at ${a.n} against ${b.n}`;
  if (a.t !== b.t) return `${a.k} at ${describeTime(a.t)} against ${describeTime(b.t)}`;
  const left = a as unknown as Readonly<Record<string, unknown>>;
  const right = b as unknown as Readonly<Record<string, unknown>>;
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter(
    (name) => name !== 'i' && name !== 'c' && plain(left[name]) !== plain(right[name]),
  );
  return names.length === 0 ? `the cause of ${a.k}` : `${a.k} with another ${names.sort().join(', ')}`;
}

function plain(value: unknown): string {
  return JSON.stringify(value) ?? '';
}
