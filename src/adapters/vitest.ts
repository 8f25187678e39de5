/** Scenarios as tests of vitest: `mqtt-amber/vitest`. */
import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { runScenario as runOnThread } from '../host/index.ts';
import type { RunOptions, RunResult } from '../runner/run.ts';
import { runCommand } from '../runner/run-command.ts';
import { recordOf } from '../runner/seed-record.ts';
import { parseSeeds, SeedRangeError, seedCount, seedsOf } from '../runner/seeds.ts';
import type { Parameters, ParameterValues } from '../scenario/parameters.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ProfileName } from '../sim/profile.ts';
import { formatTime } from '../sim/time.ts';
import type { HostedOn } from '../trace/event.ts';

export interface ScenarioTestOptions<P extends Parameters = Parameters> {
  /** How many, from 1, or from where to where: `'17..40'`. 10 by default. `AMBER_SEED` and `AMBER_SEEDS` count instead of it. */
  seeds?: number | string;
  /** Chance strikes too. */
  profile?: ProfileName;
  parameters?: Partial<ParameterValues<P>>;
  transport?: 'tcp' | 'ideal';
  /** Real milliseconds for all seeds together; 60,000 by default. */
  timeout?: number;
}

const DEFAULT_SEEDS = 10;
const TIMEOUT_MILLIS = 60_000;
const LISTED = 5;

/**
 * Declares a test that runs the scenario from many seeds, judged, and fails at the first that breaks: with the seed, what broke, and the
 * command that plays it again.
 *
 * `AMBER_SEED=17` runs that seed alone, `AMBER_SEEDS=1000` or `AMBER_SEEDS=17..40` those, in every such test.
 *
 * @example
 * import story from '../sims/flapping-uplink.ts';
 * testScenario(story, { seeds: 50, profile: 'flaky' });
 */
export function testScenario<P extends Parameters>(
  story: Scenario<P>,
  options: ScenarioTestOptions<P> = {},
): void {
  const { seeds, count, text } = seedsAsked(options.seeds ?? DEFAULT_SEEDS);
  const title = `${story.name} (${text})`;
  test(
    title,
    async () => {
      const unseen = new Set<string>();
      const seen = new Set<string>();
      for (const seed of seeds) {
        const result = await runScenario(story, { ...runOptions(options), seed });
        for (const { assertion, text: claim, held } of result.asserts) {
          if (assertion === 'sometimes') (held > 0 ? seen : unseen).add(claim);
        }
        if (result.verdict !== 'passed') expect.fail(describeFailure(story, options, result));
      }
      const never = [...unseen].filter((claim) => !seen.has(claim));
      // One seed alone is not asked for what many have to show together.
      if (never.length > 0 && count > 1) expect.fail(`no seed saw: ${never.join('; ')}`);
    },
    options.timeout ?? TIMEOUT_MILLIS,
  );
}

/**
 * Runs a scenario once, with the world around its script made virtual: what {@link testScenario} does for each seed, for a test that looks
 * at the result itself.
 *
 * @param options with `foundOn`, what code that is not ours ran on when something was found: a line is printed where it is others here.
 */
export function runScenario<P extends Parameters>(
  story: Scenario<P>,
  options: RunOptions & { foundOn?: HostedOn } = {},
): Promise<RunResult> {
  return runOnThread(story, options, story.file ?? expect.getState().testPath);
}

/** @throws SeedRangeError naming the variable. */
function seedsAsked(given: number | string): {
  seeds: Iterable<number | string>;
  count: number;
  text: string;
} {
  const { AMBER_SEED: one, AMBER_SEEDS: many } = process.env;
  if (one !== undefined && one !== '') return { seeds: [one], count: 1, text: `seed ${one}` };
  const [what, name] = many === undefined || many === '' ? [`${given}`, 'seeds'] : [many, 'AMBER_SEEDS'];
  try {
    const range = parseSeeds(what);
    return {
      seeds: { [Symbol.iterator]: () => seedsOf(range) },
      count: seedCount(range),
      text: range.first === range.last ? `seed ${range.first}` : `seeds ${range.first}..${range.last}`,
    };
  } catch (error) {
    if (error instanceof SeedRangeError) throw new SeedRangeError(`${name}: ${error.message}`);
    throw error;
  }
}

function runOptions<P extends Parameters>({
  profile,
  parameters,
  transport,
}: ScenarioTestOptions<P>): RunOptions {
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(parameters === undefined ? {} : { parameters: parameters as NonNullable<RunOptions['parameters']> }),
    ...(transport === undefined ? {} : { transport }),
  };
}

function describeFailure<P extends Parameters>(
  story: Scenario<P>,
  options: ScenarioTestOptions<P>,
  result: RunResult,
): string {
  const { seed, virtualMicros, report } = result;
  const { broke, detail } = recordOf('', result);
  const violations = (report?.violations ?? []).slice(0, LISTED).map(({ rule, t, node, text }) => {
    return `  ${rule} at ${node}, ${formatTime(t)}: ${text}`;
  });
  const { testPath } = expect.getState();
  const here = testPath === undefined ? '' : ` ${relative(process.cwd(), testPath)}`;
  return [
    `${story.name} breaks at seed ${seed} after ${formatTime(virtualMicros)} of virtual time: ${broke ?? result.verdict}`,
    ...(violations.length > 0 ? violations : [`  ${detail ?? ''}`]),
    `again: AMBER_SEED=${seed} npx vitest run${here}`,
    ...(story.file === undefined || story.file === testPath
      ? []
      : [`   or: ${runCommand(relative(process.cwd(), story.file), seed, options)}`]),
  ].join('\n');
}
