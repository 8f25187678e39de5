/** Runs a script as a scenario, in a test: no files, no threads. */
import { type RunOptions, type RunResult, run } from '../../src/runner/run.ts';
import { type ScenarioOptions, scenario } from '../../src/scenario/scenario.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import type { TraceEvent } from '../../src/trace/event.ts';

export const surroundings = {
  yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)),
};

export interface Told extends RunResult {
  trace: TraceEvent[];
}

/** The result of a run, with its events. */
export async function told(
  script: (sim: Simulation) => Promise<void> | void,
  options: RunOptions & { scenario?: ScenarioOptions } = {},
): Promise<Told> {
  const trace: TraceEvent[] = [];
  const { scenario: declared = {}, ...rest } = options;
  const result = await run(
    scenario('A test', declared as ScenarioOptions<Record<never, never>>, script),
    { transport: 'ideal', ...rest, onEvent: (event) => trace.push(event) },
    surroundings,
  );
  return { ...result, trace };
}
