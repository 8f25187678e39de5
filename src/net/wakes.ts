/** The wakes that a machine has asked for, as timers: one a key, which is left alone when its deadline moves away. */
import type { Micros, WakeKey } from '../mqtt/machine.ts';
import type { RealClock } from './clock.ts';

/** Node takes a longer delay for none at all. */
export const LONGEST_MILLIS = 2_147_483_647;

interface Wake {
  at: Micros;
  /** When the timer fires: not after `at`, unless that was moved. */
  timerAt: Micros;
  timer: NodeJS.Timeout | undefined;
}

export class RealWakes {
  readonly #clock: RealClock;
  readonly #due: (key: WakeKey) => void;
  readonly #pending = new Map<WakeKey, Wake>();

  constructor(clock: RealClock, due: (key: WakeKey) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  /** The wake of this key is due when the monotone clock shows `at`; never, when that is Infinity. */
  set(key: WakeKey, at: Micros): void {
    const wake = this.#pending.get(key);
    if (wake === undefined) {
      if (at !== Infinity) this.#arm(key, { at, timerAt: 0, timer: undefined });
    } else if (at === Infinity) {
      clearTimeout(wake.timer);
      this.#pending.delete(key);
    } else {
      wake.at = at;
      if (at >= wake.timerAt) return;
      clearTimeout(wake.timer);
      this.#arm(key, wake);
    }
  }

  /** Forgets all of them. */
  clear(): void {
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }

  #arm(key: WakeKey, wake: Wake): void {
    const now = this.#clock.now();
    const millis = Math.min(LONGEST_MILLIS, Math.max(1, Math.ceil((wake.at - now) / 1_000)));
    wake.timerAt = now + millis * 1_000;
    wake.timer = setTimeout(() => this.#fired(key, wake), millis);
    this.#pending.set(key, wake);
  }

  #fired(key: WakeKey, wake: Wake): void {
    if (wake.at > this.#clock.now()) {
      this.#arm(key, wake);
      return;
    }
    this.#pending.delete(key);
    this.#due(key);
  }
}
