/** The wire of one direction that takes its time: what is on it, and what waits for it. */
import type { Micros } from '../mqtt/machine.ts';

const BITS_PER_BYTE = 8;
const MICROS_PER_SECOND = 1_000_000;

export class Wire {
  /** When the wire is free; a fraction of a microsecond counts at high rates. */
  busyUntil: Micros = 0;
  readonly #queueBytes: number;
  readonly #queuePackets: number;
  /** When those that wait depart, oldest first from `#firstWaiting`; kept only where packets are counted. */
  readonly #departures: Micros[] = [];
  #firstWaiting = 0;

  /** Not more than these wait. */
  constructor(queueBytes: number, queuePackets: number) {
    this.#queueBytes = queueBytes;
    this.#queuePackets = queuePackets;
  }

  /**
   * @param rate bits per second.
   * @returns when the last bit is on the wire, or -1 when the queue is full.
   */
  depart(now: Micros, bytes: number, rate: number): Micros {
    if (this.busyUntil > now) {
      const waitingBytes = ((this.busyUntil - now) * rate) / (BITS_PER_BYTE * MICROS_PER_SECOND);
      if (waitingBytes + bytes > this.#queueBytes) return -1;
    }
    const isCounted = this.#queuePackets !== Infinity;
    if (isCounted && this.#waiting(now) >= this.#queuePackets) return -1;
    this.busyUntil = Math.max(now, this.busyUntil) + (BITS_PER_BYTE * MICROS_PER_SECOND * bytes) / rate;
    if (isCounted) this.#departures.push(this.busyUntil);
    return this.busyUntil;
  }

  #waiting(now: Micros): number {
    const departures = this.#departures;
    while (this.#firstWaiting < departures.length && departures[this.#firstWaiting]! <= now)
      this.#firstWaiting++;
    if (this.#firstWaiting === departures.length) {
      departures.length = 0;
      this.#firstWaiting = 0;
    } else if (this.#firstWaiting > 64 && this.#firstWaiting * 2 > departures.length) {
      departures.splice(0, this.#firstWaiting);
      this.#firstWaiting = 0;
    }
    return departures.length - this.#firstWaiting;
  }
}
