/**
 * The pump of a machine over real sockets and real time: calls its inputs, carries out its outputs. The other pump is in `sim/`.
 *
 * What is written in one turn of the event loop goes to the sockets at its end: a packet that goes to a thousand
 * subscribers, and a thousand that go to one, cost a system call a connection.
 */
import type {
  Batch,
  CloseManner,
  ConnectionEnd,
  ConnectionId,
  Machine,
  Micros,
  Note,
  Sink,
  StateValue,
  WakeKey,
} from '../mqtt/machine.ts';
import type { Channel, ChannelOwner } from './channel.ts';
import { RealClock } from './clock.ts';
import type { ConnectionRecord } from './connection-record.ts';
import type { Store } from './store.ts';
import { RealWakes } from './wakes.ts';

/** The tag of a channel that the machine does not know, or not any more; machines count connections from 1. */
const NOT_OURS = 0;

/** Nothing is read while the disk is behind by more than this: what is read becomes more to store. */
const STORE_BACKLOG_BYTES = 16_777_216;

export abstract class MachinePump<M extends Machine> implements Sink, ChannelOwner {
  readonly clock = new RealClock();
  protected machine: M | undefined;
  protected readonly channels = new Map<ConnectionId, Channel>();
  protected readonly records = new Map<ConnectionId, ConnectionRecord>();
  readonly #wakes: RealWakes;
  readonly #store: Store | undefined;
  #unflushed: Channel[] = [];
  #flushing = false;
  /** Closed by the machine in the input that runs now; it is told when that has returned. */
  #closing: ConnectionId[] | undefined;
  #holdsBack = false;
  #failed: ((error: unknown) => void) | undefined;
  /** Batches handed to the store, and how many of them the machine knows to be safe. */
  #batches = 0;
  #storedBatches = 0;
  /** While somebody records: what each batch that is not safe yet followed from. */
  readonly #batchCauses: number[] = [];

  /** @param store where batches go; without one the machine must not store. */
  constructor(store: Store | undefined) {
    this.#store = store;
    this.#wakes = new RealWakes(this.clock, (key) => this.input((machine, now) => machine.woken(now, key)));
  }

