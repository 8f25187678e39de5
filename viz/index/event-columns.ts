/**
 * What is asked of every event of a trace, a typed array for each question. An event with ordinal `i` stands at `i - 1`.
 *
 * The arrays are longer than the trace and are replaced when they grow: a loop takes them once, and asks anew after it
 * let the reading go on.
 */
import type { TraceKind } from '../../src/trace/event.ts';
import { FIELDS } from '../../src/trace/fields.ts';
import { grown } from './column.ts';

/** A kind has its place in this list as its number. */
export const KINDS = Object.keys(FIELDS) as readonly TraceKind[];

export const KIND_CODES = Object.fromEntries(KINDS.map((kind, code) => [kind, code])) as Readonly<
  Record<TraceKind, number>
>;

const FIRST_CELLS = 1_024;

export class EventColumns {
  /** Microseconds; they never descend. */
  time = new Float64Array(FIRST_CELLS);
  /** A place in {@link KINDS}. */
  kind = new Uint8Array(FIRST_CELLS);
  /** A place in `GROUPS`, or `UNDRAWN`. */
  group = new Uint8Array(FIRST_CELLS);
  /** A place in `names`. */
  node = new Int32Array(FIRST_CELLS);
  /** A place in the story's connections; -1 for an event of none. */
  conn = new Int32Array(FIRST_CELLS);
  /** The ordinal of the cause, or 0. */
  cause = new Int32Array(FIRST_CELLS);
  /** The flight of a packet that is sent, received or lost; -1 for other events. */
  flight = new Int32Array(FIRST_CELLS);
  /** Names of nodes, in the order in which events had them; also '' if something happened to the world. */
  readonly names: readonly string[];

  constructor(names: readonly string[]) {
    this.names = names;
  }

  get capacity(): number {
    return this.kind.length;
  }

  grow(): void {
    this.time = grown(this.time, Float64Array);
    this.kind = grown(this.kind, Uint8Array);
    this.group = grown(this.group, Uint8Array);
    this.node = grown(this.node, Int32Array);
    this.conn = grown(this.conn, Int32Array);
    this.cause = grown(this.cause, Int32Array);
    this.flight = grown(this.flight, Int32Array);
  }
}
