/** The wakes that a machine has asked for: an event each, which moves when the machine or its clock moves it. */
import type { Micros } from '../mqtt/machine.ts';
import type { NodeClock } from './clock.ts';
import { type EventId, NO_EVENT } from './event-queue.ts';
import type { Happening, Simulator } from './simulator.ts';
import { SmallMap } from './small-map.ts';

/** Who is woken; `armed` is when that was asked for, in virtual time. */
export interface Sleeper {
  wakeDue(key: string, armed: Micros): void;
}

export class Wakes {
  readonly #simulator: Simulator;
  readonly #clock: NodeClock;
  readonly #sleeper: Sleeper;
  readonly #pending = new SmallMap<string, Wake>();

  /** @param clock what the times of wakes are read from. */
  constructor(simulator: Simulator, clock: NodeClock, sleeper: Sleeper) {
    this.#simulator = simulator;
    this.#clock = clock;
    this.#sleeper = sleeper;
  }

  /**
   * The wake of this key is due when the node's monotone clock shows `at`; never, when it is Infinity.
   *
   * @returns when that is, in virtual time.
   */
  set(key: string, at: Micros): Micros {
    const wake = this.#pending.get(key);
    if (at === Infinity) {
      if (wake !== undefined) {
        this.#simulator.cancel(wake.event);
        this.#pending.delete(key);
      }
      return Infinity;
    }
    const due = this.#trueTimeOf(at);
    const now = this.#simulator.now;
    if (wake === undefined) {
      const fresh = new Wake(this, key, at, now);
      this.#pending.set(key, fresh);
      fresh.event = this.#simulator.schedule(due, 0, fresh);
    } else {
      wake.at = at;
      wake.armed = now;
      this.#simulator.move(wake.event, due);
    }
    return due;
  }

  /** The clock changed its pace: what it will show when is different now. */
  repace(): void {
    for (const wake of this.#pending.values()) {
      if (wake.event !== NO_EVENT) this.#simulator.move(wake.event, this.#trueTimeOf(wake.at));
    }
  }

  /** Forgets all of them. */
  clear(): void {
    for (const wake of this.#pending.values())
      if (wake.event !== NO_EVENT) this.#simulator.cancel(wake.event);
    this.#pending.clear();
  }

  /** For the event of a wake only. */
  due(wake: Wake): void {
    wake.event = NO_EVENT;
    this.#pending.delete(wake.key);
    this.#sleeper.wakeDue(wake.key, wake.armed);
  }

  #trueTimeOf(at: Micros): Micros {
    return Math.max(this.#simulator.now, this.#clock.trueTimeOf(at));
  }
}

class Wake implements Happening {
  readonly key: string;
  /** Of the node's monotone clock. */
  at: Micros;
  armed: Micros;
  event: EventId = NO_EVENT;
  readonly #wakes: Wakes;

  constructor(wakes: Wakes, key: string, at: Micros, armed: Micros) {
    this.#wakes = wakes;
    this.key = key;
    this.at = at;
    this.armed = armed;
  }

  due(): void {
    this.#wakes.due(this);
  }
}
