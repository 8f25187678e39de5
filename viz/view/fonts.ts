/** The fonts of an element, as the worker needs them to measure. */
import { FONT_SIZES, type TextStyle } from '../layout/text-measure.ts';

const FONTS: Readonly<Record<TextStyle, { weight: number; family: '--sans' | '--mono' }>> = {
  type: { weight: 650, family: '--sans' },
  detail: { weight: 400, family: '--mono' },
  badge: { weight: 700, family: '--sans' },
  mark: { weight: 400, family: '--sans' },
  note: { weight: 400, family: '--sans' },
  tick: { weight: 400, family: '--mono' },
};

export function fontsOf(element: Element): Record<TextStyle, string> {
  const root = getComputedStyle(element);
  const fonts = {} as Record<TextStyle, string>;
  for (const style of Object.keys(FONTS) as TextStyle[]) {
    const { weight, family } = FONTS[style];
    fonts[style] = `${weight} ${FONT_SIZES[style]}px ${root.getPropertyValue(family)}`;
  }
  return fonts;
}
