/**
 * A node: a host with one process on it, that can die, lose its power, stop and go on, and whose clocks can be wrong.
 * What the process is, its subclasses know.
 */
import type { ConnectionEnd, Debt, Micros } from '../mqtt/machine.ts';
import type { BrokerPromises, NodeRole } from '../trace/event.ts';
import { NodeClock } from './clock.ts';
import type { FaultSpan } from './duplex-link.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fault, FaultBook, FaultDetail, FaultFamily, FaultTarget, Undo } from './fault.ts';
import type { Host } from './host.ts';
import type { Network } from './network.ts';
import { checkName, type Draw, type Streams } from './rng.ts';
import type { Simulator } from './simulator.ts';
import { type Duration, parseDuration } from './time.ts';

/** What every node is given by its world. */
export interface NodeSurroundings {
  readonly simulator: Simulator;
  readonly network: Network;
  readonly faults: FaultBook;
  readonly streams: Streams;
  /** Is told whenever a machine asks to be woken. */
  readonly onTimer?: (timer: ArmedTimer) => void;
}

/** A machine has asked to be woken. */
export interface ArmedTimer {
  readonly node: string;
  readonly key: string;
  /** When it was asked for, and when it is due; virtual time. */
  readonly armed: Micros;
  readonly due: Micros;
}

const NO_DEBTS: readonly Debt[] = [];
/** Of what most nodes have none of. */
const NONE: readonly never[] = [];

export abstract class SimNode implements Host, FaultTarget {
  readonly name: string;
  readonly role: NodeRole;
  readonly clock: NodeClock;
  /** What it has promised as a broker, recorded with `node.added`, for the judge. */
  readonly promises: BrokerPromises | undefined;
  /** Starts of the process, from 1. */
  life = 0;
  /** True while the process lives, also while it is stopped. */
  alive = false;
  powered = true;
  /** True while the process is stopped. */
  paused = false;
  get hosted(): boolean {
    return this.role === 'host';
  }
  /** Bytes a second that the process reads from each connection: Infinity, unless it is slow. */
  readingPace = Infinity;
  /** Called after every start, so that whoever drives the node can take it up again. */
  onStarted: (() => void) | undefined;
  protected readonly simulator: Simulator;
  protected readonly network: Network;
  protected readonly streams: Streams;
  protected readonly faults: FaultBook;
  /** The monotone clock shows virtual time, as it does until something happens to it: then nobody need ask it. */
  #tellsTrueTime: boolean;
  /** Faults that keep the process from living, and those that stop it; undefined until the first befalls. */
  #down: Set<string> | undefined;
  #stopped: Set<string> | undefined;
  /** How fast its clocks are without any fault. */
  #ownDrift = 0;
  /** Drifts of its clocks that are in effect, in the order in which they began. */
  #drifts: readonly { readonly rate: number }[] = NONE;
  /** Paces of slow reading that are in effect. */
  #paces: readonly { readonly bytesPerSecond: number }[] = NONE;
  /** What became due while the process was stopped. */
  #deferred: (() => void)[] | undefined;

  constructor(name: string, role: NodeRole, surroundings: NodeSurroundings, promises?: BrokerPromises) {
    this.name = checkName(name, 'the name of a node');
    this.role = role;
    this.promises = promises;
    this.simulator = surroundings.simulator;
    this.network = surroundings.network;
    this.streams = surroundings.streams;
    this.faults = surroundings.faults;
    this.clock = new NodeClock(surroundings.simulator.now);
    this.#tellsTrueTime = surroundings.simulator.now === 0;
  }

  /** How often the process was started again. */
  get restarts(): number {
    return Math.max(0, this.life - 1);
  }

  /** The node's own monotone time. */
  get localNow(): Micros {
    return this.#tellsTrueTime ? this.simulator.now : this.clock.monotone(this.simulator.now);
  }

  /* Verbs of scripts. Each gives back the fault, or undefined when the run leaves it out or it changes nothing. */

  /** The process dies; its host lives, closes its connections, and keeps what was written to the disk. */
  crash(options: FaultSpan = {}): Fault | undefined {
    return this.#strike('crash', options, {});
  }

