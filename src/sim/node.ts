/**
 * A node: a host with one process on it, that can die, lose its power, stop and go on, and whose clocks can be wrong.
 * What the process is, its subclasses know.
 */
import type { SmallSet } from '../collections/small-set.ts';
import type { ConnectionEnd, Debt, Micros } from '../mqtt/machine.ts';
import type { BrokerPromises, NodeRole } from '../trace/event.ts';
import { hashText } from '../trace/hash.ts';
import type { Followed } from '../trace/recorder.ts';
import { Ailments } from './ailments.ts';
import { EPOCH, NodeClock } from './clock.ts';
import type { DuplexLink, FaultSpan } from './duplex-link.ts';
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

/** `off`: the host has no power. `down`: it has, and no process. `stopped`: the process lives, and does nothing. */
type Condition = 'off' | 'down' | 'running' | 'stopped';

export abstract class SimNode implements Host, FaultTarget {
  readonly name: string;
  readonly role: NodeRole;
  /** Starts of the process, from 1. */
  life = 0;
  get powered(): boolean {
    return this.condition !== 'off';
  }
  /** True while the process lives, also while it is stopped. */
  get alive(): boolean {
    return this.condition === 'running' || this.condition === 'stopped';
  }
  /** True while the process is stopped. */
  get paused(): boolean {
    return this.condition === 'stopped';
  }
  get hosted(): boolean {
    return this.role === 'host';
  }
  /** Bytes a second that the process reads from each connection: Infinity, unless it is slow. */
  get readingPace(): number {
    return this.#ailments?.readingPace ?? Infinity;
  }
  /** Called after every start, so that whoever drives the node can take it up again. */
  onStarted: (() => void) | undefined;
  protected readonly surroundings: NodeSurroundings;
  endpoints: SmallSet<Endpoint>;
  /** For the world to find them: some of the links that it has. */
  links: SmallSet<DuplexLink>;
  // What every packet needs comes last, to lie beside what it needs of a machine.
  readonly nameHash: number;
  followed: Followed | undefined = undefined;
  private condition: Condition = 'down';
  protected readonly simulator: Simulator;
  readonly #bornAt: Micros;
  /** Undefined until the first befalls. */
  #ailments: Ailments | undefined;

  constructor(name: string, role: NodeRole, surroundings: NodeSurroundings) {
    this.name = checkName(name, 'the name of a node');
    this.nameHash = hashText(name);
    this.role = role;
    this.surroundings = surroundings;
    this.simulator = surroundings.simulator;
    this.#bornAt = surroundings.simulator.now;
  }

  /** What it has promised as a broker, recorded with `node.added`, for the judge. */
  get promises(): BrokerPromises | undefined {
    return undefined;
  }

  protected get network(): Network {
    return this.surroundings.network;
  }
  protected get streams(): Streams {
    return this.surroundings.streams;
  }
  protected get faults(): FaultBook {
    return this.surroundings.faults;
  }

  /** How often the process was started again. */
  get restarts(): number {
    return Math.max(0, this.life - 1);
  }

  /** The node's own monotone time. */
  get localNow(): Micros {
    const { now } = this.simulator;
    const clock = this.#ailments?.clock;
    return clock === undefined ? now - this.#bornAt : clock.monotone(now);
  }

  /** The first virtual time at which it is that late for the node. */
  trueTimeOf(local: Micros): Micros {
    const clock = this.#ailments?.clock;
    return clock === undefined ? this.#bornAt + local : clock.trueTimeOf(local);
  }

  /** Wall time minus monotone time. */
  get wallOffset(): Micros {
    return this.#ailments?.clock?.wallOffset ?? EPOCH + this.#bornAt;
  }

