/** Runs of a lesson and what is asked about them, one after the other: alone, and in the page with answers that are late. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startViewServer, type ViewServer } from '../../../src/cli/view-server.ts';
import { Turns } from '../../../viz/lessons/view/turns.ts';
import { repository } from '../../programs.ts';
import { openChromium } from '../viewing.ts';

describe('turns', () => {
  it('come one after the other, also after one that failed', async () => {
    const turns = new Turns();
    const told: string[] = [];
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const first = turns.take(async () => {
      told.push('first begins');
      await ended;
      told.push('first ends');
      return 1;
    });
    const second = turns.take(async () => {
      told.push('second');
      throw new Error('no run');
    });
    const third = turns.take(async () => told.push('third'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual(['first begins']);
    end();
    expect(await first).toBe(1);
    await expect(second).rejects.toThrow('no run');
    await third;
    expect(told).toEqual(['first begins', 'first ends', 'second', 'third']);
  });
});

describe('a lesson whose answers are late', () => {
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

  it('asks nothing about a run whose trace was closed: one looks inside while the next run is made', async () => {
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

  it('asks nothing about a run whose trace was closed: one predicts while the picture before is still filled', async () => {
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
});
