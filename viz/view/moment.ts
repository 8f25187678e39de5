/** Where somebody wants to go, in their own words: an event by its number, or a time. */
import { readMoment } from '../filter/moment.ts';

export type Goal = { event: number } | { time: number };

/** `481` and `#481` are events; `58.6 s`, `20ms` and `1:02.5` are times. Undefined for anything else. */
export function goalOf(text: string): Goal | undefined {
  const words = text.trim();
  const event = /^#?(\d{1,9})$/.exec(words);
  if (event !== null) return { event: Number(event[1]) };
  const time = readMoment(words);
  return time === undefined ? undefined : { time: Math.round(time) };
}
