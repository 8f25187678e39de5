/**
 * A virtual disk: an ordered log of atomic batches. What is written survives a crash of the process; what is synced
 * survives a power cut as well. Batches are synced in groups: those that were written while one sync ran share the next.
 */

import { Fifo } from '../collections/fifo.ts';
import type { Batch, Durability, Micros } from '../mqtt/machine.ts';
import { bytesOfBatch, DiskContents } from './disk-contents.ts';
import { type EventId, NO_EVENT } from './event-queue.ts';
import type { Draw } from './rng.ts';
import type { Happening, Simulator } from './simulator.ts';
import { type Duration, parseDuration } from './time.ts';

export interface DiskOptions {
  /** When batches are synced: at once, every `interval`, or never. Default `sync`. */
  policy?: Durability;
  /** How long a sync takes. Default 500 us, an SSD with a write cache that is flushed. */
  latency?: Duration;
  /** Time between syncs of the policy `interval`. Default 1 s. */
  interval?: Duration;
  /** Bytes of keys and values that fit. Default 1 GiB. */
  capacityBytes?: number;
}

const LATENCY_MICROS: Micros = 500;
const INTERVAL_MICROS: Micros = 1_000_000;
const CAPACITY_BYTES = 1_073_741_824;

/** A batch, and the ordinal that was the cause once it was written. */
interface Written {
  readonly batch: Batch;
  readonly cause: number;
}

/** Who is told what became safe: the number of the last batch since {@link Disk.attach}. */
export type Stored = (batch: number) => void;

const nobody: Stored = () => {};

/** Is told of each batch before and after it is written or synced, with its number among all that ever were. */
export type DiskWatch = (of: 'write' | 'sync', side: 'before' | 'after', nth: number) => void;

export class Disk implements Happening {
  readonly #simulator: Simulator;
  readonly #node: string;
  readonly #policy: Durability;
  readonly #latencyMicros: Micros;
  readonly #intervalMicros: Micros;
  readonly #capacityBytes: number;
  readonly #luck: Draw;
  /** What a power cut leaves. */
  readonly #synced = new DiskContents();
  /** Written and not synced, in order. */
  readonly #tail = new Fifo<Written>();
  /** Handed over while the disk was full; nothing of it survives the process. */
  #waiting: Batch[] = [];
  /** Batches written since the disk was attached, and how many of them are synced. */
  #written = 0;
  #syncedBatches = 0;
  /** The same over all lives. */
  #writtenEver = 0;
  #syncedEver = 0;
  #bytes = 0;
  /** A process is there to write. */
  #attached = false;
  /** May end the life of the process, or take its power, while it is told. */
  watch: DiskWatch | undefined;
  #stored: Stored = nobody;
  #sync: EventId = NO_EVENT;
  /** The sync under way makes the first so many batches of the tail safe. */
  #syncing = 0;
  #full = 0;
  readonly #slow: Micros[] = [];

  constructor(simulator: Simulator, node: string, options: DiskOptions, luck: Draw) {
    this.#simulator = simulator;
    this.#node = node;
    this.#policy = options.policy ?? 'sync';
    const { latency, interval } = options;
    this.#latencyMicros =
      latency === undefined ? LATENCY_MICROS : parseDuration(latency, `latency of the disk of ${node}`);
    this.#intervalMicros =
      interval === undefined
        ? INTERVAL_MICROS
        : parseDuration(interval, `sync interval of the disk of ${node}`);
    this.#capacityBytes = options.capacityBytes ?? CAPACITY_BYTES;
    this.#luck = luck;
  }

