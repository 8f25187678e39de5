/** Times as people type them: `1.5s`, `20ms`, `1min`, and as the axis of the diagram writes them: `1:05.200`. */

const UNITS: Readonly<Record<string, number>> = {
  us: 1,
  µs: 1,
  μs: 1,
  ms: 1_000,
  s: 1_000_000,
  min: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

const WITH_UNIT = /^([0-9]+(?:\.[0-9]+)?) ?(us|µs|μs|ms|s|min|h|d)$/;
const CLOCK = /^(?:([0-9]+):)?([0-9]{1,4}):([0-9]{1,2}(?:\.[0-9]+)?)$/;

/** Microseconds; undefined when it is no time. A number without a unit is none: nobody can see which was meant, except 0. */
export function readMoment(text: string): number | undefined {
  if (text === '0') return 0;
  const simple = WITH_UNIT.exec(text);
  if (simple !== null) return Math.round(Number(simple[1]) * UNITS[simple[2]!]! * 1_000) / 1_000;
  const clock = CLOCK.exec(text);
  if (clock === null) return undefined;
  const [, hours = '0', minutes, seconds] = clock;
  return Math.round((Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000_000);
}
