import type { Batch } from '../mqtt/machine.ts';

/**
 * Where a machine keeps what has to survive it: an ordered log of atomic batches. Open it, {@link load} what an earlier process left, then
 * hand it to a pump, which attaches and appends.
 */
export interface Store {
  load(): Promise<readonly (readonly [key: string, value: Uint8Array])[]>;
  /**
   * `stored` is told that every batch up to this number is as safe as was promised; `failed` that no further one ever will be.
   * Neither is called from within `append`.
   */
  attach(stored: (batch: number) => void, failed: (error: Error) => void): void;
  /** Batches are numbered from 1. */
  append(batch: Batch): void;
  /** Bytes appended that are not stored. */
  readonly backlogBytes: number;
  /** Resolves when everything appended is stored, or cannot be. */
  idle(): Promise<void>;
  /** Stores what is left and lets go of the disk. */
  close(): Promise<void>;
}

/** The store cannot be used; `message` is one sentence for people. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
