/** What an exhaustion and its threads say to each other. */
import type { Fault } from '../sim/fault.ts';
import type { PlaceCounts } from './places.ts';
import type { SeedRecord } from './seed-record.ts';
import type { SweepRunOptions } from './sweep-messages.ts';

/** What a thread is started with. */
export interface ExhaustOrder {
  readonly file: string;
  readonly seed: string;
  readonly options: SweepRunOptions;
  /** Of equivalent faults only the first. */
  readonly prune: boolean;
  readonly heartbeat: SharedArrayBuffer;
}

/** One run: as the story is, with one fault more, or with two. */
export interface ExhaustTask {
  /** Place among all runs, from 0. */
  readonly index: number;
  readonly first?: Fault;
  /** Which of the faults that can strike after the first, in the run that the first has made. */
  readonly second?: number;
  /** Whether to find out what can strike in this run, after its fault. */
  readonly looks: boolean;
}

export interface ExhaustAnswer {
  readonly index: number;
  /** Its `seed` is the index. */
  readonly record: SeedRecord;
  /** The faults of the task. Empty when the thread was lost before it knew the second. */
  readonly faults: readonly Fault[];
  /** The last of them changed nothing, or its occasion did not come. */
  readonly moot: boolean;
  /** Of a task that looks. */
  readonly counts?: PlaceCounts;
  /** What can strike in the story itself. */
  readonly strikes?: readonly Fault[];
}
