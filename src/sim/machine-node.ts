/**
 * The pump of a machine over virtual time: calls its inputs, carries out its outputs. The other pump is in `net/`.
 */

import type { ClientError, ClientSink, Delivery, Outcome } from '../mqtt/client/application.ts';
import type { ConnackProperties } from '../mqtt/codec/packet.ts';
import {
  type Batch,
  type CloseManner,
  type ConnectionEnd,
  type ConnectionId,
  type Debt,
  type Machine,
  type MachineSurroundings,
  type Micros,
  type Note,
  type StateValue,
  type WakeKey,
  wakeName,
} from '../mqtt/machine.ts';
import type { BrokerPromises, NodeRole } from '../trace/event.ts';
import type { Disk, DiskOptions } from './disk.ts';
import type { Endpoint } from './endpoint.ts';
import type { Line } from './line.ts';
import {
  allLines,
  type Lines,
  lineIn,
  readFrom,
  Switchboard,
  withLine,
  withoutLine,
  withoutLines,
} from './lines.ts';
import type { NodeSurroundings } from './node.ts';
import { ObservedState } from './observed-state.ts';
import type { Draw } from './rng.ts';
import { WakingNode } from './waking-node.ts';
import { type LineOwner, WebSocketLine } from './websocket-line.ts';

/** The port of MQTT without TLS. */
export const MQTT_PORT = 1883;

/** The number of an endpoint that the machine does not know, or not any more; machines count connections from 1. */
const NOT_OURS = 0;

/** What the application of a client is told; a broker has none. */
export type Application = Pick<ClientSink, 'deliver' | 'settled' | 'online' | 'offline'>;

export interface MachineNodeOptions<M extends Machine> {
  /** Builds the machine of one life of the node of this name: many nodes may share one of these. */
  create(surroundings: MachineSurroundings<ClientSink>, name: string): M;
  /** Ports on which the process listens. Default: none. */
  listens?: readonly number[];
  disk?: DiskOptions;
  application?: Application;
  /** Recorded with `node.added`, for the judge. */
  promises?: BrokerPromises;
}

/** What a machine of this node dials. */
export interface Server {
  name: string;
  port: number;
}

