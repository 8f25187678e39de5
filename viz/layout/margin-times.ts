/** What stands in the margin: when things happen, and how long nothing does. */
import type { DisplayList, Tick } from './display-list.ts';

/** A text in the margin: when something happened, how long nothing did, or when what is marked is. */
export interface Time extends Tick {
  is: 'time' | 'gap' | 'marked';
}

/** Letters of a length of time for which the margin of a telephone has hardly room. */
const LONG = 7;
/** And for which there is room alone. */
const LONGEST = 8;
/** Between the two lines of a stretch that says more than its length, from its middle. */
const LIFT = 7;
/** Between two texts: nearer than this to one that is marked there is no other. */
const AIR = 13;

/** @param marked what has its time in any case, and a triangle that points at it. */
export function timesOf({ gaps, ticks }: DisplayList, marked: readonly Tick[]): Time[] {
  const times: Time[] = ticks.map((tick) => ({ ...tick, is: 'time' }));
  for (const { pings, text, y1, y2 } of gaps) {
    const y = Math.round((y1 + y2) / 2);
    const lift = pings > 0 ? LIFT : 0;
    const dots = text.length > LONGEST ? '' : text.length > LONG ? '⋯' : '⋯ ';
    times.push({ y: y - lift, text: `${dots}${text}`, is: 'gap' });
    if (pings > 0) times.push({ y: y + lift, text: `${pings} PINGs`, is: 'gap' });
  }
  const away = times.filter(({ y }) => marked.every((each) => Math.abs(each.y - y) >= AIR));
  return [...away, ...marked.map((each): Time => ({ ...each, is: 'marked' }))];
}
