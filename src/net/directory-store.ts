/** Batches in a directory, in LevelDB: one writer, whose log is synced once for all that came while it was busy. */
import type { ClassicLevel } from 'classic-level';
import type { Batch, Durability } from '../mqtt/machine.ts';
import { type Store, StoreError } from './store.ts';

type Database = ClassicLevel<string, Uint8Array>;

/** A key that no machine uses, for the store itself: says what is here, and carries the syncs of `interval`. */
const FORMAT_KEY = '!format';
const FORMAT = new TextEncoder().encode('amber store 1');
/** At durability `interval` a power cut loses what was written since the last sync. */
const INTERVAL_MILLIS = 1_000;

/** What was appended while an earlier write ran, and goes with the next: of every key the last value. */
class Group {
  readonly changes = new Map<string, Uint8Array | null>();
  batches = 0;
  bytes = 0;

  add(batch: Batch): void {
    for (const [key, value] of batch) {
      this.changes.set(key, value);
      this.bytes += key.length + (value?.length ?? 0);
    }
    this.batches++;
  }
}

export class DirectoryStore implements Store {
  readonly #database: Database;
  readonly #sync: boolean;
  #gathering = new Group();
  /** The group that is being written. */
  #writing: Group | undefined;
  #storedBatches = 0;
  #stored: (batch: number) => void = () => {};
  #failed: (error: Error) => void = () => {};
  #failure: Error | undefined;
  #idle: (() => void)[] = [];
  #ticks: NodeJS.Timeout | undefined;
  /** Written since the last sync of `interval`. */
  #unsynced = false;

  private constructor(database: Database, durability: Durability) {
    this.#database = database;
    this.#sync = durability === 'sync';
    if (durability !== 'interval') return;
    this.#ticks = setInterval(() => this.#tick(), INTERVAL_MILLIS);
    this.#ticks.unref();
  }

  /**
   * Opens the store in `directory`, which is made when it is not there.
   *
   * @param durability `sync` makes every batch safe from a power cut before it is told stored, `interval` once a second
   * @throws {StoreError} when another process has it, it is no store, or classic-level is not installed
   */
  static async open(directory: string, durability: Exclude<Durability, 'none'>): Promise<DirectoryStore> {
    const { ClassicLevel } = await loadLevel();
    const database: Database = new ClassicLevel(directory, { keyEncoding: 'utf8', valueEncoding: 'view' });
    let format: Uint8Array | undefined;
    try {
      await database.open();
      format = await database.get(FORMAT_KEY);
      if (format === undefined) await database.put(FORMAT_KEY, FORMAT, { sync: true });
    } catch (error) {
      await database.close().catch(() => {});
      throw new StoreError(whyNotOpen(directory, error), { cause: error });
    }
    if (format !== undefined && Buffer.compare(format, FORMAT) !== 0) {
      await database.close();
      throw new StoreError(`${directory} was written by another version of amber, or is no store of it`);
    }
    return new DirectoryStore(database, durability);
  }

  async load(): Promise<[string, Uint8Array][]> {
    const entries: [string, Uint8Array][] = [];
    for await (const entry of this.#database.iterator()) if (entry[0] !== FORMAT_KEY) entries.push(entry);
    return entries;
  }

  attach(stored: (batch: number) => void, failed: (error: Error) => void): void {
    this.#stored = stored;
    this.#failed = failed;
  }

  append(batch: Batch): void {
    this.#gathering.add(batch);
    // Not at once: what else this turn of the event loop brings shares the write.
    if (this.#writing === undefined && this.#gathering.batches === 1) setImmediate(() => this.#write());
  }

  get backlogBytes(): number {
    return this.#gathering.bytes + (this.#writing?.bytes ?? 0);
  }

  async idle(): Promise<void> {
    while (this.#failure === undefined && (this.#writing !== undefined || this.#gathering.batches > 0)) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#ticks);
    await this.idle();
    if (this.#unsynced && this.#failure === undefined) await this.#syncLog();
    await this.#database.close();
  }

  #write(): void {
    if (this.#writing !== undefined || this.#gathering.batches === 0 || this.#failure !== undefined) return;
    const group = this.#gathering;
    this.#writing = group;
    this.#gathering = new Group();
    const operations = [...group.changes].map(([key, value]) =>
      value === null ? { type: 'del' as const, key } : { type: 'put' as const, key, value },
    );
    this.#database.batch(operations, { sync: this.#sync }).then(
      () => this.#written(group),
      (error: Error) => this.#fail(error),
    );
  }

  #written(group: Group): void {
    this.#writing = undefined;
    this.#unsynced = !this.#sync;
    this.#storedBatches += group.batches;
    // The next write runs while the machine answers.
    this.#write();
    this.#stored(this.#storedBatches);
    this.#tellIdle();
  }

  #tick(): void {
    if (!this.#unsynced || this.#failure !== undefined) return;
    this.#unsynced = false;
    this.#syncLog().catch((error: Error) => this.#fail(error));
  }

  /** A synced write makes safe whatever was written before it. */
  async #syncLog(): Promise<void> {
    await this.#database.put(FORMAT_KEY, FORMAT, { sync: true });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#writing = undefined;
    this.#failed(new StoreError(`the store cannot be written: ${error.message}`, { cause: error }));
    this.#tellIdle();
  }

  #tellIdle(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }
}

async function loadLevel(): Promise<typeof import('classic-level')> {
  try {
    return await import('classic-level');
  } catch (error) {
    throw new StoreError(
      `keeping state in a directory needs the package classic-level: npm install classic-level (${(error as Error).message})`,
      { cause: error },
    );
  }
}

function whyNotOpen(directory: string, error: unknown): string {
  const { cause = error } = error as Error;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'LEVEL_LOCKED') return `${directory} is in use by another process`;
  return `${directory} cannot be opened as a store: ${message}`;
}