export class MachineNode<M extends Machine>
  extends WakingNode
  implements ClientSink, MachineSurroundings<ClientSink>, LineOwner
{
  // What every packet needs comes first, to lie together in memory.
  #machine: M | undefined;
  /** Closed by the machine in the input that runs now; it is told when that has returned. */
  #closing: ConnectionId[] | undefined;
  #lines: Lines;
  readonly #options: MachineNodeOptions<M>;
  #disk: Disk | undefined;
  /** Where a client's connections go; set it before the client is told to connect. */
  server: Server | undefined;
  /** Begins with the first draw: most clients never draw. */
  #chance: Draw | undefined;
  /** Undefined while nobody records it. */
  #state: ObservedState | undefined;

  constructor(name: string, role: NodeRole, surroundings: NodeSurroundings, options: MachineNodeOptions<M>) {
    super(name, role, surroundings);
    this.#options = options;
    if (options.listens !== undefined) this.#lines = new Switchboard();
  }

  /** It comes with the first thing that is written, or befalls it: most clients never write. */
  get disk(): Disk {
    if (this.#disk === undefined) {
      this.#disk = this.newDisk(this.#options.disk ?? {});
      if (this.#machine !== undefined) this.attach(this.#disk);
    }
    return this.#disk;
  }

  override get promises(): BrokerPromises | undefined {
    return this.#options.promises;
  }

  /**
   * The process died, perhaps in the middle of an input: the machine of that life works on to the end of it, and nothing of what it still
   * wants reaches the world.
   */
  private get muted(): boolean {
    return this.#machine === undefined;
  }

  /** Undefined while the node is down. */
  get machine(): M | undefined {
    return this.#machine;
  }

  /**
   * Lets the application call its machine: at once, or when a stopped process goes on.
   *
   * @returns false when the node is down: nobody is there to call.
   */
  command(call: (machine: M, now: Micros) => void): boolean {
    if (this.#machine === undefined) return false;
    if (this.paused) this.callLater(call);
    else this.call(call);
    return true;
  }

  private callLater(call: (machine: M, now: Micros) => void): void {
    this.whenRunning(() => this.call(call));
  }

  private call(call: (machine: M, now: Micros) => void): void {
    call(this.#machine!, this.localNow);
    this.tellClosed();
  }

  /** A node that is down waits to start. */
  override debts(): readonly Debt[] {
    return this.#machine === undefined ? [{ entity: '', awaits: 'a start' }] : this.#machine.debts();
  }

  override vigilant(endpoint: Endpoint): boolean {
    return endpoint.id !== NOT_OURS && this.#machine?.vigilant(endpoint.id) === true;
  }

  /* As the surroundings of its machine: what every node of a fleet would have one of is the node itself. */

  get sink(): ClientSink {
    return this;
  }

  chance(): number {
    this.#chance ??= this.streams.stream('node', this.name, 'chance');
    return this.#chance();
  }

  /* Life and death. */

  protected onStart(): void {
    const machine = this.#options.create(this, this.name);
    this.#machine = machine;
    if (this.#disk !== undefined) this.attach(this.#disk);
    machine.recover(this.localNow, this.#disk === undefined ? [] : this.#disk.snapshot());
    this.tellClosed();
  }

  private attach(disk: Disk): void {
    const { life } = this;
    disk.attach((batch) => {
      if (this.paused) this.whenRunning(() => this.stored(life, batch));
      else this.stored(life, batch);
    });
  }

  private stored(life: number, batch: number): void {
    if (this.life !== life || this.#machine === undefined) return;
    this.#machine.stored(this.localNow, batch);
    this.tellClosed();
  }

  protected onDeath(): void {
    this.forget();
    this.#disk?.processDied();
  }

  protected onPowerLost(torn: boolean): void {
    this.forget();
    this.#disk?.powerLost(torn);
  }

  private forget(): void {
    this.#machine = undefined;
    this.forgetWakes();
    for (const line of this.lines) line.id = NOT_OURS;
    this.#lines = withoutLines(this.#lines);
    this.#closing = undefined;
    this.#state?.clear();
  }

  protected onWallSet(): void {
    this.whenRunning(() => {
      this.#machine?.wallSet(this.localNow, this.wallOffset);
      this.tellClosed();
    });
  }

  /* Inputs: what the network brings. */

  listensOn(port: number): boolean {
    return this.alive && this.#options.listens?.includes(port) === true;
  }

  accepted(endpoint: Endpoint): void {
    const { webSocket } = endpoint.connection.link.carriage;
    if (webSocket === undefined) this.taken(endpoint);
    else {
      const { simulator, streams } = this;
      WebSocketLine.serve(endpoint, webSocket, this, { simulator, streams });
    }
  }

  taken(line: Line): void {
    const id = (this.#lines as Switchboard).nextId();
    line.id = id;
    this.#lines = withLine(this.#lines, line);
    this.#machine!.opened(this.localNow, id);
    this.tellClosed();
  }

  established(line: Line): void {
    const id = line.id;
    if (id === NOT_OURS) return;
    this.#machine!.opened(this.localNow, id);
    this.tellClosed();
  }

  readable(line: Line): void {
    const id = line.id;
    if (id === NOT_OURS) return;
    const now = this.localNow;
    readFrom(this.#lines, line);
    for (let bytes = line.readPacket(); bytes !== undefined; bytes = line.readPacket()) {
      this.#machine!.received(now, id, bytes);
      if (this.muted) return;
      if (this.#closing !== undefined) this.tellClosed();
    }
    line.consumed();
  }

  finished(line: Line): void {
    // A machine has no half-open connections: when the peer has finished, this end does.
    this.lost(line, 'finished');
    line.close('finish');
  }

  ended(line: Line, end: ConnectionEnd): void {
    this.lost(line, end);
  }

  private lost(line: Line, end: ConnectionEnd): void {
    const id = line.id;
    if (id === NOT_OURS) return;
    this.release(line);
    this.#machine!.closed(this.localNow, id, end);
    this.tellClosed();
  }

  drained(line: Line): void {
    const id = line.id;
    if (id === NOT_OURS) return;
    this.#machine!.drained(this.localNow, id);
    this.tellClosed();
  }

  /** Inputs do not nest: the end of a connection that the machine closed is told after the input that closed it. */
  private tellClosed(): void {
    while (this.#closing !== undefined) {
      const closing = this.#closing;
      this.#closing = undefined;
      for (const id of closing) this.#machine?.closed(this.localNow, id, 'closed');
    }
  }

  /* Outputs: what the machine wants. */

  send(connection: ConnectionId, bytes: Uint8Array): void {
    if (this.muted) return;
    this.line(connection, 'sent').write(bytes);
  }

  close(connection: ConnectionId, manner: CloseManner): void {
    if (this.muted) return;
    const line = this.line(connection, 'closed');
    this.release(line);
    line.close(manner);
    this.#closing ??= [];
    this.#closing.push(connection);
  }

  backlog(connection: ConnectionId): number {
    return this.muted ? 0 : this.line(connection, 'asked for').backlog;
  }

  dial(connection: ConnectionId): void {
    if (this.muted) return;
    const { server } = this;
    if (server === undefined) throw new Error(`${this.name} dials, but was not told which server`);
    const endpoint = this.network.dial(this, server.name, server.port);
    const { webSocket } = endpoint.connection.link.carriage;
    const { simulator, streams } = this;
    const line =
      webSocket === undefined
        ? endpoint
        : WebSocketLine.dial(endpoint, webSocket, this, { simulator, streams });
    line.id = connection;
    this.#lines = withLine(this.#lines, line);
  }

  /** The machine knows it no longer. */
  private release(line: Line): void {
    this.#lines = withoutLine(this.#lines, line);
    this.silence(line);
    line.id = NOT_OURS;
  }

  protected override get lines(): Iterable<Line> {
    return allLines(this.#lines);
  }

  protected override lineOf(connection: ConnectionId): Line | undefined {
    return lineIn(this.#lines, connection);
  }

  private line(connection: ConnectionId, what: string): Line {
    const line = this.lineOf(connection);
    if (line === undefined) {
      throw new Error(`the machine of ${this.name} ${what} connection ${connection}, which it does not have`);
    }
    return line;
  }

  wake(key: WakeKey, at: Micros): void {
    if (this.muted) return;
    const due = this.setWake(key, at);
    if (this.surroundings.onTimer !== undefined && due !== Infinity)
      this.surroundings.onTimer({ node: this.name, key: wakeName(key), armed: this.simulator.now, due });
  }

  protected override wakeDue(key: WakeKey, armed: Micros): void {
    if (this.simulator.recorder.full)
      this.simulator.record({ i: 0, t: 0, c: 0, k: 'timer.fired', n: this.name, key: wakeName(key), armed });
    this.#machine!.woken(this.localNow, key);
    this.tellClosed();
  }

  store(batch: Batch): void {
    if (this.muted) return;
    this.disk.append(batch);
  }

  get attentive(): boolean {
    return this.simulator.recorder.full && !this.muted;
  }

  state(entity: string, key: string, value: StateValue | undefined): void {
    if (!this.attentive) return;
    this.#state ??= new ObservedState(this.simulator.recorder, this.name);
    this.#state.set(entity, key, value);
  }

  note(note: Note): void {
    if (!this.attentive) return;
    this.simulator.recorder.emit({ i: 0, t: 0, c: 0, k: 'told', n: this.name, ...note });
  }

  deliver(delivery: Delivery): void {
    if (!this.muted) this.#options.application?.deliver(delivery);
  }
  settled(call: number, outcome: Outcome): void {
    if (!this.muted) this.#options.application?.settled(call, outcome);
  }
  online(sessionPresent: boolean, properties?: ConnackProperties): void {
    if (!this.muted) this.#options.application?.online(sessionPresent, properties);
  }
  offline(reason: string, cause?: ClientError): void {
    if (!this.muted) this.#options.application?.offline(reason, cause);
  }
}
