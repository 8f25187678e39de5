/** What lies on a disk, by key. Entries that nobody has read yet lie in a list, where one that is taken away leaves no trace. */
import type { Batch } from '../mqtt/machine.ts';
import { type Change, Changes, type Entry } from '../mqtt/session/changes.ts';

export class DiskContents {
  readonly #values = new Map<string, Uint8Array>();
  readonly #entries: Entry[] = [];

  apply(batch: Batch): void {
    if (batch instanceof Changes) {
      for (let change: Change | undefined = batch.first; change !== undefined; change = change.next) {
        if (change.does === 'keep') this.#keep(change.what);
        else if (change.does === 'erase') this.#drop(change.what);
        else this.#set(change.what.key, change.what.value);
      }
    } else for (const [key, value] of batch) this.#set(key, value);
  }

  /** A copy, key by key, in no order that means anything. */
  read(): Map<string, Uint8Array> {
    const values = new Map(this.#values);
    for (const { key, value } of this.#entries) values.set(key, value);
    return values;
  }

  /** Who comes next knows everything by its key. */
  spellOut(): void {
    for (const { key, value } of this.#entries) this.#values.set(key, value);
    this.#entries.length = 0;
  }

  #set(key: string, value: Uint8Array | null): void {
    if (value === null) this.#values.delete(key);
    else this.#values.set(key, value);
  }

  #keep(entry: Entry): void {
    entry.place = this.#entries.length;
    this.#entries.push(entry);
  }

  /** The last one fills the gap. */
  #drop({ place }: Entry): void {
    const last = this.#entries.pop()!;
    if (place === this.#entries.length) return;
    last.place = place;
    this.#entries[place] = last;
  }
}

/** Bytes of the keys and values of a batch, or some more. */
export function bytesOfBatch(batch: Batch): number {
  if (batch instanceof Changes) return batch.bytes;
  let bytes = 0;
  for (const [key, value] of batch) bytes += key.length + (value?.length ?? 0);
  return bytes;
}
