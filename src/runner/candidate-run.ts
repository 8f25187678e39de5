/** Runs what is left of a failing story, with all that was seen of it. */
import { type HostedOptions, runHosted } from '../host/run-hosted.ts';
import type { Deed } from '../scenario/deed.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { TraceEvent } from '../trace/event.ts';
import type { RunCandidate } from './reduction.ts';
import { scenarioOf, snapshotOf } from './retelling.ts';
import type { Surroundings } from './run.ts';
import { recordOf } from './seed-record.ts';

/** What the whole story was run with. */
export type WholeRun = Pick<
  HostedOptions,
  'seed' | 'parameters' | 'transport' | 'profile' | 'faults' | 'mutant' | 'omit'
>;

/** @param whole what a candidate leaves out is left out beside it. */
export function candidateRunner(
  story: Scenario,
  whole: WholeRun,
  progress?: Surroundings['progress'],
): RunCandidate {
  const { parameters, profile, omit: omittedBefore = [], ...always } = whole;
  // A retelling has neither parameters nor a nemesis.
  const ofTheStory = {
    ...(parameters === undefined ? {} : { parameters }),
    ...(profile === undefined ? {} : { profile }),
  };
  return async ({ plan, omit, retelling, chance }, seed) => {
    const trace: TraceEvent[] = [];
    const deeds: Deed[] = [];
    const result = await runHosted(
      retelling === undefined ? story : scenarioOf(retelling),
      {
        ...always,
        ...(retelling === undefined ? ofTheStory : {}),
        ...(plan === undefined ? {} : { faults: { plan } }),
        ...(seed === undefined ? {} : { seed }),
        ...(chance === undefined ? {} : { chance }),
        omit: [...omittedBefore, ...omit],
        level: 'packets',
        onEvent: (event) => trace.push(event),
        onDeed: (deed) => deeds.push(...snapshotOf(deed)),
      },
      progress,
    );
    const { broke, outcome } = recordOf(story.name, result);
    return { result, broke: broke ?? (outcome === 'passed' ? undefined : outcome), trace, deeds };
  };
}
