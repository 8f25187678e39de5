/** What a sweep and its threads say to each other; a thread answers each seed with its record. */
import type { HostedOptions } from '../host/run-hosted.ts';

/** What every seed of a sweep is run with. */
export type SweepRunOptions = Pick<HostedOptions, 'parameters' | 'transport' | 'profile' | 'mutant'>;

/** What a thread is started with. */
export interface SweepOrder {
  readonly options: SweepRunOptions;
  readonly heartbeat: SharedArrayBuffer;
}

/** Seeds of one scenario, to be run in this order. */
export interface SweepBatch {
  readonly file: string;
  readonly seeds: readonly string[];
}
