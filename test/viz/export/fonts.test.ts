import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPicture } from '../../../viz/export/picture.ts';
import type { Story } from '../../../viz/index/story.ts';
import { readStory } from '../../../viz/index/trace-index.ts';
import { tableMeasure } from '../../../viz/layout/text-measure.ts';
import { program } from '../../programs.ts';
import { plantFixture } from '../fixture.ts';
import { openChromium } from '../viewing.ts';
import { hostileStory } from './traces.ts';

/** Letters of every width, and some that the table does not have. */
const TEXTS = [
  'PUBLISH',
  'q2 #7',
  'plant/1/temperature',
  'iiiillll....',
  'MMMWWW@@%%',
  'größer',
  '漢字',
  'connection timed out',
  '…',
];

/** In the page: the widths of each text in the fonts of a picture; undefined where it has not got them. */
const MEASURING = `(() => {
  const pen = document.createElement('canvas').getContext('2d');
  const widthIn = (font, text) => {
    pen.font = font;
    return pen.measureText(text).width;
  };
  if (widthIn('11px "DejaVu Sans", monospace', 'MMM') === widthIn('11px monospace', 'MMM')) return undefined;
  return ${JSON.stringify(TEXTS)}.map((text) => ({
    text,
    mark: widthIn('11px "DejaVu Sans"', text),
    note: widthIn('13px "DejaVu Sans"', text),
    badge: widthIn('700 9px "DejaVu Sans"', text),
    detail: widthIn('11px "DejaVu Sans Mono"', text),
  }));
})()`;

/** In the page: labels that are wider than their plates. */
const OVERFLOWING = `[...document.querySelectorAll('.label')].flatMap((label) => {
  const ends = [...label.querySelectorAll('text')].map(
    (text) => Number(text.getAttribute('x')) + text.getComputedTextLength(),
  );
  const room = Number(label.querySelector('.plate').getAttribute('width'));
  return Math.max(...ends) > room ? [label.textContent + ': ' + Math.max(...ends) + ' in ' + room] : [];
})`;

describe.skipIf(program('chromium') === undefined)('the widths of a picture', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser.close());

  it('are those of its fonts, and never less', async (context) => {
    const page = await browser.newPage();
    const widths = (await page.evaluate(MEASURING)) as Record<string, number | string>[] | undefined;
    await page.close();
    // What it is measured against is not on this machine.
    if (widths === undefined) return context.skip('no font DejaVu Sans');
    for (const { text: letters, ...real } of widths) {
      const text = `${letters}`;
      for (const style of ['mark', 'note', 'badge', 'detail'] as const) {
        const said = tableMeasure(text, style);
        // Fractions of a pixel are rounded by the browser for each letter.
        expect(said, `${text} as ${style}`).toBeGreaterThan(Number(real[style]) - 0.06 * text.length - 0.5);
        if (/^[ -~]+$/.test(text))
          expect(said, `${text} as ${style}`).toBeLessThan(Number(real[style]) * 1.05 + 1);
      }
    }
  });

  it.for([
    ['of a plant', readStory(plantFixture()) as Story] as const,
    ['with hostile names', hostileStory()] as const,
  ])('keep every label within its plate in the picture %s', async ([, story], context) => {
    const page = await browser.newPage();
    if ((await page.evaluate(MEASURING)) === undefined) return context.skip('no font DejaVu Sans');
    await page.setContent(`<body>${drawPicture(story, { theme: 'light' }).svg}</body>`);
    const over = await page.evaluate(OVERFLOWING);
    expect(over).toEqual([]);
    await page.close();
  });
});
