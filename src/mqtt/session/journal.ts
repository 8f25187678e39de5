import type { Batch, Durability } from '../machine.ts';
import { type Change, Changes, type Entry, type Pair } from './changes.ts';

/** Something that holds back outputs until a batch is durable. */
export interface Waiter {
  /** Everything up to batch `stored` is durable: lets go what waited for it. */
  flush(stored: number): void;
}

interface Wait {
  readonly waiter: Waiter;
  readonly batch: number;
  next: Wait | undefined;
}

/**
 * The durable side of one machine: gathers the changes of one input into one batch, numbers batches, and
 * knows which of them are safe.
 *
 * Every input of a machine ends with {@link commit}. A change is made before the output that reveals it is handed to
 * an outbox, within the same input; then {@link barrier} is right.
 */
export class Journal {
  readonly #durability: Durability;
  readonly #store: (batch: Batch) => void;
  /** Of the input that runs now: a chain, how many they are, and their bytes. */
  #first: Change | undefined = undefined;
  #last: Change | undefined = undefined;
  #count = 0;
  #bytes = 0;
  #committed = 0;
  #durable = 0;
  /** Who waits for which batch, as a chain; batches never descend. */
  #firstWait: Wait | undefined = undefined;
  #lastWait: Wait | undefined = undefined;

  /** `store` appends a batch to the log: {@link Sink.store}. */
  constructor(durability: Durability, store: (batch: Batch) => void) {
    this.#durability = durability;
    this.#store = store;
  }

  /** False when nothing is ever stored: callers spare themselves the making of records. */
  get keeps(): boolean {
    return this.#durability !== 'none';
  }

  put(key: string, value: Uint8Array): void {
    if (this.#durability !== 'none') this.set(key, value);
  }

  delete(key: string): void {
    if (this.#durability !== 'none') this.set(key, null);
  }

  /** As {@link put}, of what is seldom read: it is written by whoever wants it. */
  add(entry: Entry): void {
    if (this.#durability === 'none') return;
    this.append('keep', entry);
    this.#bytes += entry.bytes;
  }

  /** Deletes what was {@link add added} in this life. */
  erase(entry: Entry): void {
    if (this.#durability !== 'none') this.append('erase', entry);
  }

  /**
   * To be called with one entry of a snapshot that was recovered. What a process finds may be written and yet not durable, when the one
   * before it died a moment ago: a PUBREL that goes out now could be forgotten by a power cut. Writing one entry
   * again makes all that was recovered something that outputs wait for.
   */
  recovered(key: string, value: Uint8Array): void {
    this.put(key, value);
  }

  /**
   * Number of the batch that has to be durable before anything changed up to now may be seen; 0 when nothing has to be
   * waited for. It covers every change so far and not just those of this input: a repeated PUBREC reveals what an
   * earlier input stored.
   */
  get barrier(): number {
    if (this.#durability !== 'sync') return 0;
    const last = this.#count > 0 ? this.#committed + 1 : this.#committed;
    return last > this.#durable ? last : 0;
  }

  /** Ends an input: all its changes become one batch. */
  commit(): void {
    const first = this.#first;
    if (first === undefined) return;
    const batch = new Changes(first, this.#count, this.#bytes);
    this.#first = undefined;
    this.#last = undefined;
    this.#count = 0;
    this.#bytes = 0;
    this.#committed++;
    this.#store(batch);
  }

  private set(key: string, value: Uint8Array | null): void {
    this.append('set', { key, value });
    this.#bytes += key.length + (value?.length ?? 0);
  }

  private append(does: 'set', what: Pair): void;
  private append(does: 'keep' | 'erase', what: Entry): void;
  private append(does: Change['does'], what: Pair | Entry): void {
    const change = { does, what, next: undefined } as Change;
    if (this.#last === undefined) this.#first = change;
    else this.#last.next = change;
    this.#last = change;
    this.#count++;
  }

  /** Every batch up to `batch` is durable; waiters go on in the order in which they began to wait. */
  stored(batch: number): void {
    if (batch <= this.#durable) return;
    this.#durable = batch;
    for (let wait = this.#firstWait; wait !== undefined && wait.batch <= batch; wait = this.#firstWait) {
      this.#firstWait = wait.next;
      if (wait.next === undefined) this.#lastWait = undefined;
      wait.waiter.flush(batch);
    }
  }

  /** `waiter` holds something back until `batch`, the {@link barrier} of this moment, is durable. */
  enlist(waiter: Waiter, batch: number): void {
    const wait: Wait = { waiter, batch, next: undefined };
    if (this.#lastWait === undefined) this.#firstWait = wait;
    else this.#lastWait.next = wait;
    this.#lastWait = wait;
  }
}

/** Of all machines that store nothing: there is nothing in it to tell them apart by. */
export const NO_JOURNAL = new Journal('none', () => {});