  /** A process begins: batches count from 1 again, and `stored` is told. */
  attach(stored: Stored): void {
    this.#stored = stored;
    this.#attached = true;
    this.#written = 0;
    // What an earlier life left unsynced comes before the first batch of this one.
    this.#syncedBatches = -this.#tail.length;
    this.#synced.spellOut();
    for (const { batch, cause } of this.#tail.take(this.#tail.length))
      this.#tail.push({ batch: [...batch], cause });
  }

  /** What a process that starts now finds, in the order of keys. */
  snapshot(): [key: string, value: Uint8Array][] {
    const values = this.#synced.read();
    for (const { batch } of this.#tail.toArray()) {
      for (const [key, value] of batch) {
        if (value === null) values.delete(key);
        else values.set(key, value);
      }
    }
    return [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** @throws RangeError when the disk overflows: the run holds more state than it was meant to. */
  append(batch: Batch): void {
    if (this.#full > 0) this.#waiting.push(batch);
    else this.#write(batch);
  }

  /** The process died: what waited for room is gone, the rest is safe in the host. */
  processDied(): void {
    this.#waiting = [];
    this.#attached = false;
    this.#stored = nobody;
  }

  /**
   * The power is gone: what was not synced is lost. `torn` keeps a random part of it, whole batches from the first on, as
   * when a disk had written some of its cache.
   */
  powerLost(torn: boolean): void {
    this.processDied();
    this.#cancelSync();
    const kept = torn ? Math.floor(this.#luck() * (this.#tail.length + 1)) : 0;
    const safe = this.#tail.take(kept);
    const lost = this.#tail.take(this.#tail.length);
    for (const written of safe) this.#commit(written);
    this.#weigh();
    if (lost.length === 0) return;
    const entries = lost.reduce((sum, { batch }) => sum + batch.length, 0);
    this.#record('disk.lost', this.#syncedBatches, entries);
  }

  /** Something was written and is not safe yet, and will be. */
  get busy(): boolean {
    return this.#sync !== NO_EVENT || this.#waiting.length > 0;
  }

  /** Nothing more is written for now. */
  get full(): boolean {
    return this.#full > 0;
  }

  /** Syncs take so much longer, until {@link quicken} takes the same away. */
  slow(byMicros: Micros): void {
    this.#slow.push(byMicros);
  }
  quicken(byMicros: Micros): void {
    const at = this.#slow.indexOf(byMicros);
    if (at !== -1) this.#slow.splice(at, 1);
  }

  /** Nothing more is written until as many calls of {@link makeRoom}. */
  fill(): void {
    this.#full++;
  }
  makeRoom(): void {
    this.#full--;
    if (this.#full > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const batch of waiting) this.#write(batch);
  }

  due(): void {
    this.#sync = NO_EVENT;
    if (this.watch !== undefined) this.#announceSync(this.watch);
    const count = Math.min(this.#syncing, this.#tail.length);
    if (count === 1) {
      const written = this.#tail.shift()!;
      this.#commit(written);
      this.#weigh();
      this.#beginSync();
      this.#tell(written, this.#syncedBatches);
      return;
    }
    const safe = this.#tail.take(count);
    let synced = this.#syncedBatches;
    for (const written of safe) this.#commit(written);
    this.#weigh();
    this.#beginSync();
    // Batches that share a sync are told one by one: what each of them lets out follows from its own write.
    for (const written of safe) this.#tell(written, ++synced);
  }

  /** The batch of this number is safe. */
  #tell({ batch, cause }: Written, synced: number): void {
    this.#simulator.recorder.cause = cause;
    this.#record('disk.synced', synced, batch.length);
    this.#syncedEver++;
    this.watch?.('sync', 'after', this.#syncedEver);
    if (synced > 0) this.#stored(synced);
  }

  #announceSync(watch: DiskWatch): void {
    for (let i = 1; i <= Math.min(this.#syncing, this.#tail.length); i++)
      watch('sync', 'before', this.#syncedEver + i);
  }

  #write(batch: Batch): void {
    this.watch?.('write', 'before', this.#writtenEver + 1);
    if (!this.#attached) return;
    this.#bytes += bytesOfBatch(batch);
    this.#written++;
    const { recorder } = this.#simulator;
    const cause = recorder.cause;
    this.#record('disk.written', this.#written, batch.length);
    this.#tail.push({ batch, cause: recorder.cause });
    this.#beginSync();
    // The sync follows from the write; what else the process does now does not.
    recorder.cause = cause;
    this.#writtenEver++;
    this.watch?.('write', 'after', this.#writtenEver);
  }

  #beginSync(): void {
    if (this.#sync !== NO_EVENT || this.#tail.length === 0 || this.#policy === 'none') return;
    let wait = this.#latencyMicros;
    for (const more of this.#slow) wait += more;
    const simulator = this.#simulator;
    if (this.#policy === 'interval') {
      // The next tick of a clock that began with the run: what is written until then goes with it.
      this.#syncing = Infinity;
      wait += this.#intervalMicros - (simulator.now % this.#intervalMicros);
    } else {
      this.#syncing = this.#tail.length;
    }
    this.#sync = simulator.schedule(simulator.now + wait, 0, this);
  }

  #commit({ batch }: Written): void {
    this.#synced.apply(batch);
    this.#syncedBatches++;
  }

  /** Only when all that shares a sync is safe: one batch may delete what another before it has filled. */
  #weigh(): void {
    if (this.#bytes > this.#capacityBytes) this.#measure();
  }

  /** Counts what is really there: overwritten values take no room. */
  #measure(): void {
    let bytes = 0;
    for (const [key, value] of this.snapshot()) bytes += key.length + value.length;
    if (bytes > this.#capacityBytes) {
      throw new RangeError(
        `the disk of ${this.#node} holds ${bytes} bytes, more than its ${this.#capacityBytes}`,
      );
    }
    this.#bytes = bytes;
  }

  #cancelSync(): void {
    if (this.#sync !== NO_EVENT) this.#simulator.cancel(this.#sync);
    this.#sync = NO_EVENT;
  }

  /** Batches that an earlier life left have no number in this one: each is 0. */
  #record(k: 'disk.written' | 'disk.synced' | 'disk.lost', batch: number, entries: number): void {
    const { recorder } = this.#simulator;
    if (!recorder.full) return;
    this.#simulator.record({ i: 0, t: 0, c: 0, k, n: this.#node, batch: Math.max(0, batch), entries });
  }
}
