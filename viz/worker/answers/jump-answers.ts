/** Where the next event of a kind is, and which event is at a time. */
import type { TraceEvent } from '../../../src/trace/event.ts';
import { isDrawn } from '../../index/group.ts';
import type { Story } from '../../index/story.ts';
import type { Traces } from '../traces.ts';

export type Landmark = 'drawn' | 'node' | 'fault' | 'violation';

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
    const node = story.event(from)?.n;
    const wanted = (event: TraceEvent): boolean =>
      landmark === 'node' ? isDrawn(event) && event.n === node : WANTED[landmark](event);
    const start = from > 0 ? from : direction > 0 ? 0 : story.eventCount + 1;
    for (let ordinal = start + direction; ordinal >= 1 && ordinal <= story.eventCount; ordinal += direction) {
      const event = story.event(ordinal)!;
      if (wanted(event)) return { ordinal, time: event.t };
    }
    return undefined;
  }

  /** The last event that the diagram shows at or before a time in microseconds. */
  at(trace: number, time: number): Stop | undefined {
    const story = this.#traces.story(trace);
    return this.next(trace, 'drawn', lastBefore(story, time) + 1, -1);
  }

  /** When an event was; undefined for an ordinal that the trace does not hold. */
  time(trace: number, ordinal: number): number | undefined {
    return this.#traces.story(trace).event(ordinal)?.t;
  }
}

/** The ordinal of the last event at or before a time, 0 when there is none. */
function lastBefore(story: Story, time: number): number {
  let low = 0;
  let high = story.eventCount;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (story.event(middle)!.t <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

const WANTED: Readonly<Record<Exclude<Landmark, 'node'>, (event: TraceEvent) => boolean>> = {
  drawn: isDrawn,
  fault: (event) => event.k === 'fault.began',
  violation: (event) =>
    (event.k === 'verdict' && event.outcome === 'broken') || (event.k === 'assert' && !event.holds),
};
