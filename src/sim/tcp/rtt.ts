/** Round-trip time and the retransmission timeout that follows from it (RFC 6298 with Linux's floor and ceiling). */
import type { Micros } from '../../mqtt/machine.ts';

/** The timeout while no round trip was measured, RFC 6298 2.1. */
export const INITIAL_TIMEOUT: Micros = 1_000_000;
/** Linux puts its floor under the term of the variance, not under the sum. */
export const LEAST_VARIANCE_TERM: Micros = 200_000;
export const GREATEST_TIMEOUT: Micros = 120_000_000;

export class RoundTrip {
  /** Smoothed round-trip time; 0 before the first sample. */
  smoothed: Micros = 0;
  /** The least sample so far. */
  least: Micros = Infinity;
  #variation: Micros = 0;
  #timeout: Micros = INITIAL_TIMEOUT;

  get measured(): boolean {
    return this.least !== Infinity;
  }

  /** One measurement. The caller obeys Karn's rule: no sample from a segment that was sent twice. */
  sample(micros: Micros): void {
    const roundTrip = Math.max(1, micros);
    if (this.measured) {
      this.#variation += (Math.abs(roundTrip - this.smoothed) - this.#variation) / 4;
      this.smoothed += (roundTrip - this.smoothed) / 8;
    } else {
      this.smoothed = roundTrip;
      this.#variation = roundTrip / 2;
    }
    if (roundTrip < this.least) this.least = roundTrip;
    this.#timeout = Math.min(
      GREATEST_TIMEOUT,
      Math.ceil(this.smoothed + Math.max(LEAST_VARIANCE_TERM, 4 * this.#variation)),
    );
  }

  /** The timeout after `doublings` expiries in a row. */
  timeout(doublings: number): Micros {
    let timeout = this.#timeout;
    for (let i = 0; i < doublings && timeout < GREATEST_TIMEOUT; i++) timeout *= 2;
    return Math.min(GREATEST_TIMEOUT, timeout);
  }
}
