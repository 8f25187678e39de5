/**
 * Faults are plain data with an id. A verb of a script, a hand-written list and the nemesis all make the same data, and all
 * of it passes here; so any run can be repeated with some of its faults left out.
 *
 * An id is counted for each target and family, `sensor~hub/partition#2`, also for faults that are left out: removing
 * one renames none of the others.
 */
import type { Micros } from '../mqtt/machine.ts';
import type { Simulator } from './simulator.ts';

export type FaultFamily =
  | 'partition'
  | 'hold'
  | 'black-hole'
  | 'latency'
  | 'loss'
  | 'bandwidth'
  | 'reset'
  | 'nat-expiry'
  | 'rule'
  | 'crash'
  | 'power-cut'
  | 'pause'
  | 'clock-skew'
  | 'clock-drift'
  | 'disk-slow'
  | 'disk-full';

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
  at: Micros;
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
}

/** Which faults of a run take effect: all, only some, or all but some. */
export interface FaultFilter {
  only?: readonly string[];
  without?: readonly string[];
}

interface ActiveFault {
  readonly fault: Fault;
  readonly undo: Undo;
  readonly cause: number;
}

export class FaultBook {
  readonly #simulator: Simulator;
  readonly #targetNamed: (name: string) => FaultTarget;
  readonly #only: ReadonlySet<string> | undefined;
  readonly #without: ReadonlySet<string>;
  readonly #counts = new Map<string, number>();
  readonly #active = new Map<string, ActiveFault>();
  readonly #struck: Fault[] = [];

  constructor(simulator: Simulator, targetNamed: (name: string) => FaultTarget, filter: FaultFilter) {
    this.#simulator = simulator;
    this.#targetNamed = targetNamed;
    this.#only = filter.only === undefined ? undefined : new Set(filter.only);
    this.#without = new Set(filter.without);
  }

  /** Every fault that took effect, in order: as a list, they can be struck again by {@link plan}. */
  get struck(): readonly Fault[] {
    return this.#struck;
  }

  /** Faults in effect now. */
  get active(): readonly Fault[] {
    return [...this.#active.values()].map((active) => active.fault);
  }

  /** A fault strikes now. Gives back its data; undefined when it is left out of this run, or moot. */
  strike(plan: FaultPlan): Fault | undefined {
    const fault: Fault = { id: this.nextId(plan.target, plan.family), at: this.#simulator.now, ...plan };
    return this.#strike(fault) ? fault : undefined;
  }

  /**
   * Strikes the faults of a list at their times, under the ids they have.
   *
   * @throws RangeError for the strike of a rule: that hangs on a packet, so the rule itself has to be there.
   */
  plan(faults: readonly Fault[]): void {
    for (const fault of faults) {
      this.#targetNamed(fault.target);
      if (fault.family === 'rule') {
        throw new RangeError(`fault ${fault.id} is the strike of a rule, which cannot be planned for a time`);
      }
      this.#simulator.at(fault.at, () => this.#strike(fault));
    }
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
    if (!this.admits(fault.id) || this.#active.has(fault.id) || !target.isProneTo(fault)) return false;
    const simulator = this.#simulator;
    const { recorder } = simulator;
    const cause = recorder.cause;
    const { id, family, duration } = fault;
    const detail = duration === undefined ? fault.detail : { ...fault.detail, duration };
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
