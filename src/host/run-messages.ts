/** What the thread of a run and the thread that watches it say to each other. */
import type { RunResult } from '../runner/run.ts';
import type { HostedOptions } from './run-hosted.ts';

/** What a thread that waits is sent. */
export interface RunOrder {
  readonly path: string;
  readonly options: Pick<
    HostedOptions,
    | 'seed'
    | 'parameters'
    | 'level'
    | 'transport'
    | 'protocol'
    | 'profile'
    | 'faults'
    | 'omit'
    | 'checks'
    | 'mutant'
    | 'players'
    | 'needs'
  >;
  /** Where the trace goes; none when undefined. */
  readonly tracePath: string | undefined;
  readonly heartbeat: SharedArrayBuffer;
  /** The story without its types, or soon: for the first order of a thread. */
  readonly ahead?: SharedArrayBuffer | undefined;
}

/** All that the worker says of a run. */
export interface RunReply {
  readonly answer: RunAnswer;
  /** Nothing was left behind on the thread: it waits for another order. Otherwise it ends. */
  readonly waits: boolean;
}

export type RunAnswer =
  | { kind: 'result'; result: RunResult }
  /** The file could not be loaded, or a parameter or the seed was refused. */
  | { kind: 'refused'; message: string; because: 'missing' | 'script' | 'usage' }
  /** The trace could not be written. */
  | { kind: 'environment'; message: string }
  | { kind: 'bug'; message: string };

/** Progress that can be read while the worker is busy: a count that grows, virtual microseconds, and events. */
export class Heartbeat {
  readonly #cells: Float64Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(3 * Float64Array.BYTES_PER_ELEMENT)) {
    this.#cells = new Float64Array(memory);
  }

  get memory(): SharedArrayBuffer {
    return this.#cells.buffer as SharedArrayBuffer;
  }

  beat(now: number, events: number): void {
    this.#cells[1] = now;
    this.#cells[2] = events;
    this.#cells[0]!++;
  }

  get beats(): number {
    return this.#cells[0]!;
  }
  /** Virtual time in microseconds. */
  get now(): number {
    return this.#cells[1]!;
  }
  get events(): number {
    return this.#cells[2]!;
  }
}
