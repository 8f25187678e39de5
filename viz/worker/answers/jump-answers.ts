/** Where the next event of a kind is, and which event is at a time. */
import { upperBound } from '../../index/column.ts';
import type { Landmark } from '../../index/trace-index.ts';
import type { Traces } from '../traces.ts';

export type { Landmark } from '../../index/trace-index.ts';

/** An event that one can stand at. */
export interface Stop {
  ordinal: number;
  /** Microseconds. */
  time: number;
}

export class JumpAnswers {
  readonly #traces: Traces;

  constructor(traces: Traces) {
    this.#traces = traces;
  }

  /** The next event of a kind after `from` (before it, backwards); 0 starts outside. Undefined when there is none. */
  next(trace: number, landmark: Landmark, from: number, direction: 1 | -1): Stop | undefined {
    const story = this.#traces.story(trace);
    const start = from > 0 ? from : direction > 0 ? 0 : story.eventCount + 1;
    const ordinal = story.next(landmark, start, direction);
    return ordinal === 0 ? undefined : { ordinal, time: story.events.time[ordinal - 1]! };
  }

  /** The last event that the diagram shows at or before a time in microseconds. */
  at(trace: number, time: number): Stop | undefined {
    const { eventCount, events } = this.#traces.story(trace);
    return this.next(trace, 'drawn', upperBound(events.time, eventCount, time) + 1, -1);
  }

  /** When an event was; undefined for an ordinal that the trace does not hold. */
  time(trace: number, ordinal: number): number | undefined {
    const { eventCount, events } = this.#traces.story(trace);
    return ordinal >= 1 && ordinal <= eventCount ? events.time[ordinal - 1] : undefined;
  }
}
