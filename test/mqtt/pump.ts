import type {
  CallId,
  ClientError,
  ClientSink,
  Delivery,
  Outcome,
} from '../../src/mqtt/client/application.ts';
import { decode, encode, Framer } from '../../src/mqtt/codec/index.ts';
import type { ConnackProperties, Packet, ProtocolVersion } from '../../src/mqtt/codec/packet.ts';
import {
  type Batch,
  type CloseManner,
  type ConnectionEnd,
  type ConnectionId,
  type Machine,
  type MachineSurroundings,
  type Micros,
  type Note,
  type StateValue,
  type WakeKey,
  wakeName,
} from '../../src/mqtt/machine.ts';

/** One output of a machine, in the order in which they came. */
export type Output =
  | { kind: 'send'; connection: ConnectionId; packet: Packet; bytes: Uint8Array }
  | { kind: 'close'; connection: ConnectionId; manner: CloseManner }
  | { kind: 'store'; batch: number; entries: (readonly [key: string, value: Uint8Array | null])[] }
  | { kind: 'dial'; connection: ConnectionId; server?: string }
  | { kind: 'deliver'; delivery: Delivery }
  | { kind: 'settled'; call: CallId; outcome: Outcome }
  | { kind: 'online'; sessionPresent: boolean; properties?: ConnackProperties }
  | { kind: 'offline'; reason: string; cause?: ClientError };

/**
 * A disk that syncs when it is told to, and outlives the machines that write to it: a crash of the process leaves everything that was
 * written, synced or not, a power cut only what was synced.
 */
export class FakeDisk {
  private log: Batch[] = [];
  /** Counted from the first batch ever. */
  private safe = 0;
  private born = 0;

  /** Batches written in this life. */
  get written(): number {
    return this.log.length - this.born;
  }

  /** How many of them are synced. */
  get synced(): number {
    return Math.max(0, this.safe - this.born);
  }

  /** Batches there are, of all lives. */
  get length(): number {
    return this.log.length;
  }

  /** How many of them a power cut leaves. */
  get durable(): number {
    return this.safe;
  }

  append(batch: Batch): void {
    this.log.push(batch);
  }

  /** Batches of this life up to `batch`, and all before, are synced. */
  sync(batch: number): void {
    this.safe = Math.max(this.safe, this.born + batch);
  }

  /** The process is gone; what is left is for the next. */
  die(end: 'crash' | 'power-cut'): void {
    if (end === 'power-cut') this.log.length = this.safe;
    this.born = this.log.length;
  }

  values(): Map<string, Uint8Array> {
    const values = new Map<string, Uint8Array>();
    for (const batch of this.log) {
      for (const [key, value] of batch) {
        if (value === null) values.delete(key);
        else values.set(key, value);
      }
    }
    return values;
  }
}

export interface PumpOptions {
  /** `at-once` answers every `store` with `stored` as soon as the input is over; `by-hand` waits for {@link Pump.sync}. */
  sync?: 'at-once' | 'by-hand';
  disk?: FakeDisk;
  now?: Micros;
  chance?: () => number;
  attentive?: boolean;
  /** The process dies after so many outputs: whatever the machine still does in that input never happened. */
  lifetimeOutputs?: number;
}

/**
 * Drives one machine by hand: time stands still until {@link advance}, bytes go nowhere but into lists, a disk syncs
 * when told to. It is a client's and a broker's pump alike.
 */
export class Pump<M extends Machine> implements ClientSink {
  readonly machine: M;
  readonly disk: FakeDisk;
  readonly outputs: Output[] = [];
  readonly notes: Note[] = [];
  /** Observed state: `entity key` to value. */
  readonly observed = new Map<string, StateValue>();
  /** What {@link backlog} answers for a connection; 0 unless set. */
  readonly backlogs = new Map<ConnectionId, number>();
  readonly attentive: boolean;
  now: Micros;
  private readonly syncMode: 'at-once' | 'by-hand';
  protected readonly versions = new Map<ConnectionId, ProtocolVersion>();
  private readonly framers = new Map<ConnectionId, Framer>();
  private readonly closedByMachine = new Set<ConnectionId>();
  private readonly wakes = new Map<WakeKey, { at: Micros; order: number }>();
  private order = 0;
  private inside = false;
  private told = 0;
  private outputsLeft: number;

