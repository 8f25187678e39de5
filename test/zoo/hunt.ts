/** Runs the story of a mutant from seed after seed, in the worst of worlds, until its rule is broken. */
import { join } from 'node:path';
import { type RunResult, run } from '../../src/runner/run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { type Mutant, substitutionOf } from '../../src/zoo/index.ts';
import { repository } from '../programs.ts';

const surroundings = { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) };

/** Of `sims/zoo`. */
export async function storyNamed(name: string): Promise<Scenario> {
  const module = (await import(join(repository, 'sims/zoo', `${name}.ts`))) as { default: Scenario };
  return module.default;
}

/** @param mutant undefined runs our own machines. */
export async function tell(story: string, seed: number, mutant?: Mutant): Promise<RunResult> {
  const scenario = await storyNamed(story);
  const substitute = mutant === undefined ? {} : { substitute: substitutionOf(mutant) };
  const result = await run(
    scenario,
    { seed, profile: 'swarm', level: 'digest', ...substitute },
    surroundings,
  );
  if (result.error?.blame === 'bug') throw new Error(`${story}, seed ${seed}: ${result.error.stack}`);
  return result;
}

/** Which rules a run broke, and which error ended it. */
export function brokenIn({ report, error }: RunResult): string[] {
  const rules = new Set(report!.violations.map(({ rule }): string => rule));
  return error === undefined ? [...rules] : [...rules, error.name];
}

/** How many seeds it takes from `first` on until the rule of the mutant is broken; undefined when it takes more than `limit`. */
export async function seedsToFind(mutant: Mutant, first: number, limit: number): Promise<number | undefined> {
  for (let seed = first; seed < first + limit; seed++) {
    if (brokenIn(await tell(mutant.story, seed, mutant)).includes(mutant.rule)) return seed - first + 1;
  }
  return undefined;
}
