/** The wakes that a machine has asked for: an event each, which moves when the machine or its clock moves it. */

import { SmallMap } from '../collections/small-map.ts';
import type { Micros } from '../mqtt/machine.ts';
import { type EventId, NO_EVENT } from './event-queue.ts';
import type { Happening, Simulator } from './simulator.ts';

/** Who is woken. */
export interface Sleeper {
  /** The first virtual time at which its monotone clock shows `local`. */
  trueTimeOf(local: Micros): Micros;
  /** `armed` is when that was asked for, in virtual time. */
  wakeDue(key: string, armed: Micros): void;
}

export class Wakes {
  readonly #simulator: Simulator;
  readonly #sleeper: Sleeper;
  readonly #pending = new SmallMap<string, Wake>();
  /** The one that is due now. */
  #ringing: Wake | undefined;
  #turns = 0;

  constructor(simulator: Simulator, sleeper: Sleeper) {
    this.#simulator = simulator;
    this.#sleeper = sleeper;
  }

  /**
   * The wake of this key is due when the node's monotone clock shows `at`; never, when it is Infinity.
   *
   * @returns when that is, in virtual time.
   */
  set(key: string, at: Micros): Micros {
    const wake = this.#ringing?.key === key ? this.#ringing : this.#pending.get(key);
    if (at === Infinity) {
      if (wake !== undefined && wake.event !== NO_EVENT) {
        this.#simulator.cancel(wake.event);
        wake.event = NO_EVENT;
        if (wake !== this.#ringing) this.#pending.delete(key);
      }
      return Infinity;
    }
    const due = this.#trueTimeOf(at);
    const now = this.#simulator.now;
    if (wake === undefined) {
      const fresh = new Wake(this, key);
      this.#pending.set(key, fresh);
      this.#arm(fresh, at, now, due);
    } else if (wake.event === NO_EVENT) {
      this.#arm(wake, at, now, due);
    } else {
      wake.at = at;
      wake.armed = now;
      this.#simulator.move(wake.event, due);
    }
    return due;
  }

  #arm(wake: Wake, at: Micros, now: Micros, due: Micros): void {
    wake.at = at;
    wake.armed = now;
    wake.turn = this.#turns++;
    wake.event = this.#simulator.schedule(due, 0, wake);
  }

  /** The clock changed its pace: what it will show when is different now. */
  repace(): void {
    const wakes = [...this.#pending.values()].filter(({ event }) => event !== NO_EVENT);
    for (const wake of wakes.sort((a, b) => a.turn - b.turn))
      this.#simulator.move(wake.event, this.#trueTimeOf(wake.at));
  }

  /** Forgets all of them. */
  clear(): void {
    for (const wake of this.#pending.values())
      if (wake.event !== NO_EVENT) this.#simulator.cancel(wake.event);
    this.#pending.clear();
    this.#ringing = undefined;
  }

  /** For the event of a wake only. It stays where it is while it rings: most are asked for again at once, by whoever they woke. */
  due(wake: Wake): void {
    wake.event = NO_EVENT;
    this.#ringing = wake;
    this.#sleeper.wakeDue(wake.key, wake.armed);
    this.#ringing = undefined;
    if (wake.event === NO_EVENT && this.#pending.get(wake.key) === wake) this.#pending.delete(wake.key);
  }

  #trueTimeOf(at: Micros): Micros {
    return Math.max(this.#simulator.now, this.#sleeper.trueTimeOf(at));
  }
}

class Wake implements Happening {
  readonly key: string;
  /** Of the node's monotone clock. */
  at: Micros = 0;
  armed: Micros = 0;
  event: EventId = NO_EVENT;
  /** Of those that are armed, in the order in which they were. */
  turn = 0;
  readonly #wakes: Wakes;

  constructor(wakes: Wakes, key: string) {
    this.#wakes = wakes;
    this.key = key;
  }

  due(): void {
    this.#wakes.due(this);
  }
}