  /** The host loses its power: its connections fall silent, and its disk keeps what was synced. */
  powerCut(options: FaultSpan & { torn?: boolean } = {}): Fault | undefined {
    return this.#strike('power-cut', options, { torn: options.torn ?? false });
  }

  /** Ends a crash or power cut. Without one, it does nothing. */
  restart(): void {
    this.faults.endAt(this.name, ['crash', 'power-cut']);
  }

  /** The process stops: its host goes on taking bytes until the window is closed. */
  pause(options: FaultSpan = {}): Fault | undefined {
    return this.#strike('pause', options, {});
  }

  resume(): void {
    this.faults.endAt(this.name, ['pause']);
  }

  /** The process reads so many bytes a second from each of its connections, and lets the rest wait until windows close. */
  readSlowly(options: FaultSpan & { bytesPerSecond: number }): Fault | undefined {
    const { bytesPerSecond } = options;
    if (!(bytesPerSecond > 0 && bytesPerSecond < Infinity))
      throw new RangeError(`${this.name} must read more than 0 bytes a second, not ${bytesPerSecond}`);
    return this.#strike('slow-consumer', options, { bytesPerSecond });
  }

  /** The wall clock is set ahead, or behind, by so much; it is set back when the fault ends. */
  skewClock(options: FaultSpan & ({ ahead: Duration } | { behind: Duration })): Fault | undefined {
    const what = `clock skew of ${this.name}`;
    const by = 'ahead' in options ? parseDuration(options.ahead, what) : -parseDuration(options.behind, what);
    return this.#strike('clock-skew', options, { by });
  }

  /** The clocks gain `rate` seconds a second, 50e-6 for a common crystal; negative ones lose. */
  driftClock(options: FaultSpan & { rate: number }): Fault | undefined {
    const { rate } = options;
    if (!(rate > -1 && rate < 1))
      throw new RangeError(`clock drift of ${this.name} must lie between -1 and 1, not ${rate}`);
    return this.#strike('clock-drift', options, { rate });
  }

  /** Its clocks are so by themselves: they gain `drift` seconds a second, and the wall clock is `skew` microseconds ahead. */
  regulate(drift: number, skew: Micros): void {
    if (skew !== 0) this.clock.stepWall(skew);
    if (drift === 0) return;
    this.#ownDrift = drift;
    this.#setPace();
  }

