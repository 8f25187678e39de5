/** When to give a silent peer up. */
import type { Micros } from '../../mqtt/machine.ts';
import { GREATEST_TIMEOUT, LEAST_VARIANCE_TERM } from './rtt.ts';

/** Once the process is gone its host tries less long: Linux's `tcp_orphan_retries`. */
const ORPHAN_RETRIES = 8;

/** What a process has set, or left as it is. */
export interface Limits {
  /** `tcp_retries2`. */
  readonly retries: number;
  /** TCP_USER_TIMEOUT; 0 for none. */
  readonly userTimeoutMicros: Micros;
}

export class Patience {
  readonly userTimeout: Micros;
  readonly #retries: number;
  #orphaned = false;
  /** Timeouts since there was progress, and when the first of them struck. */
  #expiries = 0;
  #firstExpiryAt: Micros = 0;
  /** Questions about a closed window since the last answer, and when it was first found closed. */
  #questions = 0;
  #closedSince: Micros = -1;

  constructor({ retries, userTimeoutMicros }: Limits) {
    this.#retries = retries;
    this.userTimeout = userTimeoutMicros;
  }

  orphan(): void {
    this.#orphaned = true;
  }

  #allowed(): number {
    return this.#orphaned ? Math.min(ORPHAN_RETRIES, this.#retries) : this.#retries;
  }

  /** How long after the first timeout: the user's time, or that of the retries had each waited the least timeout, doubling. */
  #span(): Micros {
    if (this.userTimeout > 0) return this.userTimeout;
    let sum = 0;
    let gap = LEAST_VARIANCE_TERM;
    for (let i = 0; i <= this.#allowed(); i++) {
      sum += gap;
      gap = Math.min(GREATEST_TIMEOUT, gap * 2);
    }
    return sum;
  }

  get hasExpired(): boolean {
    return this.#expiries > 0;
  }

  /** A timeout struck; false when it was one too many. */
  expired(now: Micros): boolean {
    if (this.#expiries === 0) this.#firstExpiryAt = now;
    else if (now - this.#firstExpiryAt >= this.#span()) return false;
    this.#expiries++;
    return true;
  }

  /** The next timeout waits no longer than the user does. */
  clamp(now: Micros, delay: Micros): Micros {
    if (this.userTimeout === 0) return delay;
    return Math.max(1, Math.min(delay, this.#firstExpiryAt + this.userTimeout - now));
  }

  /** Something new was acknowledged. */
  progressed(): void {
    this.#expiries = 0;
  }

  /** A closed window is about to be asked for; false when it was asked for too often or, with a user timeout, too long. */
  asks(now: Micros): boolean {
    if (this.#closedSince < 0) this.#closedSince = now;
    else if (this.userTimeout > 0 && now - this.#closedSince >= this.userTimeout) return false;
    return this.#questions++ < this.#allowed();
  }

  answered(): void {
    this.#questions = 0;
  }

  windowOpened(): void {
    this.#questions = 0;
    this.#closedSince = -1;
  }
}
