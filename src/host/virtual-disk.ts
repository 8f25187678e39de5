/** The disk of a hosted node as its code sees it: stores by their names, each of its own keys, all of them on one virtual disk. */
import type { HostedDisk, HostedStore } from '../scenario/hosting.ts';
import type { Disk } from '../sim/disk.ts';
import type { Process } from '../sim/process-node.ts';
import { checkName } from '../sim/rng.ts';
import { storeClass } from './virtual-store.ts';

/** An entry of a store as the disk has it; without a value it is deleted. */
export type StoredEntry = readonly [key: string, value: Uint8Array | null];

/** Between the name of a store and a key in it: no name has one. */
const SEPARATOR = '/';

export class VirtualDisk implements HostedDisk {
  readonly #process: Process;
  readonly #disk: Disk;
  /** Batches of this life. */
  #written = 0;
  /** Who waits for a batch to be safe, by its number. */
  readonly #waiting = new Map<number, () => void>();
  readonly #open = new Set<string>();

  /** For one life of the process: what an earlier one left unsynced is there, and comes first. */
  constructor(process: Process) {
    this.#process = process;
    this.#disk = process.node.disk;
    this.#disk.attach((batch) => {
      const told = this.#waiting.get(batch);
      if (told === undefined) return;
      this.#waiting.delete(batch);
      process.loop.post(told);
    });
  }

  open(name: string): HostedStore {
    checkName(name, 'the name of a store');
    return new (storeClass())(this, name);
  }

  /* For its stores only. */

  /** What the store holds, in the order of keys; undefined when it is open already, as another process would find it locked. */
  load(name: string): [key: string, value: Uint8Array][] | undefined {
    if (this.#open.has(name)) return undefined;
    this.#open.add(name);
    const prefix = `${name}${SEPARATOR}`;
    return this.#disk
      .snapshot()
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]);
  }

  close(name: string): void {
    this.#open.delete(name);
  }

  /** True while nothing more can be written. */
  get full(): boolean {
    return this.#disk.full;
  }

  /**
   * Writes entries, all of them or none.
   * @returns at the next turn of the event loop; or once they are safe from a power cut.
   */
  write(name: string, entries: readonly StoredEntry[], sync: boolean): Promise<void> {
    if (!this.#process.alive) return new Promise(() => {});
    const batch = ++this.#written;
    const done = sync
      ? new Promise<void>((resolve) => {
          this.#waiting.set(batch, resolve);
        })
      : this.turn();
    this.#disk.append(entries.map(([key, value]) => [`${name}${SEPARATOR}${key}`, value]));
    return done;
  }

  /** As long as a thread takes that reads. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.#process.loop.post(resolve));
  }
}
