/**
 * Faults are plain data with an id. A verb of a script, a hand-written list and the nemesis all make the same data, and all
 * of it passes here; so any run can be repeated with some of its faults left out.
 *
 * An id is counted for each target and family, `sensor~hub/partition#2`, also for faults that are left out: removing
 * one renames none of the others.
 */
import type { Micros } from '../mqtt/machine.ts';
import { describeOccasion, type Occasion } from './occasion.ts';
import type { Simulator } from './simulator.ts';

export const FAULT_FAMILIES = [
  'partition',
  'hold',
  'black-hole',
  'latency',
  'loss',
  'bandwidth',
  'reset',
  'nat-expiry',
  'rule',
  'crash',
  'power-cut',
  'pause',
  'slow-consumer',
  'clock-skew',
  'clock-drift',
  'disk-slow',
  'disk-full',
] as const;
export type FaultFamily = (typeof FAULT_FAMILIES)[number];

export type FaultDetail = Readonly<Record<string, string | number | boolean>>;

/** What a fault is before it has an id and a time. */
export interface FaultPlan {
  family: FaultFamily;
  /** Name of a node or of a link. */
  target: string;
  /** Microseconds; absent for a fault that strikes in an instant, or lasts until somebody heals it. */
  duration?: Micros;
  detail: FaultDetail;
}

export interface Fault extends FaultPlan {
  id: string;
  /** When it struck, or is to strike. */
  at: Micros;
  /** What it waits for in a list of faults: then its time only says when that was. */
  occasion?: Occasion;
}

/** Takes the effect of a fault back. */
export type Undo = () => void;

/** Whatever faults can befall. */
export interface FaultTarget {
  readonly name: string;
  /** False when a fault would change nothing now (a node that is down cannot crash): then it never was. */
  isProneTo(fault: Fault): boolean;
  /** Puts a fault into effect. Gives back how to undo it, undefined when there is nothing to undo. */
  befall(fault: Fault): Undo | undefined;
  /** Of links: a rule of a list waits for its packet from now on. */
  layInWait?(rule: Fault): void;
}

/** Which faults of a run take effect: all, only some, all but some, or those of a list and no others. */
export interface FaultFilter {
  only?: readonly string[];
  without?: readonly string[];
  /**
   * Strikes these at their times, and nothing that the script or the nemesis has in mind. A rule hangs on a packet: it lies in wait from its
   * time on, and strikes the first packet that is sent then by the node `from` and is of the type `packet` of its detail, or the `nth`.
   */
  plan?: readonly Fault[];
  /** Strikes these as well, at their times and occasions, whatever else does. */
  also?: readonly Fault[];
}

const NONE: readonly Fault[] = [];

interface ActiveFault {
  readonly fault: Fault;
  readonly undo: Undo;
  readonly cause: number;
}

export class FaultBook {
  readonly #simulator: Simulator;
  readonly #targetNamed: (name: string) => FaultTarget | undefined;
  readonly #only: ReadonlySet<string> | undefined;
  readonly #without: ReadonlySet<string>;
  readonly #isPlanned: boolean;
  readonly #counts = new Map<string, number>();
  /** Faults of a list that wait for an occasion, by their target. */
  readonly #waiting = new Map<string, Fault[]>();
  readonly #active = new Map<string, ActiveFault>();
  readonly #struck: Fault[] = [];

  /** @param targetNamed undefined when there is no such node or link. */
  constructor(
    simulator: Simulator,
    targetNamed: (name: string) => FaultTarget | undefined,
    filter: FaultFilter,
  ) {
    this.#simulator = simulator;
    this.#targetNamed = targetNamed;
    this.#only = filter.only === undefined ? undefined : new Set(filter.only);
    this.#without = new Set(filter.without);
    this.#isPlanned = filter.plan !== undefined;
    for (const fault of [...(filter.plan ?? []), ...(filter.also ?? [])]) {
      if (fault.occasion !== undefined) this.#await(fault);
      else simulator.at(fault.at, () => this.#strikePlanned(fault));
    }
  }

  #await(fault: Fault): void {
    const waiting = this.#waiting.get(fault.target);
    if (waiting === undefined) this.#waiting.set(fault.target, [fault]);
    else waiting.push(fault);
  }

