/** Parts of a story that somebody is to play in the place of our machines, and whether the story has them. */
import type { RunError, RunResult } from '../runner/run.ts';
import type { Deed } from '../scenario/deed.ts';
import { IncomparableError } from '../scenario/errors.ts';

export interface NeededPart {
  readonly part: 'broker' | 'client';
  /** What the player is called. */
  readonly player: string;
}

/** Of one run: without them it would pass for a run of players who never came on. */
export class NeededParts {
  readonly #needed: readonly NeededPart[];
  readonly #made = new Set<Deed['kind']>();

  constructor(needed: readonly NeededPart[]) {
    this.#needed = needed;
  }

  readonly onDeed = ({ kind }: Deed): void => {
    this.#made.add(kind);
  };

  /** The result as it is, or as one that says nothing of a player. */
  toldBy(result: RunResult): RunResult {
    const lacking = this.#needed.find(({ part }) => !this.#made.has(part));
    if (lacking === undefined || result.error?.blame === 'bug') return result;
    const { part, player } = lacking;
    const { name, message } = new IncomparableError(
      `the story has no ${part} that ${player} could play; make one with sim.${part}(): ` +
        'who plays that is open, and what a node mounts itself is not',
    );
    const error: RunError = { blame: 'script', name, message, atMicros: result.virtualMicros };
    return { ...result, verdict: 'script-error', error };
  }
}
