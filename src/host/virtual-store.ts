/** A store of a virtual disk: a database as those of the package abstract-level are, for whatever code keeps its state in one. */
import nodeModule from 'node:module';
import type * as Level from 'abstract-level';
import type { HostedStore } from '../scenario/hosting.ts';
import { type Entry, SortedEntries } from './sorted-entries.ts';
import type { StoredEntry, VirtualDisk } from './virtual-disk.ts';

/** Which keys, with the bounds as bytes. */
interface Range {
  gt?: Uint8Array;
  gte?: Uint8Array;
  lt?: Uint8Array;
  lte?: Uint8Array;
  reverse?: boolean;
  limit?: number;
}
/** Of an iterator: the package has encoded its bounds. */
type IteratorOptions = Omit<Level.AbstractIteratorOptions<string, string>, keyof Range> & Range;

interface Operation {
  type: 'put' | 'del';
  key: Uint8Array;
  value?: Uint8Array;
}

interface Sync {
  sync?: boolean;
}

type StoreClass = new (disk: VirtualDisk, name: string) => HostedStore;

let known: StoreClass | undefined;

/**
 * The package is loaded when the first store is opened, by whoever has it.
 * @throws Error with one line when it is not installed.
 */
export function storeClass(): StoreClass {
  known ??= storeOn(loadLevel());
  return known;
}

function loadLevel(): typeof Level {
  try {
    return nodeModule.createRequire(import.meta.url)('abstract-level') as typeof Level;
  } catch (error) {
    throw new Error(
      `a store on the disk of a hosted node needs the package abstract-level: npm install abstract-level (${(error as Error).message.split('\n')[0]})`,
      { cause: error },
    );
  }
}

/** Bytes as characters: they sort alike, and the virtual disk has strings for keys. */
function textOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}

function bytesOf(key: string): Uint8Array {
  return Buffer.from(key, 'latin1');
}

function boundsOf({ gt, gte, lt, lte }: Range): { least: string; beyond: string | undefined } {
  // The next key after one is that key and a zero byte.
  const least = gte !== undefined ? textOf(gte) : gt !== undefined ? `${textOf(gt)}\0` : '';
  const beyond = lt !== undefined ? textOf(lt) : lte !== undefined ? `${textOf(lte)}\0` : undefined;
  return { least, beyond };
}

function storeOn({ AbstractLevel, AbstractIterator }: typeof Level): StoreClass {
  /** Shows the store as it was when the iterator was made. */
  class StoreIterator extends AbstractIterator<Store, string, string> {
    readonly #entries: readonly Entry[];
    readonly #disk: VirtualDisk;
    #at = 0;

    constructor(store: Store, options: IteratorOptions, entries: readonly Entry[], disk: VirtualDisk) {
      super(store, options as object);
      this.#entries = entries;
      this.#disk = disk;
    }

    async _next(): Promise<[Uint8Array, Uint8Array] | undefined> {
      // What follows the first is read ahead.
      if (this.#at === 0) await this.#disk.turn();
      const entry = this.#entries[this.#at++];
      return entry === undefined ? undefined : [bytesOf(entry[0]), entry[1].slice()];
    }
  }

  class Store extends AbstractLevel<Uint8Array, string, string> {
    readonly #disk: VirtualDisk;
    readonly #name: string;
    #entries = new SortedEntries();

    constructor(disk: VirtualDisk, name: string) {
      super({ encodings: { view: true }, implicitSnapshots: true, has: true });
      this.#disk = disk;
      this.#name = name;
    }

    async _open(): Promise<void> {
      await this.#disk.turn();
      const found = this.#disk.load(this.#name);
      if (found === undefined)
        throw ioError(
          'LEVEL_LOCKED',
          `the store '${this.#name}' is open already, and belongs to who opened it`,
        );
      this.#entries = new SortedEntries(found);
    }

    async _close(): Promise<void> {
      this.#disk.close(this.#name);
    }

    async _get(key: Uint8Array): Promise<Uint8Array | undefined> {
      await this.#disk.turn();
      return this.#entries.get(textOf(key))?.slice();
    }

    async _getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
      await this.#disk.turn();
      return keys.map((key) => this.#entries.get(textOf(key))?.slice());
    }

    async _has(key: Uint8Array): Promise<boolean> {
      await this.#disk.turn();
      return this.#entries.get(textOf(key)) !== undefined;
    }

    async _hasMany(keys: readonly Uint8Array[]): Promise<boolean[]> {
      await this.#disk.turn();
      return keys.map((key) => this.#entries.get(textOf(key)) !== undefined);
    }

    _put(key: Uint8Array, value: Uint8Array, { sync = false }: Sync): Promise<void> {
      return this.#write([[textOf(key), value.slice()]], sync);
    }

    _del(key: Uint8Array, { sync = false }: Sync): Promise<void> {
      return this.#write([[textOf(key), null]], sync);
    }

    _batch(operations: readonly Operation[], { sync = false }: Sync): Promise<void> {
      const entries = operations.map(
        ({ key, value }): StoredEntry => [textOf(key), value === undefined ? null : value.slice()],
      );
      return this.#write(entries, sync);
    }

    _clear(range: Range & Sync): Promise<void> {
      return this.#write(
        this.#range(range).map(([key]): StoredEntry => [key, null]),
        range.sync ?? false,
      );
    }

    _iterator(options: IteratorOptions): StoreIterator {
      return new StoreIterator(this, options, this.#range(options), this.#disk);
    }

    async #write(entries: readonly StoredEntry[], sync: boolean): Promise<void> {
      if (this.#disk.full) throw ioError('LEVEL_IO_ERROR', 'IO error: no space left on device');
      for (const [key, value] of entries) this.#entries.set(key, value);
      if (entries.length > 0) await this.#disk.write(this.#name, entries, sync);
      else await this.#disk.turn();
    }

    #range(range: Range): Entry[] {
      const { least, beyond } = boundsOf(range);
      return this.#entries.range(least, beyond, range.reverse ?? false, range.limit ?? -1);
    }
  }

  return Store as unknown as StoreClass;
}

function ioError(code: string, text: string): Error {
  return Object.assign(new Error(text), { code });
}
