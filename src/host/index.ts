/**
 * `mqtt-amber/host`: runs scenarios in a process of one's own, under any test runner or none. Time, chance and the network of the thread can be
 * virtual from when this is loaded: load it, or `mqtt-amber/register`, before the packages that nodes host.
 */
import './register.ts';
import type { RunOptions, RunResult } from '../runner/run.ts';
import type { Parameters } from '../scenario/parameters.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { HostedOn } from '../trace/event.ts';
import { runHosted } from './run-hosted.ts';
import { changeOfGround, hostedOn } from './run-identity.ts';

/**
 * Runs a scenario once, on this thread, with the world around its script made virtual. Who asks for a run while another goes on waits for
 * it.
 *
 * @param options with `foundOn`, what code that is not ours ran on when something was found: a line is printed where it is others here.
 * @param place the file at which that is looked up, where the scenario comes from none.
 * @throws NameError for a seed, ParameterError for a parameter that cannot be; whatever the script does is in the result.
 * @example
 * const { verdict, report } = await runScenario(story, { seed: 17, profile: 'flaky' });
 */
export function runScenario<P extends Parameters>(
  story: Scenario<P>,
  { foundOn, ...options }: RunOptions & { foundOn?: HostedOn } = {},
  place: string | undefined = story.file,
): Promise<RunResult> {
  const change =
    place === undefined || foundOn === undefined ? undefined : changeOfGround(foundOn, hostedOn(place));
  if (change !== undefined) process.emitWarning(`${story.name}: ${change}`);
  return runHosted(story as unknown as Scenario, { level: 'digest', ...options });
}
