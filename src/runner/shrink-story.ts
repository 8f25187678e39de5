/** All that is done to a failing story: it is shrunk, and what is left is told without it, or at least without its seed. */
import type { Scenario } from '../scenario/scenario.ts';
import { type Left, Reduction, type ReductionOptions } from './reduction.ts';
import { retell, UntoldError } from './retell.ts';
import { type Shrunk, shrink, withoutSeed } from './shrink.ts';

export interface ShrunkStory {
  /** What a saved failure can say: the story, with less in it. */
  readonly shrunk: Shrunk;
  /** Without the story and its seed, as far as that can be. */
  readonly left: Left;
  /** Why the story is needed, where it is. */
  readonly untold?: string;
  /** Either may not be the least: there was more to try than runs to try it. */
  readonly limited: boolean;
}

/** @throws ShrinkError when the failure does not come again. */
export async function shrinkStory(story: Scenario, options: ReductionOptions): Promise<ShrunkStory> {
  const whole = await Reduction.from(options, { omit: [] });
  const shrunk = await shrink(whole);
  try {
    const left = await retell(options, story, shrunk.attempt, shrunk.candidate.omit);
    return { shrunk, left, limited: whole.limited || left.limited };
  } catch (error) {
    if (!(error instanceof UntoldError)) throw error;
    const left = await withoutSeed(whole);
    return { shrunk, left, untold: error.message, limited: left.limited };
  }
}