  constructor(build: (surroundings: MachineSurroundings<ClientSink>) => M, options: PumpOptions = {}) {
    this.disk = options.disk ?? new FakeDisk();
    this.now = options.now ?? 0;
    this.syncMode = options.sync ?? 'at-once';
    this.attentive = options.attentive ?? true;
    this.outputsLeft = options.lifetimeOutputs ?? Infinity;
    this.machine = build({ sink: this, chance: options.chance ?? (() => 0.5), wallOffset: 0 });
    this.input(() => this.machine.recover(this.now, this.disk.values()));
  }

  /** Runs one input of the machine. Inputs never nest, and a wake may come at any later input only. */
  input<T>(run: () => T): T {
    if (this.inside) throw new Error('a sink method called back into the machine');
    this.inside = true;
    let result: T;
    try {
      result = run();
    } finally {
      this.inside = false;
    }
    if (this.syncMode === 'at-once') this.sync();
    return result;
  }

  /** The process has died: see {@link PumpOptions.lifetimeOutputs}. */
  get dead(): boolean {
    return this.outputsLeft < 0;
  }

  /** False when the process is dead, and its output nothing. */
  private lives(): boolean {
    return --this.outputsLeft >= 0;
  }

  // Inputs.

  /** `version` is what the connection speaks; for a broker it is set by the CONNECT that goes in. */
  open(connection: ConnectionId, version?: ProtocolVersion): void {
    if (version !== undefined) this.versions.set(connection, version);
    this.input(() => this.machine.opened(this.now, connection));
  }

  /** The peer's packets reach the machine, one input each. */
  receive(connection: ConnectionId, ...packets: Packet[]): void {
    for (const packet of packets) {
      if (packet.type === 'connect') this.versions.set(connection, packet.protocolVersion);
      this.receiveBytes(connection, encode(packet, this.version(connection)));
    }
  }

  receiveBytes(connection: ConnectionId, bytes: Uint8Array): void {
    this.input(() => this.machine.received(this.now, connection, bytes));
  }

  end(connection: ConnectionId, end: ConnectionEnd = 'reset'): void {
    this.input(() => this.machine.closed(this.now, connection, end));
  }

  drain(connection: ConnectionId): void {
    this.backlogs.set(connection, 0);
    this.input(() => this.machine.drained(this.now, connection));
  }

  /** Everything written so far, or up to `batch`, is durable and the machine is told. */
  sync(batch: number = this.disk.written): void {
    this.disk.sync(batch);
    while (this.told < this.disk.synced) {
      this.told = this.disk.synced;
      const stored = this.told;
      this.inside = true;
      this.machine.stored(this.now, stored);
      this.inside = false;
      if (this.syncMode === 'at-once') this.disk.sync(this.disk.written);
    }
  }

  /** Lets `micros` pass; wakes fire at their times, ties in the order in which they were asked for. */
  advance(micros: Micros): void {
    const until = this.now + micros;
    for (;;) {
      let next: { key: WakeKey; at: Micros; order: number } | undefined;
      for (const [key, { at, order }] of this.wakes) {
        if (at > until) continue;
        if (next === undefined || at < next.at || (at === next.at && order < next.order)) {
          next = { key, at, order };
        }
      }
      if (next === undefined) break;
      this.wakes.delete(next.key);
      this.now = Math.max(this.now, next.at);
      const { key } = next;
      this.input(() => this.machine.woken(this.now, key));
    }
    this.now = until;
  }

  // Queries.

  /** Keys of the wakes that are pending, with their times. */
  get pendingWakes(): ReadonlyMap<string, Micros> {
    return new Map([...this.wakes].map(([key, { at }]) => [wakeName(key), at]));
  }

  isClosed(connection: ConnectionId): boolean {
    return this.closedByMachine.has(connection);
  }

  /** Removes and returns what was put out since the last call. */
  take(): Output[] {
    return this.outputs.splice(0);
  }

