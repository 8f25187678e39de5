/** A node whose process is foreign code: it has an event loop, listens and dials, and writes to a disk. What the code is, it does not know. */
import type { ConnectionEnd, Debt, Micros } from '../mqtt/machine.ts';
import { counted } from '../trace/counted.ts';
import type { BrokerPromises } from '../trace/event.ts';
import type { Recorder } from '../trace/recorder.ts';
import type { Disk, DiskOptions } from './disk.ts';
import type { Endpoint } from './endpoint.ts';
import { EventLoop, type Task, type TaskTime } from './event-loop.ts';
import { Exchanges } from './exchanges.ts';
import type { Attendant } from './host.ts';
import type { NodeSurroundings } from './node.ts';
import { StoringNode } from './storing-node.ts';
import { formatDuration } from './time.ts';

export interface ProcessOptions {
  taskTime: TaskTime;
  disk?: DiskOptions;
  /** What it promises where it is a broker. Without them the judge asks for what the standard demands, and excuses what is a matter of configuration. */
  promises?: BrokerPromises;
  /** Carries out a task as code of the life of the process that `process` is. */
  execute: (task: Task, process: Process) => void;
  /** A life begins: whatever the process is to run is posted to its loop. */
  started: (process: Process) => void;
  /** It is over. */
  ended?: (process: Process) => void;
  /** Its code has looked up name after name that no node has, and dialled nobody between, since that virtual time. */
  lost?: (since: Micros) => void;
}

/** So many are no search any more: who tries again each second, as MQTT.js does, comes to it in an hour. */
const VAIN_LIMIT = 3_600;

/**
 * Timers of foreign code are its own: whether one of them will dial again nobody sees. This long after it has lost a connection, or
 * was refused one, it may; MQTT.js comes back after a second, and few wait longer than half a minute.
 */
const GRACE_MICROS: Micros = 30_000_000;

/** Connections to one node that were lost, and not dialled again. */
interface Lost {
  count: number;
  /** The last of them; virtual time. */
  at: Micros;
}

/** Takes a connection that somebody dialled, and sets who attends to it. */
export type Accept = (endpoint: Endpoint) => void;

/** One life of a process, as the code in it reaches the world: what an earlier life still tries goes nowhere. */
export class Process {
  readonly node: ProcessNode;
  readonly loop: EventLoop;
  readonly #network: NodeSurroundings['network'];
  readonly #listeners = new Map<number, Accept>();
  /** Names that its code has looked up in vain, one after the other. */
  #vain = 0;
  /** When the first of them was; virtual time. */
  #vainSince: Micros = 0;

  constructor(node: ProcessNode, loop: EventLoop, network: NodeSurroundings['network']) {
    this.node = node;
    this.loop = loop;
    this.#network = network;
  }

  /** False once the process has died. */
  get alive(): boolean {
    return !this.loop.over;
  }

  /** Whether a node of this run has the name. */
  knows(name: string): boolean {
    return this.#network.knows(name);
  }

