/**
 * Why did this happen? The causes of an event, back to the script; and what it led to.
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

/** What an event is the nearest recorded cause of, and how many there are. */
export interface Effects {
  /** The first of them, in their order. */
  events: TraceEvent[];
  count: number;
}

export function effectsOf(story: Story, ordinal: number, most: number): Effects {
  const events: TraceEvent[] = [];
  let count = 0;
  const { cause } = story.events;
  for (let later = cause.indexOf(ordinal, ordinal); later >= 0 && later < story.eventCount; ) {
    if (count < most) events.push(story.event(later + 1)!);
    count++;
    later = cause.indexOf(ordinal, later + 1);
  }
  return { events, count };
}
