import type { Micros } from '../mqtt/machine.ts';

/** The wall clock is compared with the monotone one so often, and taken for set when they differ by so much. */
const LOOK_MILLIS = 10_000;
const STEP_MICROS = 1_000_000;

/** Real time: monotone since this clock was made, and the wall time at its zero. */
export class RealClock {
  readonly #origin = process.hrtime();
  /** `wall = now + wallOffset`, both in microseconds. */
  wallOffset: Micros = Date.now() * 1_000;
  #look: NodeJS.Timeout | undefined;

  now(): Micros {
    const [seconds, nanoseconds] = process.hrtime(this.#origin);
    return seconds * 1_000_000 + Math.floor(nanoseconds / 1_000);
  }

  /** Calls back when somebody set the wall clock, or the machine slept. */
  watch(wallSet: (wallOffset: Micros) => void): void {
    this.#look = setInterval(() => {
      const offset = Date.now() * 1_000 - this.now();
      if (Math.abs(offset - this.wallOffset) < STEP_MICROS) return;
      this.wallOffset = offset;
      wallSet(offset);
    }, LOOK_MILLIS);
    this.#look.unref();
  }

  stop(): void {
    clearInterval(this.#look);
  }
}
