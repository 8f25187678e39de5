/**
 * The obituaries of a run that failed, as the last events of its trace.
 *
 * The judge forgets what is settled, so that a long run stays flat; only when promises were broken is the trace read again.
 */
import type { TraceEvent } from '../../trace/event.ts';
import type { Unstamped } from '../../trace/recorder.ts';
import { Lives } from './lives.ts';
import { type Obituary, obituariesOf } from './obituary.ts';

/** A trace of more events is not read again at once: `amber explain` does that when somebody asks. */
export const READ_AGAIN_MAX = 2_000_000;
/** So many are handed on for the report; the trace has more. */
const REPORTED = 10;

/** Is shown the events of a whole trace once more, and then writes at its end. */
export class Burial {
  readonly #lives = new Lives('both-ends');

  observe(event: TraceEvent): void {
    this.#lives.observe(event);
  }

  /**
   * Gives back the first of them.
   *
   * @param append writes an event that follows from those before it, with the ordinal of its cause.
   */
  write(append: (event: Unstamped, cause: number) => void): Obituary[] {
    const obituaries = obituariesOf(this.#lives);
    for (const { node, accusation: _said, steps, ...obituary } of obituaries) {
      const rows = steps.map(({ i, how, text }) => [i, how, text] as const);
      append({ k: 'obituary', n: node, ...obituary, steps: rows }, obituary.verdicts[0]!);
    }
    return obituaries.slice(0, REPORTED);
  }
}