  /** Faults that wait for an occasion at this target; it has to {@link strikeWaiting} each when that comes. */
  waitingAt(target: string): readonly Fault[] {
    return this.#waiting.get(target) ?? NONE;
  }

  /** The occasion of a fault has come. */
  strikeWaiting(fault: Fault): void {
    this.#strike({ ...fault, at: this.#simulator.now });
  }

  /** Every fault that took effect, in order: as a list, they can be struck again by {@link FaultFilter.plan}. */
  get struck(): readonly Fault[] {
    return this.#struck;
  }

  /** Faults in effect now. */
  get active(): readonly Fault[] {
    return [...this.#active.values()].map((active) => active.fault);
  }

  /**
   * A fault strikes now. Gives back its data; undefined when it is left out of this run, or moot.
   *
   * @param plannedId of the rule of a list that strikes.
   */
  strike(plan: FaultPlan, plannedId?: string): Fault | undefined {
    const id = plannedId ?? this.nextId(plan.target, plan.family);
    const fault: Fault = { id, at: this.#simulator.now, ...plan };
    return (plannedId !== undefined || this.admits(id)) && this.#strike(fault) ? fault : undefined;
  }

  /** Of a list whose story has changed, a target may not be there yet: then nothing is struck. */
  #strikePlanned(fault: Fault): void {
    const target = this.#targetNamed(fault.target);
    if (target === undefined) return;
    if (fault.family === 'rule') target.layInWait?.(fault);
    else this.#strike(fault);
  }

  /** The id of the next fault of a family at a target; it counts as used. */
  nextId(target: string, family: FaultFamily): string {
    const key = `${target}/${family}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return `${key}#${count}`;
  }

  /** True when a fault with this id takes effect in this run. */
  admits(id: string): boolean {
    if (this.#isPlanned) return false;
    if (this.#only !== undefined && !this.#only.has(id)) return false;
    return !this.#without.has(id);
  }

  /** Ends one fault, or all those of a target with one of these families. */
  end(id: string): void {
    const active = this.#active.get(id);
    if (active === undefined) return;
    const recorder = this.#simulator.recorder;
    const cause = recorder.cause;
    this.#active.delete(id);
    if (active.cause > 0) recorder.cause = active.cause;
    this.#simulator.record({ k: 'fault.ended', n: '', fault: id });
    active.undo();
    recorder.cause = cause;
  }
  endAt(target: string, families: readonly FaultFamily[]): void {
    for (const { fault } of [...this.#active.values()]) {
      if (fault.target === target && families.includes(fault.family)) this.end(fault.id);
    }
  }

  /** Ends every fault in effect, in the order they began. */
  heal(): void {
    for (const id of [...this.#active.keys()]) this.end(id);
  }

  #strike(fault: Fault): boolean {
    const target = this.#targetNamed(fault.target);
    if (target === undefined) throw new Error(`${fault.target} is neither a node nor a link of this run`);
    if (this.#active.has(fault.id) || !target.isProneTo(fault)) return false;
    const simulator = this.#simulator;
    const { recorder } = simulator;
    const cause = recorder.cause;
    const { id, family, duration, occasion } = fault;
    const detail = {
      ...fault.detail,
      ...(duration === undefined ? {} : { duration }),
      ...(occasion === undefined ? {} : { occasion: describeOccasion(occasion) }),
    };
    simulator.record({ k: 'fault.began', n: '', fault: id, family, target: fault.target, detail });
    this.#struck.push(fault);
    const undo = target.befall(fault);
    if (undo !== undefined) {
      this.#active.set(id, { fault, undo, cause: recorder.cause });
      if (duration !== undefined) {
        simulator.at(simulator.now + duration, () => this.end(id));
      }
    }
    recorder.cause = cause;
    return true;
  }
}