  get clock(): NodeClock {
    const ailments = this.ails;
    ailments.clock ??= new NodeClock(this.#bornAt);
    return ailments.clock;
  }

  private get ails(): Ailments {
    this.#ailments ??= new Ailments();
    return this.#ailments;
  }

  /* Verbs of scripts. Each gives back the fault, or undefined when the run leaves it out or it changes nothing. */

  /** The process dies; its host lives, closes its connections, and keeps what was written to the disk. */
  crash(options: FaultSpan = {}): Fault | undefined {
    return this.strikeFor('crash', options, {});
  }

  /** The host loses its power: its connections fall silent, and its disk keeps what was synced. */
  powerCut(options: FaultSpan & { torn?: boolean } = {}): Fault | undefined {
    return this.strikeFor('power-cut', options, { torn: options.torn ?? false });
  }

  /** Ends a crash or power cut. Without one, it does nothing. */
  restart(): void {
    this.faults.endAt(this.name, ['crash', 'power-cut']);
  }

  /** The process stops: its host goes on taking bytes until the window is closed. */
  pause(options: FaultSpan = {}): Fault | undefined {
    return this.strikeFor('pause', options, {});
  }

  resume(): void {
    this.faults.endAt(this.name, ['pause']);
  }

  /** The process reads so many bytes a second from each of its connections, and lets the rest wait until windows close. */
  readSlowly(options: FaultSpan & { bytesPerSecond: number }): Fault | undefined {
    const { bytesPerSecond } = options;
    if (!(bytesPerSecond > 0 && bytesPerSecond < Infinity))
      throw new RangeError(`${this.name} must read more than 0 bytes a second, not ${bytesPerSecond}`);
    return this.strikeFor('slow-consumer', options, { bytesPerSecond });
  }

  /** The wall clock is set ahead, or behind, by so much; it is set back when the fault ends. */
  skewClock(options: FaultSpan & ({ ahead: Duration } | { behind: Duration })): Fault | undefined {
    const what = `clock skew of ${this.name}`;
    const by = 'ahead' in options ? parseDuration(options.ahead, what) : -parseDuration(options.behind, what);
    return this.strikeFor('clock-skew', options, { by });
  }

  /** The clocks gain `rate` seconds a second, 50e-6 for a common crystal; negative ones lose. */
  driftClock(options: FaultSpan & { rate: number }): Fault | undefined {
    const { rate } = options;
    if (!(rate > -1 && rate < 1))
      throw new RangeError(`clock drift of ${this.name} must lie between -1 and 1, not ${rate}`);
    return this.strikeFor('clock-drift', options, { rate });
  }

  /** Its clocks are so by themselves: they gain `drift` seconds a second, and the wall clock is `skew` microseconds ahead. */
  regulate(drift: number, skew: Micros): void {
    if (skew !== 0) this.clock.stepWall(skew);
    if (drift === 0) return;
    this.ails.ownDrift = drift;
    this.setPace();
  }

  private strikeFor(family: FaultFamily, options: FaultSpan, detail: FaultDetail): Fault | undefined {
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
        this.die();
        return this.downUntilUndone(fault);
      case 'power-cut':
        this.losePower(fault.detail.torn === true);
        return this.downUntilUndone(fault);
      case 'pause':
        return this.stop(fault);
      case 'slow-consumer':
        return this.slowDown(Number(fault.detail.bytesPerSecond));
      case 'clock-skew':
        return this.skew(Number(fault.detail.by));
      case 'clock-drift':
        return this.drift(Number(fault.detail.rate));
      default:
        throw new RangeError(`fault ${fault.id} of family ${fault.family} cannot befall node ${this.name}`);
    }
  }

  /** Starts the process for the first time; later starts end a crash or a power cut. */
  start(): void {
    if (!this.powered) this.clock.reboot(this.simulator.now);
    this.life++;
    this.condition = 'running';
    this.recordLife('node.started');
    this.onStart();
    this.onStarted?.();
  }

  private die(): void {
    this.recordLife('node.crashed');
    this.endLife();
    this.network.processDied(this);
    this.onDeath();
  }

  private losePower(torn: boolean): void {
    this.recordLife('node.power-cut');
    this.endLife();
    this.condition = 'off';
    this.network.powerLost(this);
    this.onPowerLost(torn);
  }

  private endLife(): void {
    this.condition = 'down';
    if (this.#ailments === undefined) return;
    this.#ailments.stopped.clear();
    this.#ailments.deferred = [];
  }

  private downUntilUndone(fault: Fault): Undo {
    const { down } = this.ails;
    down.add(fault.id);
    return () => {
      down.delete(fault.id);
      if (down.size === 0 && !this.alive) this.start();
    };
  }

  private stop(fault: Fault): Undo {
    const ailments = this.ails;
    const { stopped } = ailments;
    if (stopped.size === 0) this.recordLife('node.paused');
    stopped.add(fault.id);
    this.condition = 'stopped';
    return () => {
      if (!stopped.delete(fault.id) || stopped.size > 0) return;
      this.condition = 'running';
      this.recordLife('node.resumed');
      const { deferred } = ailments;
      ailments.deferred = [];
      for (const happens of deferred) if (this.alive) this.whenRunning(happens);
      this.network.resumed(this);
    };
  }

  private slowDown(bytesPerSecond: number): Undo {
    const pace = { bytesPerSecond };
    const { paces } = this.ails;
    paces.push(pace);
    return () => {
      paces.splice(paces.indexOf(pace), 1);
      if (paces.length === 0) this.network.hurried(this);
    };
  }

  private skew(by: Micros): Undo {
    this.clock.stepWall(by);
    this.onWallSet();
    return () => {
      this.clock.stepWall(-by);
      this.onWallSet();
    };
  }

  private drift(rate: number): Undo {
    const drift = { rate };
    const { drifts } = this.ails;
    drifts.push(drift);
    this.setPace();
    return () => {
      drifts.splice(drifts.indexOf(drift), 1);
      this.setPace();
    };
  }

  private setPace(): void {
    this.clock.setDrift(this.simulator.now, this.ails.drift);
    this.onPaceChanged();
  }

  private recordLife(
    k: 'node.started' | 'node.crashed' | 'node.power-cut' | 'node.paused' | 'node.resumed',
  ): void {
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
    if (this.paused) this.ails.deferred.push(happens);
    else happens();
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
