/**
 * How wide a text will be. A page measures with its own fonts; where there is none, as in a picture that anybody may open
 * anywhere, a table of widths serves.
 */
import { BOLD_WIDTHS, REGULAR_WIDTHS } from './font-widths.ts';

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

const BOLD: Readonly<Record<TextStyle, boolean>> = {
  type: true,
  detail: false,
  badge: true,
  mark: false,
  note: false,
  tick: false,
};
const MONOSPACED: Readonly<Record<TextStyle, boolean>> = {
  type: false,
  detail: true,
  badge: false,
  mark: false,
  note: false,
  tick: true,
};
/** Thousandths of the size of the font, of every letter. */
const MONOSPACED_WIDTH = 602;
/** Types of packets are set a little apart: pixels after each letter. */
export const TYPE_SPACING = 0.3;

/** In DejaVu Sans and DejaVu Sans Mono; Verdana and Menlo are no wider, and other fonts of a page are narrower. */
export const tableMeasure: TextMeasure = (text, style) => {
  const widths = BOLD[style] ? BOLD_WIDTHS : REGULAR_WIDTHS;
  let thousandths = 0;
  let letters = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0)!;
    thousandths += MONOSPACED[style] && code < WIDE_FROM ? MONOSPACED_WIDTH : widthOf(code, widths);
    letters++;
  }
  return (thousandths * FONT_SIZES[style]) / 1000 + (style === 'type' ? letters * TYPE_SPACING : 0);
};

/** From here on letters are as wide as the font is high, or wider: ideographs, and pictures beyond the first plane. */
const WIDE_FROM = 0x2e80;
const PICTURES_FROM = 0x10000;
const ELLIPSIS = 0x2026;

/** What the table has not is taken for as wide as wide letters are. */
function widthOf(code: number, widths: readonly number[]): number {
  const known = widths[code - 0x20];
  if (known !== undefined) return known;
  if (code >= 0x300 && code < 0x370) return 0;
  if (code >= PICTURES_FROM) return 1300;
  return code >= WIDE_FROM || code === ELLIPSIS ? 1000 : 800;
}

/** `text`, shortened with an ellipsis in its middle or at its end until it fits; empty if not even one letter does. */
export function fitText(
  text: string,
  style: TextStyle,
  width: number,
  measure: TextMeasure,
  cut: 'middle' | 'end' = 'middle',
): string {
  if (measure(text, style) <= width) return text;
  const letters = [...text];
  let low = 0;
  let high = letters.length - 1;
  let best = '';
  while (low <= high) {
    const kept = (low + high) >>> 1;
    const head = cut === 'end' ? kept : (kept + 1) >>> 1;
    const tail = kept - head;
    const candidate = `${letters.slice(0, head).join('')}…${tail === 0 ? '' : letters.slice(-tail).join('')}`;
    if (kept > 0 && measure(candidate, style) <= width) {
      best = candidate;
      low = kept + 1;
    } else high = kept - 1;
  }
  return best;
}

/** Lines of at most `width` pixels, broken at spaces; a word too long for a line is shortened. Of what needs more than `linesMax` lines the end is left out. */
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
  if (lines.length <= linesMax) return lines.map((each) => fitText(each, style, width, measure));
  const shown = lines.slice(0, linesMax - 1).map((each) => fitText(each, style, width, measure));
  return [...shown, fitText(lines.slice(linesMax - 1).join(' '), style, width, measure, 'end')];
}
