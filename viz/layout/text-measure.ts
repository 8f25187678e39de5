/**
 * How wide a text will be. A page measures with its own fonts; this table of proportions serves where there is none, and
 * errs on the wide side so that labels do not touch.
 */
export type TextStyle = 'type' | 'detail' | 'badge' | 'mark' | 'note' | 'tick';

/** Width in pixels of `text` in the font of `style`. */
export type TextMeasure = (text: string, style: TextStyle) => number;

/** Font sizes in pixels; the style sheet of the page has the same. */
export const FONT_SIZES: Readonly<Record<TextStyle, number>> = {
  type: 11,
  detail: 11,
  badge: 9,
  mark: 11,
  note: 13,
  tick: 10.5,
};

const NARROW = /[ijl.,:;'|!()[\]/ ft]/;
const WIDE = /[A-Z#@%&mwMW_<>=+~✕→]/;

export const tableMeasure: TextMeasure = (text, style) => {
  const size = FONT_SIZES[style];
  let width = 0;
  for (const character of text) {
    if (style === 'type' || style === 'badge') width += size * 0.78;
    else if (NARROW.test(character)) width += size * 0.4;
    else if (WIDE.test(character)) width += size * 0.85;
    else width += size * 0.64;
  }
  return width;
};

/** `text`, shortened with an ellipsis in its middle until it fits; empty if not even one letter does. */
export function fitText(text: string, style: TextStyle, width: number, measure: TextMeasure): string {
  if (measure(text, style) <= width) return text;
  const letters = [...text];
  let low = 0;
  let high = letters.length - 1;
  let best = '';
  while (low <= high) {
    const kept = (low + high) >>> 1;
    const head = (kept + 1) >>> 1;
    const tail = kept - head;
    const candidate = `${letters.slice(0, head).join('')}…${tail === 0 ? '' : letters.slice(-tail).join('')}`;
    if (kept > 0 && measure(candidate, style) <= width) {
      best = candidate;
      low = kept + 1;
    } else high = kept - 1;
  }
  return best;
}

/** Lines of at most `width` pixels, broken at spaces; a word too long for a line is shortened. At most `linesMax` lines. */
export function wrapText(
  text: string,
  style: TextStyle,
  width: number,
  measure: TextMeasure,
  linesMax: number,
): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && measure(longer, style) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line !== '') lines.push(line);
  if (lines.length > linesMax) {
    const rest = lines.slice(linesMax - 1).join(' ');
    lines.length = linesMax - 1;
    lines.push(rest);
  }
  return lines.map((each) => fitText(each, style, width, measure));
}
