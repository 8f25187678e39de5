/** What is said of a packet beside its arrow, in as many words as there is room for. */
import type { Span } from './display-list.ts';
import type { LabelPart } from './packet-label.ts';
import { LETTERS_MIN } from './places.ts';
import { fitText, type TextMeasure, type TextStyle } from './text-measure.ts';

const SPAN_AIR = 5;
const SPAN_AIR_NARROW = 3;
const BADGE_PADDING = 3;

/** Ways to say what a packet is, the best first. */
export const VARIANTS = ['full', 'plain', 'named', 'short', 'alone', 'bare'] as const;
export type Variant = (typeof VARIANTS)[number];

/** Parts as spans of at most `room` pixels; undefined if even what must be said does not fit. */
export function spansOf(
  all: readonly LabelPart[],
  variant: Variant,
  room: number,
  measure: TextMeasure,
): Span[] | undefined {
  const brief = variant === 'short' || variant === 'bare';
  const named = variant === 'named';
  const textOf = ({ short, style, text }: LabelPart): string =>
    brief || (named && style !== 'type') ? (short ?? text) : text;
  // Where nothing else fits, the type and the identifier still tell a packet from its neighbours; rather than its QoS, its type is said whole.
  const few = variant === 'bare' || variant === 'alone';
  const parts =
    few || named
      ? all.filter(({ style, text }) => style === 'type' || text[0] === '#' || (named && style !== 'detail'))
      : all;
  const air = named ? SPAN_AIR_NARROW : SPAN_AIR;
  let needed = -air;
  for (const part of parts) {
    if (part.yields !== true) needed += spanWidth(textOf(part), part.style, measure) + air;
  }
  if (needed > room) return undefined;
  const spans: Span[] = [];
  let left = room - needed;
  let dx = 0;
  for (const part of parts) {
    let text = textOf(part);
    if (part.yields === true) {
      if (variant !== 'full') continue;
      const most = left - air;
      text = fitText(text, part.style, most, measure);
      if ([...text].length < Math.min(LETTERS_MIN, [...part.text].length)) continue;
      left -= spanWidth(text, part.style, measure) + air;
    }
    const width = spanWidth(text, part.style, measure);
    spans.push({ text, style: part.style, dx, width });
    dx += width + air;
  }
  return spans.length === 0 ? undefined : spans;
}

function spanWidth(text: string, style: TextStyle, measure: TextMeasure): number {
  return measure(text, style) + (style === 'badge' ? 2 * BADGE_PADDING : 0);
}

/** From the first letter to the last. */
export function widthOf(spans: readonly Span[]): number {
  const last = spans[spans.length - 1]!;
  return last.dx + last.width;
}
