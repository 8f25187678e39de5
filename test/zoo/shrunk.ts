/** What is left of the first failing seed of a mutant, and the test that it becomes. */
import { candidateRunner } from '../../src/runner/candidate-run.ts';
import { savedFailureOf } from '../../src/runner/failure.ts';
import { describeSize } from '../../src/runner/narration.ts';
import type { Left, Size } from '../../src/runner/reduction.ts';
import { recordOf } from '../../src/runner/seed-record.ts';
import { shrinkStory } from '../../src/runner/shrink-story.ts';
import { testFileOf } from '../../src/runner/test-file.ts';
import type { Mutant } from '../../src/zoo/index.ts';
import { brokenIn, storyNamed, tell } from './hunt.ts';

const PROFILE = 'swarm';
/** From these seeds on another rule may break first. */
const SEEDS = 60;

export interface ShrunkMutant {
  readonly seed: number;
  /** What broke first, from that seed on to the end. */
  readonly broke: string;
  readonly before: Size;
  readonly left: Left;
  /** Of the file for vitest. */
  readonly text: string;
}

/**
 * The first seed from which the rule of the mutant breaks before any other; where another always comes before it, the first from which it
 * breaks at all.
 */
async function firstFailing(mutant: Mutant): Promise<{ seed: number; broke: string }> {
  let atAll: { seed: number; broke: string } | undefined;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const result = await tell(mutant.story, seed, mutant);
    const { broke } = recordOf(mutant.story, result);
    if (broke === undefined || !brokenIn(result).includes(mutant.rule)) continue;
    if (broke === mutant.rule) return { seed, broke };
    atAll ??= { seed, broke };
  }
  if (atAll === undefined)
    throw new Error(`${mutant.name} breaks ${mutant.rule} from none of ${SEEDS} seeds`);
  return atAll;
}

export async function shrunkMutant(mutant: Mutant): Promise<ShrunkMutant> {
  const file = `sims/zoo/${mutant.story}.ts`;
  const { seed, broke } = await firstFailing(mutant);
  const story = await storyNamed(mutant.story);
  const whole = { seed: `${seed}`, profile: PROFILE, mutant: mutant.name } as const;
  const options = { run: candidateRunner(story, whole), broke };
  const failure = savedFailureOf(await tell(mutant.story, seed, mutant), {
    amber: '0.0.0',
    file,
    modules: '',
  });
  const { shrunk, left } = await shrinkStory(story, options);
  const text = testFileOf({ failure, before: shrunk.before, left, storyPath: `../../${file}`, typed: true });
  return { seed, broke, before: shrunk.before, left, text };
}

/** The line that makes a test one of the mutant. */
export function withoutTheBug(text: string): string {
  return text.replace(/^ *substitute: .*\n/m, '');
}

/** `1 | delivery.qos | 412 events, 31 faults | 9 events, 1 fault`. */
export function rowOf({ seed, broke, before, left }: ShrunkMutant): readonly string[] {
  return [`${seed}`, `\`${broke}\``, describeSize(before), describeSize(left.after)];
}