  /** Its code has looked up a name that no node has. */
  lookedUpInVain(): void {
    if (this.#vain++ === 0) this.#vainSince = this.node.recorder.now;
    if (this.#vain >= VAIN_LIMIT) this.node.isLost(this.#vainSince);
  }

  /** From now on somebody waits for it. */
  awaited(): void {
    this.#vain = 0;
  }

  /** Dials a port of a node, or of its own; what becomes of it is told to the attendant, in events that are not tasks of the process. */
  dial(to: string, port: number, attendant: Attendant<Endpoint>): Endpoint {
    this.#vain = 0;
    this.node.dials(to);
    const endpoint = this.#network.dial(this.node, to, port);
    endpoint.readInTasks();
    endpoint.attendant = attendant;
    return endpoint;
  }

  /** The address under which a node is known in this run; undefined when no node has the name. */
  addressOf(name: string): string | undefined {
    return this.#network.addresses.of(name);
  }

  /** The node that has the address; undefined when none was ever told it. */
  nameAt(address: string): string | undefined {
    return this.#network.addresses.nameAt(address);
  }

  /** False when the port is taken. */
  listen(port: number, accept: Accept): boolean {
    if (this.#listeners.has(port)) return false;
    this.#listeners.set(port, accept);
    return true;
  }

  stopListening(port: number): void {
    this.#listeners.delete(port);
  }

  /** Who takes what comes in on a port. */
  listener(port: number): Accept | undefined {
    return this.#listeners.get(port);
  }
}

export class ProcessNode extends StoringNode {
  readonly disk: Disk;
  readonly #options: ProcessOptions;
  /** The life that is now; undefined while the node is down. */
  #process: Process | undefined;

  constructor(name: string, surroundings: NodeSurroundings, options: ProcessOptions) {
    super(name, 'host', surroundings);
    this.#options = options;
    this.disk = this.newDisk(options.disk ?? {});
  }

  /** By the node that was dialled. */
  readonly #lost = new Map<string, Lost>();

  /** Of the run: what an application asks and gets is recorded there. */
  get recorder(): Recorder {
    return this.simulator.recorder;
  }

  override get promises(): BrokerPromises | undefined {
    return this.#options.promises;
  }

  /** Undefined while the node is down. */
  get process(): Process | undefined {
    return this.#process;
  }

  /** A stream of chance of what runs on this node; it goes on through all lives. */
  chance(purpose: string): () => number {
    return this.draw(purpose);
  }

  /** What its wall clock shows, in microseconds since 1970. */
  get wallMicros(): Micros {
    return this.localNow + this.wallOffset;
  }

  /** As the wire, its loop and its disk show it: what its code has in mind nobody sees. */
  override debts(): readonly Debt[] {
    if (this.#process === undefined) return [{ entity: '', awaits: 'a start' }];
    const debts: Debt[] = [];
    const { tasks } = this.#process.loop;
    if (tasks > 0) debts.push({ entity: '', awaits: `the end of ${counted(tasks, 'task')}` });
    if (this.disk.busy) debts.push({ entity: 'disk', awaits: 'what is written to be safe' });
    for (const { isOpening, connection } of this.network.endpointsOf(this)) {
      const { name: entity, exchanges } = connection;
      if (isOpening) debts.push({ entity, awaits: 'an answer to its dialling' });
      for (const awaits of exchanges?.awaitedBy(this.name) ?? []) debts.push({ entity, awaits });
    }
    const { now } = this.simulator;
    for (const [to, { at }] of this.#lost) {
      const since = now - at;
      if (since < GRACE_MICROS)
        debts.push({
          entity: '',
          awaits: `${to}, which it lost ${formatDuration(since)} ago and may dial again`,
        });
      else this.#lost.delete(to);
    }
    return debts;
  }

  /** Both ends of a connection with Keep Alive look after it [5.0/MQTT-3.1.2-22]. */
  override vigilant({ connection: { exchanges } }: Endpoint): boolean {
    return exchanges !== undefined && exchanges.keepAlive > 0;
  }

  follow(dialler: string): Exchanges {
    return new Exchanges(dialler);
  }

  /** For its process only. */
  isLost(since: Micros): void {
    this.#options.lost?.(since);
  }

  /** For its process only. */
  dials(to: string): void {
    const lost = this.#lost.get(to);
    if (lost !== undefined && --lost.count === 0) this.#lost.delete(to);
  }

  override parted(endpoint: Endpoint): void {
    const { dialler, listener, exchanges } = endpoint.connection;
    // Who says goodbye does not come back by itself.
    if (endpoint !== dialler || exchanges?.over === true) return;
    const to = listener.host.name;
    const lost = this.#lost.get(to);
    if (lost === undefined) this.#lost.set(to, { count: 1, at: this.simulator.now });
    else {
      lost.count++;
      lost.at = this.simulator.now;
    }
  }

  protected onStart(): void {
    const { name, simulator, clock, network } = this;
    const { taskTime, execute, started } = this.#options;
    const loop = new EventLoop({
      name,
      simulator,
      clock,
      taskTime,
      draw: this.draw('cpu'),
      execute: (task) => execute(task, life),
      whenRunning: (happens) => this.whenRunning(happens),
    });
    const life = new Process(this, loop, network);
    this.#process = life;
    started(life);
  }

  protected onDeath(): void {
    this.#end();
    this.disk.processDied();
  }

  protected onPowerLost(torn: boolean): void {
    this.#end();
    this.disk.powerLost(torn);
  }

  #end(): void {
    const life = this.#process;
    if (life === undefined) return;
    life.loop.end();
    this.#process = undefined;
    this.#options.ended?.(life);
  }

  protected onWallSet(): void {}

  protected onPaceChanged(): void {
    this.#process?.loop.repace();
  }

  listensOn(port: number): boolean {
    return this.#process?.listener(port) !== undefined;
  }

  accepted(endpoint: Endpoint): void {
    endpoint.readInTasks();
    this.#process!.listener(endpoint.connection.port)!(endpoint);
  }

  // Every connection has an attendant of its own from its beginning on.
  established(_endpoint: Endpoint): void {}
  readable(_endpoint: Endpoint): void {}
  finished(_endpoint: Endpoint): void {}
  ended(_endpoint: Endpoint, _end: ConnectionEnd): void {}
  drained(_endpoint: Endpoint): void {}
}
