/** What answers are drawn from: the traces that are open, without how they are read. */
import type { Story } from '../layout/story.ts';

export interface Stories {
  /** @throws {RangeError} when the trace was closed, or has nothing yet. */
  story(trace: number): Story;
}
