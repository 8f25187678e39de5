/** Widths of text in the fonts that this page really has. */
import { FONT_SIZES, type TextMeasure, type TextStyle } from '../layout/text-measure.ts';

const FONTS: Readonly<Record<TextStyle, { weight: number; family: '--sans' | '--mono' }>> = {
  type: { weight: 650, family: '--sans' },
  detail: { weight: 400, family: '--mono' },
  badge: { weight: 700, family: '--sans' },
  mark: { weight: 400, family: '--sans' },
  note: { weight: 400, family: '--sans' },
  tick: { weight: 400, family: '--mono' },
};
/** Keeps the table of widths from growing with the trace. */
const KEPT_MAX = 20_000;

export function pageMeasure(): TextMeasure {
  const context = document.createElement('canvas').getContext('2d')!;
  const root = getComputedStyle(document.documentElement);
  const kept = new Map<string, number>();
  return (text, style) => {
    const key = `${style}${text}`;
    let width = kept.get(key);
    if (width === undefined) {
      const { weight, family } = FONTS[style];
      context.font = `${weight} ${FONT_SIZES[style]}px ${root.getPropertyValue(family)}`;
      width =
        Math.ceil(context.measureText(text).width * 10) / 10 + (style === 'type' ? text.length * 0.3 : 0);
      if (kept.size >= KEPT_MAX) kept.clear();
      kept.set(key, width);
    }
    return width;
  };
}
