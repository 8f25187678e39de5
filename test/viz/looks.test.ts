/** Every view and panel, in both themes and at the width of a desk, a tablet and a telephone, and at twice its size: one page for all. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFaults, COLOURS } from './axe.ts';
import { plantFixture } from './fixture.ts';
import { Viewing } from './viewing.ts';

const VIEWS = ['sequence', 'topology', 'table', 'compare'] as const;
const PANELS = ['bytes', 'state', 'why', 'message', 'raw', 'promises'] as const;

/** For axe, within the shadow. */
const PANEL = `{ include: [{ fromShadowDom: ['amber-trace', '.panel'] }] }`;

const plant = plantFixture();
const packet = plant.events.find((event) => event.k === 'packet.sent' && event.bytes[0]! >> 4 === 3)!;
const viewing = new Viewing();
let page: Page;

beforeAll(async () => {
  await viewing.start();
  page = await viewing.open(plant.text, { width: 1_440, height: 900 });
});
afterAll(() => viewing.end());

/** Lets the page show something else, and waits until it is drawn. */
async function set(state: Record<string, unknown>): Promise<void> {
  await page.locator('amber-trace').evaluate(async (viewer, values) => {
    Object.assign(viewer, values);
    await (viewer as unknown as { updateComplete: Promise<unknown> }).updateComplete;
    const page = viewer.ownerDocument.defaultView!;
    await new Promise((resolve) => page.requestAnimationFrame(() => page.requestAnimationFrame(resolve)));
  }, state);
}

/** What of the page cannot be seen at its width: the page itself, and controls that reach over an edge of it. */
function overflowing(): Promise<string[]> {
  return page.locator('amber-trace').evaluate((viewer) => {
    const root = viewer.shadowRoot!;
    const { documentElement } = viewer.ownerDocument;
    const wide = [documentElement, root.querySelector('main')!]
      .filter((each) => each.scrollWidth > each.clientWidth + 1)
      .map((each) => `${each.tagName} is ${each.scrollWidth} wide`);
    const controls = [...root.querySelectorAll('.bar, .tools, .foot, .panel > .close, .tabs')].flatMap(
      (bar) => [
        bar,
        ...bar.querySelectorAll('button, input:not(.visually-hidden), select, summary, label.button'),
      ],
    );
    const beyond = controls.filter((each) => {
      const { left, right, width } = each.getBoundingClientRect();
      return width > 0 && (left < -1 || right > documentElement.clientWidth + 1);
    });
    return [...wide, ...beyond.map((each) => `${each.outerHTML.slice(0, 80)} reaches over the edge`)];
  });
}

describe.each([
  [1_440, 900],
  [1_024, 768],
  [390, 844],
] as const)('at a width of %i pixels', (width, height) => {
  it.each(['light', 'dark'] as const)(
    'nothing is cut off, wrong for axe or complained of, %s',
    async (theme) => {
      const look = theme === 'light' ? {} : { rules: COLOURS };
      await page.setViewportSize({ width, height });
      for (const view of VIEWS) {
        await set({ theme, view, panel: 'bytes', selected: 0, time: packet.t });
        await page.locator(`.picture > amber-${view} > *`).first().waitFor();
        expect.soft([view, ...(await axeFaults(page, look)), ...(await overflowing())]).toEqual([view]);
      }
      for (const panel of PANELS) {
        await set({ theme, view: 'sequence', panel, selected: packet.i });
        const shown = panel === 'promises' ? '.promises-body .rule' : '#inspector-panel > *';
        await page.locator(shown).first().waitFor();
        // What stands in a panel is the same at every width.
        const found = width === 1_440 ? await axeFaults(page, { ...look, context: PANEL }) : [];
        expect.soft([panel, ...found, ...(await overflowing())]).toEqual([panel]);
      }
      expect(viewing.complaints).toEqual([]);
    },
  );
});

describe('at twice its size', () => {
  it('every control can be reached and is seen when it is', async () => {
    // A window of 1280 by 800, as a browser shows it at 200 %.
    await page.setViewportSize({ width: 640, height: 400 });
    for (const view of VIEWS) {
      await set({ theme: 'light', view, panel: 'bytes', selected: view === 'sequence' ? packet.i : 0 });
      expect.soft([view, ...(await overflowing())]).toEqual([view]);
      const unseen = await page.locator('amber-trace').evaluate(async (viewer) => {
        const root = viewer.shadowRoot!;
        const { defaultView } = viewer.ownerDocument;
        const controls = [
          ...root.querySelectorAll(
            '.bar :is(button, a, summary), .tools :is(button, input, select), .tabs [aria-selected=true]',
          ),
        ].filter(
          (each) =>
            each.checkVisibility() &&
            !each.matches(':disabled') &&
            each.closest('details:not([open]) ul') === null,
        );
        const hidden: string[] = [];
        for (const control of controls) {
          control.focus();
          await new Promise((resolve) => defaultView!.requestAnimationFrame(resolve));
          const { left, top, width, height } = control.getBoundingClientRect();
          const there = root.elementFromPoint(left + width / 2, top + height / 2);
          if (there === null || !(control.contains(there) || there.contains(control)))
            hidden.push(control.outerHTML.slice(0, 90));
        }
        return controls.length < 10 ? ['too few controls'] : hidden;
      });
      expect.soft([view, ...unseen]).toEqual([view]);
      // What is looked at has room beside its bars.
      const share = await page.$eval(
        '.picture > :first-child',
        (shown) => shown.clientHeight / shown.ownerDocument.documentElement.clientHeight,
      );
      expect.soft(share).toBeGreaterThan(0.4);
    }
    expect(viewing.complaints).toEqual([]);
  });
});
