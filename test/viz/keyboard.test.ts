import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { crowdFixture, plantFixture } from './fixture.ts';
import { Viewing } from './viewing.ts';

const plant = plantFixture();
const viewing = new Viewing();
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'amber-keyboard-'));
  await viewing.start();
});

afterAll(async () => {
  await viewing.end();
  rmSync(directory, { recursive: true, force: true });
});

const inspected = (page: Page): Promise<string | null> =>
  page.locator('.panel:not([hidden]) .inspector-body').getAttribute('data-event');

it('a reader without a pointer loads, plays, steps, filters, jumps, copies the link and exports', async () => {
  const page = await viewing.open(crowdFixture(2, 4).text);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const path = join(directory, 'plant.amber.jsonl');
  writeFileSync(path, plant.text);
  const choosing = page.waitForEvent('filechooser');
  // The page has to know that its choosers are answered here before the key opens one, and nothing awaits that it does.
  await page.evaluate('');
  await page.keyboard.press('o');
  await (await choosing).setFiles(path);
  await page.locator('h1', { hasText: 'a plant on a bad day' }).waitFor();
  await page.locator('.diagram .arrow').first().waitFor({ state: 'attached' });

  const clock = page.locator('.clock');
  await page.keyboard.press('p');
  await page.keyboard.press(' ');
  await expect.poll(() => inspected(page)).toMatch(/^\d+$/);
  await page.keyboard.press(' ');
  const paused = await clock.textContent();
  await page.keyboard.press('End');
  expect(await clock.textContent()).not.toBe(paused);

  const publish = plant.events.find((event) => event.k === 'packet.sent' && event.bytes[0]! >> 4 === 3)!;
  await page.keyboard.press('g');
  await page.keyboard.type(`${publish.i}`);
  await page.keyboard.press('Enter');
  await expect.poll(() => inspected(page)).toBe(`${publish.i}`);
  // Along the exchange: its own arrival is next, and [ leads back.
  await page.keyboard.press(']');
  const arrival = plant.events.find((event) => event.k === 'packet.received' && event.of === publish.i)!;
  await expect.poll(() => inspected(page)).toBe(`${arrival.i}`);
  await page.keyboard.press('[');
  await expect.poll(() => inspected(page)).toBe(`${publish.i}`);

  await page.keyboard.press('/');
  await page.keyboard.type('lost');
  await page.keyboard.press('Enter');
  await page.locator('[data-count=matched]').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('v');
  const verdict = plant.events.find((event) => event.k === 'verdict')!;
  await expect.poll(() => inspected(page)).toBe(`${verdict.i}`);

  await page.keyboard.press('y');
  await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toContain(`event=${verdict.i}`);
  const download = page.waitForEvent('download');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('mermaid');
  await page.keyboard.press('Enter');
  expect((await download).suggestedFilename()).toBe('plant.mmd');
  expect(viewing.complaints).toEqual([]);
});

it('a link that is opened in a fresh profile restores event, view, filter, window and panel', async () => {
  const page = await viewing.open(plant.text);
  await page.keyboard.press('/');
  await page.keyboard.type('qos:2');
  await page.keyboard.press('Enter');
  await page.locator('[data-count=matched]').waitFor();
  await page.locator('.pane').focus();
  await page.keyboard.press('n');
  await page.keyboard.press('c');
  await expect.poll(() => inspected(page)).toMatch(/^\d+$/);
  const event = await inspected(page);
  await page.keyboard.press('z');
  await expect.poll(() => page.url()).toMatch(/window=\d+-\d+/);
  await expect.poll(() => page.url()).toContain('panel=why');
  const link = page.url();
  const window = /window=(\d+)-(\d+)/.exec(link)!;

  const fresh = await viewing.visit(link);
  await fresh.locator('.diagram .arrow').first().waitFor({ state: 'attached' });
  await expect.poll(() => inspected(fresh)).toBe(event);
  expect(await fresh.getByRole('combobox', { name: 'Filter' }).inputValue()).toBe('qos:2');
  expect(await fresh.getByRole('tab', { name: 'Why' }).getAttribute('aria-selected')).toBe('true');
  await expect.poll(() => fresh.url()).toMatch(/window=\d+-\d+/);
  const again = /window=(\d+)-(\d+)/.exec(fresh.url())!;
  const span = Number(window[2]) - Number(window[1]);
  expect(Math.abs(Number(again[1]) - Number(window[1]))).toBeLessThanOrEqual(0.1 * span);
  expect(Math.abs(Number(again[2]) - Number(window[2]))).toBeLessThanOrEqual(0.1 * span);
  await fresh.keyboard.press('t');
  await fresh.locator('amber-table [role=row]').first().waitFor();
  await expect.poll(() => fresh.url()).toContain('view=table');
  const third = await viewing.visit(fresh.url());
  await third.locator('amber-table [role=row]').first().waitFor();
});