  #strike(family: FaultFamily, options: FaultSpan, detail: FaultDetail): Fault | undefined {
    return this.strike(family, options.for, detail);
  }

  protected strike(family: FaultFamily, span: Duration | undefined, detail: FaultDetail): Fault | undefined {
    const plan = { family, target: this.name, detail };
    if (span === undefined) return this.faults.strike(plan);
    const duration = parseDuration(span, `duration of the ${family} of ${this.name}`);
    return this.faults.strike({ ...plan, duration });
  }

  /* As the target of faults. */

  isProneTo(fault: Fault): boolean {
    switch (fault.family) {
      case 'crash':
        return this.alive;
      case 'power-cut':
        return this.powered;
      case 'pause':
        return this.alive;
      default:
        return true;
    }
  }

  befall(fault: Fault): Undo | undefined {
    switch (fault.family) {
      case 'crash':
        this.#die();
        return this.#downUntilUndone(fault);
      case 'power-cut':
        this.#losePower(fault.detail.torn === true);
        return this.#downUntilUndone(fault);
      case 'pause':
        return this.#stop(fault);
      case 'slow-consumer':
        return this.#slowDown(Number(fault.detail.bytesPerSecond));
      case 'clock-skew':
        return this.#skew(Number(fault.detail.by));
      case 'clock-drift':
        return this.#drift(Number(fault.detail.rate));
      default:
        throw new RangeError(`fault ${fault.id} of family ${fault.family} cannot befall node ${this.name}`);
    }
  }

  /** Starts the process for the first time; later starts end a crash or a power cut. */
  start(): void {
    if (!this.powered) {
      this.powered = true;
      this.clock.reboot(this.simulator.now);
      this.#tellsTrueTime = false;
    }
    this.life++;
    this.alive = true;
    this.#record('node.started');
    this.onStart();
    this.onStarted?.();
  }

  #die(): void {
    this.#record('node.crashed');
    this.#endLife();
    this.network.processDied(this);
    this.onDeath();
  }

  #losePower(torn: boolean): void {
    this.#record('node.power-cut');
    this.#endLife();
    this.powered = false;
    this.network.powerLost(this);
    this.onPowerLost(torn);
  }

  #endLife(): void {
    this.alive = false;
    this.#stopped?.clear();
    this.paused = false;
    this.#deferred = undefined;
  }

  #downUntilUndone(fault: Fault): Undo {
    this.#down ??= new Set();
    const down = this.#down;
    down.add(fault.id);
    return () => {
      down.delete(fault.id);
      if (down.size === 0 && !this.alive) this.start();
    };
  }

  #stop(fault: Fault): Undo {
    this.#stopped ??= new Set();
    const stopped = this.#stopped;
    if (stopped.size === 0) this.#record('node.paused');
    stopped.add(fault.id);
    this.paused = true;
    return () => {
      if (!stopped.delete(fault.id) || stopped.size > 0) return;
      this.paused = false;
      this.#record('node.resumed');
      const deferred = this.#deferred ?? NONE;
      this.#deferred = undefined;
      for (const happens of deferred) if (this.alive) this.whenRunning(happens);
      this.network.resumed(this);
    };
  }

  /** The slowest pace counts. */
  #slowDown(bytesPerSecond: number): Undo {
    const pace = { bytesPerSecond };
    this.#paces = [...this.#paces, pace];
    this.#setReadingPace();
    return () => {
      this.#paces = this.#paces.filter((other) => other !== pace);
      this.#setReadingPace();
      if (this.readingPace === Infinity) this.network.hurried(this);
    };
  }

  #setReadingPace(): void {
    this.readingPace = Infinity;
    for (const { bytesPerSecond } of this.#paces)
      this.readingPace = Math.min(this.readingPace, bytesPerSecond);
  }

  #skew(by: Micros): Undo {
    this.clock.stepWall(by);
    this.onWallSet();
    return () => {
      this.clock.stepWall(-by);
      this.onWallSet();
    };
  }

  #drift(rate: number): Undo {
    const drift = { rate };
    this.#drifts = [...this.#drifts, drift];
    this.#setPace();
    return () => {
      this.#drifts = this.#drifts.filter((other) => other !== drift);
      this.#setPace();
    };
  }

  /** The drift that began last counts; when it is over, the one before it that is not. */
  #setPace(): void {
    this.#tellsTrueTime = false;
    this.clock.setDrift(this.simulator.now, this.#drifts.at(-1)?.rate ?? this.#ownDrift);
    this.onPaceChanged();
  }

  #record(k: 'node.started' | 'node.crashed' | 'node.power-cut' | 'node.paused' | 'node.resumed'): void {
    this.simulator.record({ k, n: this.name, life: this.life });
  }

  /* What the process does about it. */

  /** What it still waits for; nothing that anybody knows of, unless its subclass does. */
  debts(): readonly Debt[] {
    return NO_DEBTS;
  }

  /** Whether it notices by itself that nobody is at the other end of a connection. */
  vigilant(_endpoint: Endpoint): boolean {
    return false;
  }

  parted(_endpoint: Endpoint): void {}

  /** Lets something happen in the process: now, or once it goes on. */
  protected whenRunning(happens: () => void): void {
    if (this.paused) {
      this.#deferred ??= [];
      this.#deferred.push(happens);
    } else happens();
  }

  /** A stream of chance of this node; it begins with the first draw, for most nodes never draw. */
  protected draw(purpose: string): Draw {
    let stream: Draw | undefined;
    return () => {
      stream ??= this.streams.stream('node', this.name, purpose);
      return stream();
    };
  }

  protected abstract onStart(): void;
  protected abstract onDeath(): void;
  protected abstract onPowerLost(torn: boolean): void;
  protected abstract onWallSet(): void;
  protected abstract onPaceChanged(): void;

  abstract listensOn(port: number): boolean;
  abstract accepted(endpoint: Endpoint): void;
  abstract established(endpoint: Endpoint): void;
  abstract readable(endpoint: Endpoint): void;
  abstract finished(endpoint: Endpoint): void;
  abstract ended(endpoint: Endpoint, end: ConnectionEnd): void;
  abstract drained(endpoint: Endpoint): void;
}
