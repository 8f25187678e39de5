/** One lesson on a telephone: with answers that are late, and what of it is in sight. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startViewServer, type ViewServer } from '../../../src/cli/view-server.ts';
import { repository } from '../../programs.ts';
import { openChromium } from '../viewing.ts';

describe('a lesson on a telephone', () => {
  let browser: Browser;
  let server: ViewServer;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    server = await startViewServer(join(repository, 'dist/viewer'), undefined, 0);
    browser = await openChromium();
    page = await browser.newPage({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.addInitScript(`localStorage.setItem('amber-lessons', '["qos-2"]')`);
    await page.goto(`${server.url}lessons.html#qos-2`);
    await ready();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const ready = (): Promise<void> => page.locator('.card[aria-busy=false]').waitFor();
  const to = (stage: string): Promise<void> => page.locator('.stages button', { hasText: stage }).click();
  const selected = (): Promise<number> =>
    page.locator('amber-trace').evaluate((viewer) => (viewer as unknown as { selected: number }).selected);

  /** From now on questions of a kind wait, or only the answers to them, until they are let go. Resolves to what lets them. */
  async function hold(
    area: string,
    name: string,
    what: 'questions' | 'answers',
  ): Promise<() => Promise<number>> {
    await page.locator('amber-trace').evaluate(
      (viewer, [area, name, what]) => {
        const { desk } = viewer as unknown as { desk: { ask(...args: unknown[]): Promise<unknown> } };
        const ask = desk.ask.bind(desk);
        let held = 0;
        let open: () => void;
        const gate = new Promise<void>((resolve) => {
          open = resolve;
        });
        desk.ask = async (...args) => {
          if (args[0] !== area || args[1] !== name) return ask(...args);
          held++;
          if (what === 'questions') await gate;
          const answer = await ask(...args);
          await gate;
          return answer;
        };
        const letGo = (): number => {
          desk.ask = ask;
          open();
          return held;
        };
        Object.assign(viewer, { letGo, held: () => held });
      },
      [area, name, what],
    );
    return () =>
      page.locator('amber-trace').evaluate((viewer) => (viewer as unknown as { letGo(): number }).letGo());
  }

  const held = (): Promise<number> =>
    page.locator('amber-trace').evaluate((viewer) => (viewer as unknown as { held(): number }).held());

  /** What was let go is answered. */
  async function settled(): Promise<void> {
    await ready();
    await page.locator('amber-trace').evaluate(async (viewer) => {
      const { desk, trace } = viewer as unknown as {
        desk: { ask(...args: unknown[]): Promise<unknown> };
        trace: number;
      };
      for (let each = 0; each < 3; each++) await desk.ask('jump', 'time', trace, 1);
    });
  }

  it('asks nothing about a run whose trace was closed when one looks inside while the next run is made', async () => {
    await to('Watch');
    await ready();
    const letGo = await hold('traces', 'open', 'questions');
    await to('What if');
    await page.locator('.card .apart').waitFor();
    await page.locator('.inside').click();
    expect(await letGo()).toBe(1);
    await page.locator('amber-inspector .inspector-head').waitFor();
    await settled();
    expect(errors).toEqual([]);
    await page.locator('.inside').click();
  });

  it('asks nothing about a run whose trace was closed when one predicts while the picture before is still filled', async () => {
    await to('Watch');
    await ready();
    await settled();
    const letGo = await hold('jump', 'time', 'questions');
    await to('Predict');
    await page.locator('.which').waitFor();
    await expect.poll(held).toBeGreaterThan(0);
    await page.locator('input[name=change]').first().check();
    await page.locator('input[name=expected]').first().check();
    await page.locator('.card button[type=submit]').click();
    await page.locator('.card[aria-busy=true]').waitFor();
    await letGo();
    await page.locator('.step').waitFor();
    await settled();
    expect(errors).toEqual([]);
    await page.locator('.diagram .arrow.selected[aria-label*=lost]').waitFor({ state: 'attached' });
  });

  it('marks nothing in a run that was meant in the one before', async () => {
    await to('Watch');
    await ready();
    await settled();
    const letGo = await hold('jump', 'time', 'answers');
    await page.locator('.card .next').click();
    await expect.poll(held).toBe(1);
    // The first of its steps is marked, and then nothing that was asked before.
    await page.locator('amber-trace').evaluate((viewer) => {
      const { desk } = viewer as unknown as { desk: object };
      Reflect.deleteProperty(desk, 'ask');
    });
    await to('What if');
    await page.locator('.card .apart').waitFor();
    await settled();
    await page.locator('.diagram .arrow.selected').first().waitFor({ state: 'attached' });
    const before = await selected();
    await letGo();
    await settled();
    expect(await selected()).toBe(before);
  });

  /** Heights between which the picture is seen, and of a packet that was lost; how far the picture is scrolled. */
  const seen = () =>
    page.locator('amber-trace').evaluate(({ shadowRoot }) => {
      const boxOf = (what: string) => shadowRoot!.querySelector(what)!.getBoundingClientRect();
      const lost = boxOf('.diagram .arrow[aria-label*=lost]');
      return {
        from: boxOf('.heads').bottom,
        to: boxOf('.pane').bottom,
        lost: { top: lost.top, bottom: lost.bottom },
        marked: boxOf('.playhead').top,
        scrolled: shadowRoot!.querySelector('.pane')!.scrollTop,
      };
    });

  it('shows a cut beside what comes of it, and moves the picture only for what has no room then', async () => {
    await to('See');
    await page.locator('.counted', { hasText: 'Step 1 of 4' }).waitFor();
    await settled();
    const { scrolled } = await seen();
    for (const step of [1, 2, 3]) {
      await page.locator('.counted', { hasText: `Step ${step} of 4` }).waitFor();
      await settled();
      const now = await seen();
      expect(now.scrolled, `step ${step}`).toBe(scrolled);
      expect(now.lost.top).toBeGreaterThanOrEqual(now.from);
      expect(now.lost.bottom).toBeLessThanOrEqual(now.to);
      expect(now.marked).toBeGreaterThan(now.from);
      expect(now.marked).toBeLessThan(now.to);
      await page.locator('.card .next').click();
    }
    await page.locator('.counted', { hasText: 'Step 4 of 4' }).waitFor();
    await expect.poll(async () => (await seen()).scrolled).toBeGreaterThan(scrolled);
  });

  it('says what an answer was above the buttons, and cuts nothing of the card in two', async () => {
    await to('Predict');
    await page.locator('.which').waitFor();
    await ready();
    await page.locator('input[name=change]').first().check();
    await page.locator('input[name=expected]').nth(1).check();
    await page.locator('.card button[type=submit]').click();
    await page.locator('.said p').waitFor();
    await page.locator('.which').waitFor();
    await ready();
    const bottomOf = async (what: string): Promise<number> => {
      const { y, height } = (await page.locator(what).boundingBox())!;
      return y + height;
    };
    const picture = await bottomOf('div.run');
    const { y: buttons } = (await page.locator('.card .onwards').boundingBox())!;
    expect(await bottomOf('.card .said')).toBeLessThanOrEqual(buttons);
    expect(await bottomOf('.card .onwards')).toBeLessThanOrEqual(844);
    const parts = await page
      .locator('.card h2, .card .task, .card legend, .card label, .card .said')
      .evaluateAll((all) =>
        all.map((part) => part.getBoundingClientRect()).map(({ top, bottom }) => ({ top, bottom })),
      );
    expect(parts.filter(({ top, bottom }) => top < picture && bottom > picture)).toEqual([]);
    // The question and all its answers.
    expect(parts.filter(({ top, bottom }) => top >= picture && bottom <= buttons).length).toBeGreaterThan(4);
  });

  it('says that a picture goes on below and above, and goes there', async () => {
    await to('What if');
    await page.locator('.card .apart').waitFor();
    await settled();
    const below = page.locator('.below');
    await below.waitFor();
    const rest = (): Promise<number> =>
      page
        .locator('amber-trace .pane')
        .evaluate((pane) => pane.scrollHeight - pane.scrollTop - pane.clientHeight);
    const before = await rest();
    expect(before).toBeGreaterThan(48);
    await below.click();
    await expect.poll(rest).toBeLessThan(before);
    await below.waitFor({ state: 'detached' });
    expect(await page.locator('amber-trace .pane:focus').count()).toBe(1);
    const after = await rest();
    await page.getByRole('button', { name: 'earlier in the picture' }).click();
    await expect.poll(rest).toBeGreaterThan(after);
    await below.waitFor();
  });
});
