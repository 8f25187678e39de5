/** What a shrink and its thread say to each other. */
import type { SavedFailure } from './failure.ts';
import type { Size } from './reduction.ts';
import type { ShrunkStory } from './shrink-story.ts';

export interface ShrinkOrder {
  readonly failure: SavedFailure;
  readonly heartbeat: SharedArrayBuffer;
}

export type ShrinkAnswer =
  | { readonly kind: 'progress'; readonly size: Size; readonly attempts: number }
  /** And how many runs it took. */
  | ({ readonly kind: 'shrunk'; readonly attempts: number } & ShrunkStory)
  /** The failure does not come again. */
  | { readonly kind: 'gone'; readonly message: string };
