/**
 * What time a node believes it is: a monotone clock that may drift, and a wall clock that may be wrong.
 *
 * The monotone clock starts at zero with its host and is never set back; a drift changes its speed from then on. The
 * wall clock is the monotone clock plus an offset, as machines want it.
 */
import type { Micros } from '../mqtt/machine.ts';

/** Wall time at the beginning of every run, in microseconds since 1970: the first of January 2025. */
export const EPOCH: Micros = 1_735_689_600_000_000;

export class NodeClock {
  /** How much faster than true time, as a fraction: 50e-6 gains 50 us a second. */
  #drift = 0;
  /** The clock is a straight line through this point, until its speed changes. */
  #baseTrue: Micros;
  #baseLocal: Micros = 0;
  #wallOffset: Micros;

  constructor(bornAt: Micros) {
    this.#baseTrue = bornAt;
    this.#wallOffset = EPOCH + bornAt;
  }

  get drift(): number {
    return this.#drift;
  }

  /** Wall time minus monotone time. */
  get wallOffset(): Micros {
    return this.#wallOffset;
  }

  /** The monotone clock at a virtual time. */
  monotone(now: Micros): Micros {
    const passed = now - this.#baseTrue;
    if (this.#drift === 0) return this.#baseLocal + passed;
    return this.#baseLocal + passed + Math.floor(passed * this.#drift);
  }

  /** The first virtual time at which the monotone clock shows `local` or more. */
  trueTimeOf(local: Micros): Micros {
    const wanted = local - this.#baseLocal;
    if (this.#drift === 0) return this.#baseTrue + wanted;
    let passed = Math.floor(wanted / (1 + this.#drift));
    // The division rounds: the answer is within a few microseconds of it.
    while (this.monotone(this.#baseTrue + passed) >= local) passed--;
    while (this.monotone(this.#baseTrue + passed) < local) passed++;
    return this.#baseTrue + passed;
  }

  /** From now on the clock gains `drift` seconds a second (loses, when negative). */
  setDrift(now: Micros, drift: number): void {
    this.#baseLocal = this.monotone(now);
    this.#baseTrue = now;
    this.#drift = drift;
  }

  /** Sets the wall clock ahead, or back when negative. */
  stepWall(by: Micros): void {
    this.#wallOffset += by;
  }

  /** The host starts again: its monotone clock is at zero, its wall clock goes on as it was. */
  reboot(now: Micros): void {
    this.#wallOffset += this.monotone(now);
    this.#baseTrue = now;
    this.#baseLocal = 0;
  }
}
