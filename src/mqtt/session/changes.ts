import type { Batch } from '../machine.ts';

/**
 * A durable value whose key and bytes are made when somebody asks. A store that writes asks at once; the disk of a simulation asks when a
 * process starts from it, and most never do. What is asked late has the same answer: nothing in an entry changes.
 */
export interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
  /** Bytes of both, or some more. */
  readonly bytes: number;
  /** For whoever keeps it: where. */
  place: number;
}

/** A value by its key; null deletes it. */
export interface Pair {
  readonly key: string;
  readonly value: Uint8Array | null;
}

/** One change of a batch: an entry is kept or taken away again, or what a key has is set. */
export type Change = { next: Change | undefined } & (
  | { readonly does: 'keep' | 'erase'; readonly what: Entry }
  | { readonly does: 'set'; readonly what: Pair }
);

/** The changes of one input of a machine, as a chain. Who iterates is given keys and bytes; who does not need them follows the chain. */
export class Changes implements Batch {
  readonly first: Change;
  readonly length: number;
  /** Bytes of keys and values, or some more. */
  readonly bytes: number;

  constructor(first: Change, length: number, bytes: number) {
    this.first = first;
    this.length = length;
    this.bytes = bytes;
  }

  *[Symbol.iterator](): Iterator<readonly [key: string, value: Uint8Array | null]> {
    for (let change: Change | undefined = this.first; change !== undefined; change = change.next)
      yield [change.what.key, change.does === 'erase' ? null : change.what.value];
  }
}
