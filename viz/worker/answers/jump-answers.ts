/** Where the next event of a kind is. */
import type { TraceEvent } from '../../../src/trace/event.ts';
import { isDrawn } from '../../layout/rows.ts';
import type { Traces } from '../traces.ts';

export type Landmark = 'drawn' | 'fault' | 'violation';

export class JumpAnswers {
  readonly #traces: Traces;

  constructor(traces: Traces) {
    this.#traces = traces;
  }

  /** The ordinal of the next event of a kind after `from` (before it, backwards); 0 starts outside. Returns 0 when there is none. */
  next(trace: number, landmark: Landmark, from: number, direction: 1 | -1): number {
    const story = this.#traces.story(trace);
    const wanted = WANTED[landmark];
    const start = from > 0 ? from : direction > 0 ? 0 : story.eventCount + 1;
    for (let ordinal = start + direction; ordinal >= 1 && ordinal <= story.eventCount; ordinal += direction) {
      if (wanted(story.event(ordinal)!)) return ordinal;
    }
    return 0;
  }
}

const WANTED: Readonly<Record<Landmark, (event: TraceEvent) => boolean>> = {
  drawn: isDrawn,
  fault: (event) => event.k === 'fault.began',
  violation: (event) =>
    (event.k === 'verdict' && event.outcome === 'broken') || (event.k === 'assert' && !event.holds),
};
