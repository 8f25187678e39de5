/** Which part of a trace a picture is of: the whole, when it is short enough; a time; or what an event is about. */
import { counted } from '../../src/trace/counted.ts';
import type { Story } from '../index/story.ts';
import { momentText } from '../layout/time-text.ts';
import { excerptOf, ordinalsAbout, ordinalsOfActors } from './excerpt.ts';

/** More packets than this are not drawn unless somebody names the part. */
export const PACKETS_MAX = 150;
/** Of an excerpt about one event. */
export const EXCERPT_PACKETS_MAX = 30;

/** Times in microseconds, both included. With none of them it is the whole, or what matters most of it. */
export interface StretchChoice {
  from?: number | undefined;
  to?: number | undefined;
  /** The ordinal of a verdict, a packet or whatever else. */
  about?: number | undefined;
}

export interface Stretch {
  /** The whole trace, or an excerpt of it. */
  story: Story;
  from: number;
  to: number;
  /** The event of the whole trace that an excerpt is about. */
  about: number | undefined;
}

export function stretchOf(whole: Story, { from, to, about }: StretchChoice): Stretch {
  if (about !== undefined) return stretchAbout(whole, about);
  if (from !== undefined || to !== undefined) {
    return stretchOfTime(whole, from ?? 0, to ?? Number.POSITIVE_INFINITY);
  }
  if (whole.flightCount <= PACKETS_MAX) {
    return { story: whole, from: 0, to: Number.POSITIVE_INFINITY, about };
  }
  const broken = firstBroken(whole);
  if (broken !== undefined) return stretchAbout(whole, broken);
  return stretchOfTime(whole, 0, departureOf(whole, PACKETS_MAX));
}

/** What happened in a time, to those who took part in it. */
function stretchOfTime(whole: Story, from: number, to: number): Stretch {
  return { story: excerptOf(whole, ordinalsOfActors(whole, from, to)), from, to, about: undefined };
}

function stretchAbout(whole: Story, about: number): Stretch {
  const { events, flights, flightCount } = whole;
  const kept = ordinalsAbout(whole, about, EXCERPT_PACKETS_MAX);
  if ([...kept].some((ordinal) => events.flight[ordinal - 1]! >= 0)) {
    return { story: excerptOf(whole, kept), from: 0, to: Number.POSITIVE_INFINITY, about };
  }
  // What a script asserts is about no packet: what came before it has to do.
  let before = 0;
  while (before < flightCount && flights.sent[before]! <= about) before++;
  const first = Math.max(0, before - EXCERPT_PACKETS_MAX);
  return stretchOfTime(whole, first < before ? departureOf(whole, first) : 0, events.time[about - 1] ?? 0);
}

function firstBroken({ remarks }: Story): number | undefined {
  return remarks.find(
    (remark) => remark.k === 'assert' || (remark.k === 'verdict' && remark.outcome === 'broken'),
  )?.i;
}

function departureOf({ events, flights }: Story, flight: number): number {
  return events.time[flights.sent[flight]! - 1]!;
}

/** What a picture with so many packets leaves out, as a sentence without a full stop; undefined when it has all. */
export function leftOutOf(whole: Story, { about, from, to }: Stretch, shown: number): string | undefined {
  const all = counted(whole.flightCount, 'packet');
  const event = about === undefined ? undefined : whole.event(about);
  if (event !== undefined) {
    const what = event.k === 'verdict' ? `the ${event.outcome} promise at` : 'what happened at';
    return `an excerpt about ${what} ${momentText(event.t)}: ${shown} of ${all}`;
  }
  const end = whole.eventCount === 0 ? 0 : whole.events.time[whole.eventCount - 1]!;
  if (shown === whole.flightCount && from === 0 && to >= end) return undefined;
  return `${momentText(from)} to ${momentText(Math.min(to, end))} of ${momentText(end)}: ${shown} of ${all}`;
}
