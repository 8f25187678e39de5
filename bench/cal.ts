/** CAL, the measure of the machine that the goals are told in: one schedule-and-fire of a plain binary heap with 1,000 pending. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Pace } from './measure.ts';

/** What it was on the machine on which the goals were written. */
const REFERENCE_NANOS = 159;

/** Rounds of a process, the first of which warm it up, and processes. */
const SIZES: Record<Pace, { readonly rounds: number; readonly processes: number }> = {
  full: { rounds: 15, processes: 2 },
  smoke: { rounds: 1, processes: 1 },
};

const PROCESS = join(import.meta.dirname, 'cal-process.mjs');

/**
 * What it is now, in nanoseconds, by the time of the processor: the least of some processes that do nothing else. In a process that also
 * measures other things the same heap takes up to two thirds more, in some of them and not in others, and that says nothing of the machine.
 */
export function calNanos(pace: Pace): number {
  const { rounds, processes } = SIZES[pace];
  return Math.min(...Array.from({ length: processes }, () => nanosOfProcess(rounds)));
}

function nanosOfProcess(rounds: number): number {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROCESS, `${rounds}`], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the measure of the machine could not be taken: ${stderr}`);
  return Number(stdout);
}

/**
 * The measure of the machine while a family is measured: the least that it was before and after. A busy moment makes it larger, and would
 * flatter whatever is scaled by it.
 */
export class Cal {
  readonly #measure: () => number;
  readonly #before: number;
  #least: number | undefined;

  /** @param pace in a smoke run nothing is measured before: no figure of it means anything. */
  constructor(pace: Pace, measure = () => calNanos(pace)) {
    this.#measure = measure;
    this.#before = pace === 'full' ? measure() : Number.POSITIVE_INFINITY;
  }

  /** Nanoseconds. To be asked when all has been measured that is scaled by it: the first to ask has it measured again. */
  nanos(): number {
    this.#least ??= Math.min(this.#before, this.#measure());
    return this.#least;
  }
}

/** So many a second here, when that is what CAL is, as it would be on the machine on which the goals were written. */
export function atReference(perSecond: number, calNanosNow: number): number {
  return (perSecond * calNanosNow) / REFERENCE_NANOS;
}
