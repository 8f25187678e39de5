/**
 * Which segments the way loses: independently with a probability, or in bursts by the model of Gilbert and Elliott.
 *
 * Bursts live in continuous time: the channel changes between good and bad after exponential times, whatever is sent.
 * So an idle minute ages a burst, and the same bursts strike whoever sends.
 */
import type { Micros } from '../mqtt/machine.ts';
import { checkMicros, drawExponential, LinkOptionError } from './jitter.ts';
import { luck, luckFor } from './rng.ts';

export type Loss = number | BurstLoss;

/** Gilbert-Elliott in continuous time. */
export interface BurstLoss {
  /** Mean length of the good and of the bad times. */
  goodMicros: Micros;
  badMicros: Micros;
  /** Probability of loss in each; 0 and 1 when not given. */
  goodLoss?: number;
  badLoss?: number;
  /** What a segment takes longer in bad times; 0 when not given. */
  badDelayMicros?: Micros;
  /** Share of the rate that is left in bad times, above 0; 1 when not given. */
  badRate?: number;
}

/** @throws LinkOptionError for what is no probability, or bursts without length. */
export function checkLoss(loss: Loss, what = 'loss'): void {
  if (typeof loss === 'number') {
    checkProbability(loss, what);
    return;
  }
  checkMicros(loss.goodMicros, `${what}: mean good time`);
  checkMicros(loss.badMicros, `${what}: mean bad time`);
  if (loss.goodMicros < 1 || loss.badMicros < 1)
    throw new LinkOptionError(`${what}: good and bad times must last a microsecond at least`);
  checkProbability(loss.goodLoss ?? 0, `${what} in good times`);
  checkProbability(loss.badLoss ?? 1, `${what} in bad times`);
  checkMicros(loss.badDelayMicros ?? 0, `${what}: delay in bad times`);
  const rate = loss.badRate ?? 1;
  if (!(rate > 0 && rate <= 1))
    throw new LinkOptionError(`${what}: the share of the rate in bad times must be in (0, 1], not ${rate}`);
}

/** @throws LinkOptionError outside of [0, 1]. */
export function checkProbability(value: number, what: string): void {
  if (!(value >= 0 && value <= 1)) {
    throw new LinkOptionError(`${what} must be a probability from 0 to 1, not ${value}`);
  }
}

/** Changes of state after which the schedule starts anew from the equilibrium; see {@link BurstSchedule}. */
const CHANGES_PER_EPOCH = 512;

/**
 * When a channel is bad. The schedule depends on its seed alone, not on who asks or how often.
 *
 * Time is cut into epochs of some 512 changes. Each begins in equilibrium, with a draw of its own, and goes on memoryless; so the
 * statistics within are exact, only what spans a border is cut there, and asking after an idle year costs no more than one epoch.
 */
export class BurstSchedule {
  readonly #seed: number;
  readonly #good: Micros;
  readonly #bad: Micros;
  readonly #epochLength: Micros;
  #epoch = -1;
  #epochSeed = 0;
  #change = 0;
  #isBad = false;
  #until: Micros = 0;

  constructor(goodMicros: Micros, badMicros: Micros, seed: number) {
    this.#good = goodMicros;
    this.#bad = badMicros;
    this.#seed = seed;
    this.#epochLength = Math.ceil((CHANGES_PER_EPOCH / 2) * (goodMicros + badMicros));
  }

  /** Whether the channel is bad; times must not go back. */
  isBadAt(now: Micros): boolean {
    const epoch = Math.floor(now / this.#epochLength);
    if (epoch !== this.#epoch) this.#begin(epoch);
    while (this.#until <= now) {
      this.#isBad = !this.#isBad;
      this.#hold(this.#until);
    }
    return this.#isBad;
  }

  #begin(epoch: number): void {
    this.#epoch = epoch;
    this.#epochSeed = luckFor(this.#seed, epoch);
    this.#change = 0;
    this.#isBad = luck(this.#epochSeed, 0) < this.#bad / (this.#good + this.#bad);
    this.#hold(epoch * this.#epochLength);
  }

  #hold(from: Micros): void {
    this.#change++;
    this.#until =
      from + drawExponential(this.#isBad ? this.#bad : this.#good, luck(this.#epochSeed, this.#change));
  }
}
