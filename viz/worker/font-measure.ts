/** Widths of text in the fonts that the page has. */
import { type TextMeasure, type TextStyle, TYPE_SPACING } from '../layout/text-measure.ts';

/** Keeps the table of widths from growing with the trace. */
const KEPT_MAX = 20_000;

export function measureWith(fonts: Readonly<Record<TextStyle, string>>): TextMeasure {
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  const kept = new Map<string, number>();
  return (text, style) => {
    const key = `${style}${text}`;
    let width = kept.get(key);
    if (width === undefined) {
      context.font = fonts[style];
      width =
        Math.ceil(context.measureText(text).width * 10) / 10 +
        (style === 'type' ? text.length * TYPE_SPACING : 0);
      if (kept.size >= KEPT_MAX) kept.clear();
      kept.set(key, width);
    }
    return width;
  };
}
