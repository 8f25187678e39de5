/** A fault in a few words, as pictures, tables and sentences have it. */
import { printable } from './packet-label.ts';
import { durationText } from './time-text.ts';

/** What a fault is, in the words of its data. */
export function faultText(family: string, target: string, detail: Readonly<Record<string, unknown>>): string {
  const words = Object.keys(detail)
    .sort()
    .map((key) => {
      const value = detail[key];
      if (typeof value === 'number' && /^(for|duration|delay|latency)$|Micros$/.test(key)) {
        return `${key} ${durationText(value)}`;
      }
      return value === true ? key : `${key} ${String(value)}`;
    });
  return [family, target, ...words].map(printable).join(' · ');
}
