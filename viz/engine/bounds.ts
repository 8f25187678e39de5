/** What a run in a page may take, kept from inside: a run that reaches a limit ends there, with its trace up to it. */
import { LimitError } from '../../src/sim/simulator.ts';
import type { RunLimits } from './messages.ts';

export class Bounds {
  readonly #limits: RunLimits;
  readonly #clock: () => number;
  readonly #begun: number;
  #bytes = 0;
  #over = false;

  /** @param clock milliseconds of real time. */
  constructor(limits: RunLimits, clock: () => number) {
    this.#limits = limits;
    this.#clock = clock;
    this.#begun = clock();
  }

  /** @throws LimitError when the trace is longer than it may be. */
  wrote(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#limits.bytes || this.#over) return;
    const most = this.#limits.bytes / 1_000_000;
    throw new LimitError('bytes', `the trace reached its limit of ${most} MB`);
  }

  /** @throws LimitError when the run has taken longer than it may. */
  passed(): void {
    if (this.#over || this.#clock() - this.#begun <= this.#limits.millis) return;
    throw new LimitError(
      'clock',
      `the run reached its limit of ${this.#limits.millis / 1_000} s in this page`,
    );
  }

  /** The script is over: what the engine has to say in the end is not held back. */
  end(): void {
    this.#over = true;
  }
}
