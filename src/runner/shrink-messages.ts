/** What a shrink and its thread say to each other. */
import type { HostedOptions } from '../host/run-hosted.ts';
import type { SavedFailure } from './failure.ts';
import type { Shrunk, Size } from './shrink.ts';

export interface ShrinkOrder {
  readonly failure: SavedFailure;
  /** What the failure was run with. */
  readonly options: Pick<
    HostedOptions,
    'seed' | 'parameters' | 'transport' | 'profile' | 'faults' | 'mutant'
  >;
  readonly heartbeat: SharedArrayBuffer;
}

export type ShrinkAnswer =
  | { readonly kind: 'progress'; readonly size: Size; readonly attempts: number }
  | { readonly kind: 'shrunk'; readonly shrunk: Shrunk }
  /** The failure does not come again. */
  | { readonly kind: 'gone'; readonly message: string };
