/** One line on a terminal that says how far many runs are; gone when they are over. */
import type { SeedRecord } from '../runner/seed-record.ts';

const CLEAR_LINE = '\r\u001b[2K';
/** Nobody reads faster. */
const SHOW_MILLIS = 100;
const MICROS_PER_HOUR = 3_600_000_000;

export class SweepProgress {
  readonly #write: (text: string) => void;
  readonly #total: number;
  readonly #noun: string;
  readonly #startedAt = performance.now();
  #shownAt = 0;
  #shown = false;
  #runs = 0;
  #status: string | undefined;
  #failed = 0;
  #virtualMicros = 0;

  /** @param noun what they are, `seeds`. */
  constructor(write: (text: string) => void, total: number, noun: string) {
    this.#write = write;
    this.#total = total;
    this.#noun = noun;
  }

  show(record: SeedRecord): void {
    this.#runs++;
    this.#virtualMicros += record.virtualMicros;
    if (record.outcome !== 'passed') this.#failed++;
    const now = performance.now();
    if (now - this.#shownAt >= SHOW_MILLIS) this.#draw(now);
  }

  /** What is the matter while nothing comes; undefined when nothing is. */
  tell(status: string | undefined): void {
    this.#status = status;
    this.#draw(performance.now());
  }

  #draw(now: number): void {
    this.#shownAt = now;
    this.#shown = true;
    const seconds = (now - this.#startedAt) / 1000;
    const rate = this.#runs / seconds;
    const left = this.#runs === 0 ? '' : `, ${describeLeft((this.#total - this.#runs) / rate)} left`;
    const status = this.#status === undefined ? '' : `; ${this.#status}`;
    const hours = (this.#virtualMicros / MICROS_PER_HOUR).toFixed(1);
    this.#write(
      `${CLEAR_LINE}${this.#runs} of ${this.#total} ${this.#noun}, ${rate.toFixed(0)}/s, ${hours} simulated hours, ` +
        `${this.#failed} failed${left}${status}`,
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
