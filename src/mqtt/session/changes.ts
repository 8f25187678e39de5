import type { Batch } from '../machine.ts';

/**
 * A durable value whose key and bytes are made when somebody asks. A store that writes asks at once; the disk of a simulation asks when a
 * process starts from it, and most never do. What is asked late has the same answer: nothing in an entry changes.
 */
export abstract class Entry {
  abstract readonly key: string;
  abstract readonly value: Uint8Array;
  /** Bytes of both, or some more. */
  abstract readonly bytes: number;
  /** For whoever keeps it: where. */
  place = -1;

  get does(): 'keep' {
    return 'keep';
  }
}

/** An entry is taken away again. */
export class Erasure {
  readonly entry: Entry;

  constructor(entry: Entry) {
    this.entry = entry;
  }

  get does(): 'erase' {
    return 'erase';
  }
}

/** A value by its key; null deletes it. */
export class Pair {
  readonly key: string;
  readonly value: Uint8Array | null;

  constructor(key: string, value: Uint8Array | null) {
    this.key = key;
    this.value = value;
  }

  get does(): 'set' {
    return 'set';
  }
}

export type Change = Entry | Erasure | Pair;

/** The changes of one input of a machine. Who iterates is given keys and bytes; who does not need them looks at the list. */
export class Changes implements Batch {
  readonly list: readonly Change[];
  /** Bytes of keys and values, or some more. */
  readonly bytes: number;

  constructor(list: readonly Change[], bytes: number) {
    this.list = list;
    this.bytes = bytes;
  }

  get length(): number {
    return this.list.length;
  }

  *[Symbol.iterator](): Iterator<readonly [key: string, value: Uint8Array | null]> {
    for (const change of this.list) {
      if (change.does === 'erase') yield [change.entry.key, null];
      else yield [change.key, change.value];
    }
  }
}
