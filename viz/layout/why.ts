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

/** The ordinals of all causes of an event, from the root stimulus to the event itself: as many as there are. */
export function causesOf({ events }: Story, ordinal: number): number[] {
  const causes: number[] = [];
  for (let at = ordinal; at > 0; at = events.cause[at - 1]!) causes.push(at);
  return causes.reverse();
}

/** Causes that are told, each with how many before it are left out. */
export interface ToldCause {
  ordinal: number;
  skipped: number;
}

/** A run of the same at one node in one instant is told by its first and its last. */
const RUN_MIN = 4;
const BEGINNING_TOLD = 20;
const END_TOLD = 60;

/** What of a chain people read: it may have thousands of steps, and always begins and ends where the chain does. */
export function toldCauses(story: Story, causes: readonly number[]): ToldCause[] {
  const { kind, node, time } = story.events;
  const alike = (one: number, other: number): boolean =>
    kind[one - 1] === kind[other - 1] &&
    node[one - 1] === node[other - 1] &&
    time[one - 1] === time[other - 1];
  const told: ToldCause[] = [];
  for (let at = 0; at < causes.length; ) {
    let after = at + 1;
    while (after < causes.length && alike(causes[at]!, causes[after]!)) after++;
    const run = causes.slice(at, after);
    if (run.length < RUN_MIN) for (const ordinal of run) told.push({ ordinal, skipped: 0 });
    else told.push({ ordinal: run[0]!, skipped: 0 }, { ordinal: run.at(-1)!, skipped: run.length - 2 });
    at = after;
  }
  if (told.length <= BEGINNING_TOLD + END_TOLD) return told;
  const left = told.slice(BEGINNING_TOLD, -END_TOLD);
  const end = told.slice(-END_TOLD);
  const skipped = left.reduce((sum, each) => sum + 1 + each.skipped, 0);
  return [
    ...told.slice(0, BEGINNING_TOLD),
    { ordinal: end[0]!.ordinal, skipped: end[0]!.skipped + skipped },
    ...end.slice(1),
  ];
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
