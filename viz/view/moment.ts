/** Where somebody wants to go, in their own words: an event by its number, or a time. */

export type Goal = { event: number } | { time: number };

const UNITS: Readonly<Record<string, number>> = {
  us: 1,
  µs: 1,
  ms: 1_000,
  s: 1_000_000,
  min: 60_000_000,
  h: 3_600_000_000,
};

/** `481` and `#481` are events; `58.6 s`, `20ms`, `1 min 3 s` and `1:02.5` are times. Undefined for anything else. */
export function goalOf(text: string): Goal | undefined {
  const words = text.trim().toLowerCase();
  const event = /^#?(\d{1,9})$/.exec(words);
  if (event !== null) return { event: Number(event[1]) };
  const clock = /^(?:(\d{1,6}):)?(\d{1,6}):(\d{1,2}(?:\.\d{1,6})?)$/.exec(words);
  if (clock !== null) {
    const [hours, minutes, seconds] = [clock[1] ?? '0', clock[2]!, clock[3]!].map(Number);
    return { time: Math.round((hours! * 3_600 + minutes! * 60 + seconds!) * 1_000_000) };
  }
  const parts = [...words.matchAll(/(\d{1,9}(?:\.\d{1,9})?)\s*(us|µs|ms|s|min|h)(?![a-z])/g)];
  if (
    parts.length === 0 ||
    words.replace(/(\d{1,9}(?:\.\d{1,9})?)\s*(us|µs|ms|s|min|h)(?![a-z])/g, '').trim() !== ''
  ) {
    return undefined;
  }
  let time = 0;
  for (const [, amount, unit] of parts) time += Number(amount) * UNITS[unit!]!;
  return { time: Math.round(time) };
}
