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
}

/** An entry is taken away again. */
export class Erasure {
  readonly entry: Entry;

  constructor(entry: Entry) {
    this.entry = entry;
  }
}

type Pair = readonly [key: string, value: Uint8Array | null];

/** The changes of one input of a machine. Who iterates is given keys and bytes; who does not need them looks at the list. */
export class Changes implements Batch {
  readonly list: (Pair | Entry | Erasure)[] = [];
  /** Bytes of keys and values, or some more. */
  bytes = 0;

  get length(): number {
    return this.list.length;
  }

  set(key: string, value: Uint8Array | null): void {
    this.list.push([key, value]);
    this.bytes += key.length + (value?.length ?? 0);
  }

  add(entry: Entry): void {
    this.list.push(entry);
    this.bytes += entry.bytes;
  }

  erase(entry: Entry): void {
    this.list.push(new Erasure(entry));
  }

  *[Symbol.iterator](): Iterator<Pair> {
    for (const change of this.list) {
      if (change instanceof Entry) yield [change.key, change.value];
      else if (change instanceof Erasure) yield [change.entry.key, null];
      else yield change;
    }
  }
}
