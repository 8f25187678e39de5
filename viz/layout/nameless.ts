/**
 * Which packets of a window are lines on a canvas, and no shapes of their own. Where there are many all of them are. Among shapes it
 * is what found no room for its words, once that is a crowd: two hundred that leave in one instant, or that only pass through, cannot
 * be told apart anyway, and an element for each is most of what a seek would cost.
 */
import type { Arrow, DisplayList } from './display-list.ts';

/** So many without words are shapes; more of them are lines. */
const NAMELESS_MAX = 40;

export function linesOf({ arrows, tier }: Pick<DisplayList, 'arrows' | 'tier'>): readonly Arrow[] {
  if (tier !== 'shapes') return arrows;
  const nameless = arrows.filter(
    ({ accused, end, label }) => label === undefined && !accused && end === 'arrived',
  );
  return nameless.length > NAMELESS_MAX ? nameless : [];
}
