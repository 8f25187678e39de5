/** One line on a terminal that says how far a long run is; gone when the run is over. */
import { formatDuration } from '../sim/time.ts';

/** A run that is over by then needs no progress. */
const FIRST_MILLIS = 1_000;
const CLEAR_LINE = '\r\u001b[2K';

export class Progress {
  readonly #write: (text: string) => void;
  readonly #startedAt = performance.now();
  #shown = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** @param now virtual microseconds. */
  show(now: number, events: number): void {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    if (seconds * 1000 < FIRST_MILLIS) return;
    this.#shown = true;
    const wholeSeconds = now - (now % 1_000_000);
    this.#write(
      `${CLEAR_LINE}${formatDuration(wholeSeconds)} of virtual time, ${events} events, ${seconds.toFixed(0)} s`,
    );
  }

  clear(): void {
    if (this.#shown) this.#write(CLEAR_LINE);
    this.#shown = false;
  }
}
