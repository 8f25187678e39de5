/** One line on a terminal that says how far a sweep is; gone when it is over. */
import type { SeedRecord } from '../runner/seed-record.ts';

const CLEAR_LINE = '\r\u001b[2K';
/** Nobody reads faster. */
const SHOW_MILLIS = 100;
const MICROS_PER_HOUR = 3_600_000_000;

export class SweepProgress {
  readonly #write: (text: string) => void;
  readonly #total: number;
  readonly #startedAt = performance.now();
  #shownAt = 0;
  #shown = false;
  #seeds = 0;
  #failed = 0;
  #virtualMicros = 0;

  /** @param total seeds of the sweep. */
  constructor(write: (text: string) => void, total: number) {
    this.#write = write;
    this.#total = total;
  }

  show(record: SeedRecord): void {
    this.#seeds++;
    this.#virtualMicros += record.virtualMicros;
    if (record.outcome !== 'passed') this.#failed++;
    const now = performance.now();
    if (now - this.#shownAt < SHOW_MILLIS) return;
    this.#shownAt = now;
    this.#shown = true;
    const seconds = (now - this.#startedAt) / 1000;
    const rate = this.#seeds / seconds;
    const left = (this.#total - this.#seeds) / rate;
    const hours = (this.#virtualMicros / MICROS_PER_HOUR).toFixed(1);
    this.#write(
      `${CLEAR_LINE}${this.#seeds} of ${this.#total} seeds, ${rate.toFixed(0)}/s, ${hours} simulated hours, ` +
        `${this.#failed} failed, ${describeLeft(left)} left`,
    );
  }

  clear(): void {
    if (this.#shown) this.#write(CLEAR_LINE);
    this.#shown = false;
  }
}

function describeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5_400) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}
