/**
 * Times and durations as people read them. Everything here takes whole microseconds.
 */

const MILLISECOND = 1_000;
const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A decimal fraction without trailing zeros: `1.5`, `20`, `0.034`. */
function decimal(micros: number, unit: number, places: number): string {
  let scale = 1;
  for (let place = 0; place < places; place++) scale *= 10;
  const whole = Math.round((micros / unit) * scale);
  const digits = `${whole % scale}`.padStart(places, '0').replace(/0+$/, '');
  return `${Math.floor(whole / scale)}${digits === '' ? '' : `.${digits}`}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

/** How long something took, at the precision that matters: `250 µs`, `20.5 ms`, `58.3 s`, `1 min 5 s`, `2 h 3 min`. */
export function durationText(micros: number): string {
  const length = Math.max(0, micros);
  if (length < MILLISECOND) return `${length} µs`;
  if (length < 10 * MILLISECOND) return `${decimal(length, MILLISECOND, 2)} ms`;
  if (length < SECOND) return `${decimal(length, MILLISECOND, 1)} ms`;
  if (length < 10 * SECOND) return `${decimal(length, SECOND, 2)} s`;
  if (length < MINUTE) return `${decimal(length, SECOND, 1)} s`;
  if (length < HOUR) {
    const seconds = Math.round(length / SECOND);
    const rest = seconds % 60;
    return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
  }
  const minutes = Math.round(length / MINUTE);
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** A moment on the time axis: `20.5 ms`, `12.345 s`, `1:05.200`, `2:03:04.500`. */
export function momentText(micros: number): string {
  if (micros < SECOND)
    return micros === 0 ? '0' : `${decimal(micros, MILLISECOND, micros < 10 * MILLISECOND ? 2 : 1)} ms`;
  const millis = Math.round(micros / MILLISECOND);
  const fraction = `${millis % 1000}`.padStart(3, '0');
  const seconds = Math.floor(millis / 1000);
  if (seconds < 60) return `${seconds}.${fraction} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}.${fraction}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}.${fraction}`;
}

/** A moment to the microsecond, for the panel that must not round: `12.345 678 s`. */
export function exactText(micros: number): string {
  const seconds = Math.floor(micros / SECOND);
  const fraction = `${micros % SECOND}`.padStart(6, '0');
  return `${seconds}.${fraction.slice(0, 3)} ${fraction.slice(3)} s`;
}