  /** The machine begins with what the store kept. `failed` is told when it cannot go on: of a disk, or of a bug. */
  protected start(
    machine: M,
    snapshot: Iterable<readonly [string, Uint8Array]>,
    failed: (error: unknown) => void,
  ): void {
    this.machine = machine;
    this.#failed = failed;
    this.#store?.attach(
      (batch) => this.#stored(batch),
      (error) => this.fail(error),
    );
    this.clock.watch((offset) => this.input((running, now) => running.wallSet(now, offset)));
    machine.recover(this.clock.now(), snapshot);
    this.#afterInput();
  }

  /** Nothing reaches the machine any more, and it wants nothing. */
  protected stop(): void {
    this.flush();
    this.machine = undefined;
    this.#wakes.clear();
    this.clock.stop();
  }

  protected fail(error: unknown): void {
    if (this.machine === undefined) return;
    this.stop();
    this.#failed?.(error);
  }

  /** Calls the machine from outside; inputs do not nest. */
  protected input(call: (machine: M, now: Micros) => void): void {
    const { machine } = this;
    if (machine === undefined) return;
    try {
      call(machine, this.clock.now());
      this.#afterInput();
    } catch (error) {
      this.fail(error);
    }
  }

  /** What the machine said in an input has been carried out. */
  protected inputEnded(): void {}

  #afterInput(): void {
    while (this.#closing !== undefined) {
      const closing = this.#closing;
      this.#closing = undefined;
      for (const id of closing) this.machine?.closed(this.clock.now(), id, 'closed');
    }
    this.inputEnded();
  }

  #stored(batch: number): void {
    if (this.#holdsBack && this.#store!.backlogBytes <= STORE_BACKLOG_BYTES / 2) this.#hold(false);
    if (this.records.size === 0) {
      this.#storedBatches = batch;
      this.#batchCauses.length = 0;
      this.input((machine, now) => machine.stored(now, batch));
      return;
    }
    // Batches that share a write are told one by one: what each of them lets out follows from its own cause.
    while (this.#storedBatches < batch) {
      this.#storedBatches++;
      const next = this.#storedBatches;
      this.causedBy(this.#batchCauses.shift() ?? 0, () =>
        this.input((machine, now) => machine.stored(now, next)),
      );
    }
  }

  /** Runs with the cause of what is recorded meanwhile. */
  protected causedBy(_cause: number, run: () => void): void {
    run();
  }
  /** Ordinal of what is recorded as the cause now. */
  protected get cause(): number {
    return 0;
  }

  /* Inputs: what the sockets bring. */

  protected enter(id: ConnectionId, channel: Channel): void {
    this.channels.set(id, channel);
    channel.tag = id;
    if (this.#holdsBack) channel.reading = false;
  }

  opened(channel: Channel): void {
    const { tag } = channel;
    if (tag !== NOT_OURS) this.input((machine, now) => machine.opened(now, tag));
  }

  received(channel: Channel, bytes: Uint8Array): void {
    const { tag } = channel;
    const { machine } = this;
    if (tag === NOT_OURS || machine === undefined) return;
    try {
      const record = this.records.get(tag);
      if (record === undefined) {
        machine.received(this.clock.now(), tag, bytes);
        this.#afterInput();
      } else {
        record.arrived(bytes, (piece) => {
          if (channel.tag === NOT_OURS) return;
          machine.received(this.clock.now(), tag, piece);
          this.#afterInput();
        });
      }
    } catch (error) {
      this.fail(error);
    }
  }

  drained(channel: Channel): void {
    const { tag } = channel;
    if (tag !== NOT_OURS) this.input((machine, now) => machine.drained(now, tag));
  }

  ended(channel: Channel, end: ConnectionEnd): void {
    const { tag } = channel;
    if (tag === NOT_OURS) return;
    channel.tag = NOT_OURS;
    this.channels.delete(tag);
    this.records.get(tag)?.ended(end);
    this.records.delete(tag);
    this.input((machine, now) => machine.closed(now, tag, end));
  }

  unflushed(channel: Channel): void {
    this.#unflushed.push(channel);
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.flush());
  }

  /** Hands to the kernel what was written. */
  protected flush(): void {
    this.#flushing = false;
    const channels = this.#unflushed;
    this.#unflushed = [];
    for (const channel of channels) channel.flush();
  }

  /* Outputs: what the machine wants. */

  send(connection: ConnectionId, bytes: Uint8Array): void {
    this.records.get(connection)?.sent(bytes);
    this.#channel(connection, 'sent to').write(bytes);
  }

  close(connection: ConnectionId, manner: CloseManner): void {
    const channel = this.#channel(connection, 'closed');
    this.channels.delete(connection);
    channel.tag = NOT_OURS;
    channel.close(manner);
    this.records.get(connection)?.ended(manner === 'finish' ? 'closed' : 'aborted');
    this.records.delete(connection);
    this.#closing ??= [];
    this.#closing.push(connection);
  }

  backlog(connection: ConnectionId): number {
    return this.#channel(connection, 'asked for').backlog;
  }

  #channel(connection: ConnectionId, what: string): Channel {
    const channel = this.channels.get(connection);
    if (channel === undefined) {
      throw new Error(`the machine ${what} connection ${connection}, which it does not have`);
    }
    return channel;
  }

  /** A trace of real traffic holds what was seen. */
  get attentive(): boolean {
    return false;
  }

  wake(key: WakeKey, at: Micros): void {
    this.#wakes.set(key, at);
  }

  store(batch: Batch): void {
    const store = this.#store;
    if (store === undefined) throw new Error('the machine stores, and was given no store');
    this.#batches++;
    if (this.records.size > 0) {
      while (this.#batchCauses.length < this.#batches - this.#storedBatches - 1) this.#batchCauses.push(0);
      this.#batchCauses.push(this.cause);
    }
    store.append(batch);
    if (!this.#holdsBack && store.backlogBytes > STORE_BACKLOG_BYTES) this.#hold(true);
  }

  #hold(holdsBack: boolean): void {
    this.#holdsBack = holdsBack;
    for (const channel of this.channels.values()) channel.reading = !holdsBack;
  }

  state(_entity: string, _key: string, _value: StateValue | undefined): void {}
  note(_note: Note): void {}
}