  /** Removes and returns the packets sent since the last take, on one connection or on all of them. */
  takeSent(connection?: ConnectionId): Packet[] {
    const packets: Packet[] = [];
    for (let index = 0; index < this.outputs.length; ) {
      const output = this.outputs[index]!;
      if (output.kind === 'send' && (connection === undefined || output.connection === connection)) {
        packets.push(output.packet);
        this.outputs.splice(index, 1);
      } else index++;
    }
    return packets;
  }

  ofKind<K extends Output['kind']>(kind: K): Extract<Output, { kind: K }>[] {
    return this.outputs.filter((output) => output.kind === kind) as Extract<Output, { kind: K }>[];
  }

  /** The connection that was dialled last. */
  get dialled(): ConnectionId {
    const last = this.ofKind('dial').at(-1);
    if (last === undefined) throw new Error('the machine has not dialled');
    return last.connection;
  }

  private version(connection: ConnectionId): ProtocolVersion {
    const version = this.versions.get(connection);
    if (version === undefined) throw new Error(`connection ${connection} has no version yet`);
    return version;
  }

  // The sink.

  send(connection: ConnectionId, bytes: Uint8Array): void {
    if (!this.lives()) return;
    if (this.closedByMachine.has(connection)) throw new Error(`sent on closed connection ${connection}`);
    let framer = this.framers.get(connection);
    if (framer === undefined) {
      framer = new Framer();
      this.framers.set(connection, framer);
    }
    framer.push(bytes.slice());
    for (let packet = framer.next(); packet !== undefined; packet = framer.next()) {
      // The first packet of a client says what the connection speaks.
      const decoded = decode(packet, this.versions.get(connection) ?? 4);
      if (decoded.type === 'connect') this.versions.set(connection, decoded.protocolVersion);
      this.outputs.push({ kind: 'send', connection, packet: decoded, bytes: packet });
    }
    if (framer.pending > 0) throw new Error('a machine sends whole packets');
  }

  close(connection: ConnectionId, manner: CloseManner): void {
    if (!this.lives()) return;
    if (this.closedByMachine.has(connection)) throw new Error(`connection ${connection} was closed twice`);
    this.closedByMachine.add(connection);
    this.outputs.push({ kind: 'close', connection, manner });
  }

  backlog(connection: ConnectionId): number {
    return this.backlogs.get(connection) ?? 0;
  }

  wake(key: WakeKey, at: Micros): void {
    if (Number.isNaN(at) || (at !== Infinity && !Number.isSafeInteger(at)))
      throw new Error(`wake '${wakeName(key)}' at ${at}`);
    if (at === Infinity) this.wakes.delete(key);
    else this.wakes.set(key, { at, order: ++this.order });
  }

  store(batch: Batch): void {
    if (batch.length === 0) throw new Error('an empty batch');
    if (!this.lives()) return;
    const entries = [...batch];
    this.disk.append(entries);
    this.outputs.push({ kind: 'store', batch: this.disk.written, entries });
  }

  state(entity: string, key: string, value: StateValue | undefined): void {
    const name = entity === '' ? key : `${entity} ${key}`;
    if (value === undefined) this.observed.delete(name);
    else this.observed.set(name, value);
  }

  note(note: Note): void {
    this.notes.push(note);
  }

  dial(connection: ConnectionId, server?: string): void {
    if (!this.lives()) return;
    this.outputs.push({ kind: 'dial', connection, ...(server === undefined ? {} : { server }) });
  }

  deliver(delivery: Delivery): void {
    if (!this.lives()) return;
    this.outputs.push({ kind: 'deliver', delivery });
  }

  settled(call: CallId, outcome: Outcome): void {
    if (!this.lives()) return;
    this.outputs.push({ kind: 'settled', call, outcome });
  }

  online(sessionPresent: boolean, properties?: ConnackProperties): void {
    this.outputs.push({
      kind: 'online',
      sessionPresent,
      ...(properties === undefined ? {} : { properties }),
    });
  }

  offline(reason: string, cause?: ClientError): void {
    this.outputs.push({ kind: 'offline', reason, ...(cause === undefined ? {} : { cause }) });
  }
}
