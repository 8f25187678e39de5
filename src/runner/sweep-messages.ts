/** What a sweep and its threads say to each other; a thread answers each seed with its record. */
import type { HostedOptions } from '../host/run-hosted.ts';

/** What every seed of a sweep is run with. */
export type SweepRunOptions = Pick<HostedOptions, 'parameters' | 'transport' | 'profile' | 'mutant'>;

/** What a thread is started with. */
export interface SweepOrder {
  readonly options: SweepRunOptions;
  readonly heartbeat: SharedArrayBuffer;
}

/** One seed of one scenario. */
export interface SweepTask {
  readonly file: string;
  readonly seed: string;
}
