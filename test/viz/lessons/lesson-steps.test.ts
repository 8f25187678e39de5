/** Every step of the lessons about QoS in the page as it is built: what is marked has its time, and no text is halved where the picture begins. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startViewServer, type ViewServer } from '../../../src/cli/view-server.ts';
import type { Lesson } from '../../../viz/lessons/lesson.ts';
import { LESSONS } from '../../../viz/lessons/lessons.ts';
import { repository } from '../../programs.ts';
import { openChromium } from '../viewing.ts';

/** As much of the element of a lesson as is needed. */
interface LessonView {
  seen: number;
  go(stage: string, step?: number): Promise<void>;
}

const built = join(repository, 'dist/viewer');
let browser: Browser;
let server: ViewServer;

beforeAll(async () => {
  if (!existsSync(join(built, 'lessons.html')))
    throw new Error('run "npm run build" first, as "npm test" does');
  server = await startViewServer(built, undefined, 0);
  browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** What is wrong in the picture that is shown. */
const FAULTS = `(() => {
  const root = document.querySelector('amber-lessons').shadowRoot.querySelector('amber-trace').shadowRoot;
  const edge = root.querySelector('.heads').getBoundingClientRect().bottom;
  const faults = [];
  const boxOf = (element) => element.getBoundingClientRect();
  for (const each of root.querySelectorAll('.diagram .label .plate, .diagram .said rect, .tick')) {
    const { top, bottom } = boxOf(each);
    if (top < edge - 3 && bottom > edge + 3) faults.push('halved: ' + (each.closest('.label, .said') ?? each).textContent);
  }
  const head = boxOf(root.querySelector('.playhead')).top;
  const pointer = root.querySelector('.pointer');
  const time = root.querySelector('.tick.marked');
  if (pointer === null || time === null) return [...faults, 'no time of what is marked'];
  const at = boxOf(pointer);
  if (Math.abs((at.top + at.bottom) / 2 - head) > 2) faults.push('its time is elsewhere');
  for (const each of root.querySelectorAll('.diagram .label, .diagram .said')) {
    const { bottom, left, right, top } = boxOf(each);
    if (left < at.right && right > at.left && top < at.bottom && bottom > at.top) faults.push('on the triangle: ' + each.textContent);
  }
  return faults;
})()`;

async function quiet(page: Page): Promise<void> {
  await page.locator('.card[aria-busy=false]').waitFor();
  await page.locator('amber-trace .pane:not([aria-busy])').waitFor();
  await page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
  );
}

/** A way through all that is told of its runs. */
function stepsOf({
  change,
  lack,
  watch,
}: Lesson): readonly (readonly [stage: string, step: number, choice: number])[] {
  const lacking = (lack ?? []).reduce((count, { steps }) => count + steps.length + 1, 0);
  return [
    ...watch.map((_, step) => ['watch', step, -1] as const),
    ...change.choices.flatMap(({ steps }, choice) => steps.map((_, step) => ['see', step, choice] as const)),
    ...Array.from({ length: lacking }, (_, step) => ['lack', step, -1] as const),
  ];
}

describe.each([
  [390, 844],
  [1280, 800],
] as const)('at %i pixels', (width, height) => {
  it.each(LESSONS.filter(({ name }) => name.startsWith('qos-') && name !== 'qos-matrix'))(
    'each step of $name has its time in the margin, beside no words, and a picture that begins with no half of a text',
    async (lesson) => {
      const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
      try {
        const page = await context.newPage();
        await page.goto(`${server.url}lessons.html#${lesson.name}`);
        await quiet(page);
        const view = page.locator('amber-lesson');
        for (const [stage, step, choice] of stepsOf(lesson)) {
          await view.evaluate(
            async (element, [name, at, seen]) => {
              const shown = element as unknown as LessonView;
              if (seen >= 0 && shown.seen !== seen) await shown.go('begin');
              if (seen >= 0) shown.seen = seen;
              await shown.go(name, at);
            },
            [stage, step, choice] as const,
          );
          await quiet(page);
          const where = `${stage} ${choice} ${step}`;
          await expect.poll(() => page.evaluate(FAULTS), { message: where }).toEqual([]);
        }
      } finally {
        await context.close();
      }
    },
  );
});
