/**
 * A time of repair: from the moment a loss is found until everything that was in flight then is acknowledged, and whether it was for
 * nothing (RFC 3522 by timestamps, RFC 3708 by reports of doubles).
 */
import type { Micros } from '../../mqtt/machine.ts';

/** `recovery` began with a loss that acknowledgements showed, `loss` with a timeout. */
export type RepairState = 'open' | 'recovery' | 'loss';

export class Repair {
  state: RepairState = 'open';
  /** What had been sent when it began: once it is acknowledged the repair is over. */
  end = 0;
  /** First offset in flight then, while the halving can be taken back; -1 when it cannot. */
  #from = -1;
  /** Repetitions that were not told to be needless; -1 before the first. */
  #outstanding = -1;
  #firstAt: Micros = -1;

  get isOpen(): boolean {
    return this.state === 'open';
  }

  /** `underway` repetitions are in the network already: they too may be told to be needless. */
  begin(acknowledged: number, next: number, underway: number): void {
    this.end = next;
    this.#from = acknowledged;
    this.#outstanding = underway === 0 ? -1 : underway;
  }

  /** A timeout begins the count of time anew. */
  beginAnew(acknowledged: number, next: number, underway: number): void {
    this.begin(acknowledged, next, underway);
    this.#firstAt = -1;
  }

  repeated(now: Micros): void {
    if (this.#from >= 0) this.#outstanding = Math.max(0, this.#outstanding) + 1;
    if (this.#firstAt < 0) this.#firstAt = now;
  }

  /** The peer says that this range arrived twice. */
  reportedTwice(from: number, to: number): void {
    if (this.#from >= 0 && this.#outstanding > 0 && to > this.#from && from < this.end) this.#outstanding--;
  }

  /** Either every repetition was told to be needless, or what was acknowledged had been sent before the first of them. */
  isNeedless(advanced: boolean, echo: Micros): boolean {
    if (this.#from < 0) return false;
    if (this.#outstanding === 0) return true;
    return advanced && !this.isOpen && this.#firstAt >= 0 && echo >= 0 && echo < this.#firstAt;
  }

  /** The halving was taken back, which is done once. */
  undone(): void {
    this.#from = -1;
  }

  finish(): void {
    this.state = 'open';
    this.#firstAt = -1;
  }
}
