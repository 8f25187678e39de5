/** What answers are drawn from: the traces that are open, without how they are read. */
import type { Story } from '../index/story.ts';
import type { Matches } from './matches.ts';

export interface Stories {
  /** @throws {RangeError} when the trace was closed, or has nothing yet. */
  story(trace: number): Story;
}

/** Filters over them, without how they are applied. */
export interface Sieve {
  /** Resolves when the filter was applied, or will not be. */
  apply(trace: number, text: string): Promise<unknown>;
  /** Undefined for a filter that was not applied, or when the trace has grown since. */
  matches(trace: number, text: string): Matches | undefined;
}
