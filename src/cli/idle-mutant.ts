/** A mutant that stood in nobody's place: that all promises were kept says nothing of it. */
import type { RunResult } from '../runner/run.ts';
import { CommandError, exitCodes } from './exit-code.ts';

/**
 * @param result of the mutant, told with a summary.
 * @throws CommandError when the story has no part that it could be.
 */
export async function refuseIdleMutant(
  path: string,
  mutant: string | undefined,
  { summary, error }: RunResult,
): Promise<void> {
  if (mutant === undefined || summary === undefined || error !== undefined) return;
  const { mutantNamed } = await import('../zoo/index.ts');
  const { of: part } = mutantNamed(mutant)!;
  if (summary.nodes[part] > 0) return;
  throw new CommandError(
    exitCodes.usage,
    `${path} has no ${part} that ${mutant} could be, and ran without it; make one with sim.${part}(): ` +
      'what a node mounts itself is no part of ours',
  );
}
