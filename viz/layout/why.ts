/**
 * Why did this happen? The causes of an event, back to the script.
 */
import type { TraceEvent } from '../../src/trace/event.ts';
import type { Story } from '../index/story.ts';

/** A chain is followed at most this far back; `whole` says whether that was enough. */
export const CHAIN_MAX = 200;

export interface Chain {
  /** From the root stimulus to the event itself. */
  events: TraceEvent[];
  whole: boolean;
}

/** An ordinal of a cause is below that of its effect, so a chain cannot run in circles. */
export function whyChain(story: Story, event: TraceEvent): Chain {
  const events: TraceEvent[] = [event];
  let at = event;
  while (at.c > 0) {
    if (events.length === CHAIN_MAX) return { events: events.reverse(), whole: false };
    const cause = story.event(at.c);
    if (cause === undefined || cause.i >= at.i) break;
    events.push(cause);
    at = cause;
  }
  return { events: events.reverse(), whole: true };
}
