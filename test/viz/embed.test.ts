import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { crowdFixture, plantFixture } from './fixture.ts';
import { openChromium } from './viewing.ts';

const PAGE = `<!doctype html><html lang="en"><head><title>Two traces</title>
<style>h2 { color: rgb(1, 2, 3) } button { color: rgb(4, 5, 6) }</style>
<script type="module" src="some/where/amber-trace.js"></script></head>
<body><h1>Two traces</h1><h2>The page's own</h2><button>Mine</button><input id="mine">
<amber-trace id="plant" src="plant"></amber-trace>
<amber-trace id="crowd" src="crowd" style="height: 340px"></amber-trace>
</body></html>`;

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

const viewer = inject('viewer');
let browser: Browser;
let server: Server;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await openChromium();
  const traces: Readonly<Record<string, string>> = {
    '/plant': plantFixture().text,
    '/crowd': crowdFixture(3, 20).text,
  };
  server = createServer((request, response) => {
    const path = request.url ?? '/';
    const trace = traces[path];
    if (trace !== undefined) response.end(trace);
    else if (path.startsWith('/some/where/')) {
      const name = path.slice('/some/where/'.length);
      response.setHeader('content-type', TYPES[extname(name)] ?? 'text/html');
      response.end(readFileSync(join(viewer, name)));
    } else {
      response.setHeader('content-type', 'text/html');
      response.end(path === '/' ? PAGE : '');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  page = await browser.newPage({ viewport: { width: 1280, height: 1_100 } });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.locator('#plant .diagram .arrow').first().waitFor({ state: 'attached' });
  await page.locator('#crowd .diagram .arrow').first().waitFor({ state: 'attached' });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe('two viewers in a page of somebody else', () => {
  const selected = (id: string): Promise<unknown> =>
    page.locator(`#${id}`).evaluate((viewer) => (viewer as unknown as { selected: number }).selected);

  it('take their styles neither from the page nor to it', async () => {
    const colour = (selector: string): Promise<string> =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => element.ownerDocument.defaultView!.getComputedStyle(element).color);
    expect(await colour('body > h2')).toBe('rgb(1, 2, 3)');
    expect(await colour('body > button')).toBe('rgb(4, 5, 6)');
    expect(await colour('#plant .bar .button')).not.toBe('rgb(4, 5, 6)');
    expect((await page.locator('#crowd').boundingBox())!.height).toBe(340);
  });

  it('read their scripts as what they are, though the page does not say what it is written in', async () => {
    await expect.poll(() => page.locator('#plant amber-help').textContent()).toContain('Ctrl or ⌘');
    expect(await page.evaluate('document.characterSet')).toBe('windows-1252');
    expect(complaints).toEqual([]);
  });

  it('take keys only where they have the focus, each for itself', async () => {
    await page.locator('#mine').focus();
    await page.keyboard.type('v');
    expect(await page.locator('#mine').inputValue()).toBe('v');
    await page.locator('body').press('ArrowRight');
    expect([await selected('plant'), await selected('crowd')]).toEqual([0, 0]);
    await page.locator('#crowd .pane').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => selected('crowd')).toBeGreaterThan(0);
    expect(await selected('plant')).toBe(0);
    await page.locator('#plant .pane').focus();
    await page.keyboard.press('v');
    await expect.poll(() => selected('plant')).toBeGreaterThan(100);
  });

  it('leave the address, the title and the theme of the page alone', async () => {
    expect(page.url()).not.toContain('#');
    expect(await page.title()).toBe('Two traces');
    await page.locator('#plant').getByRole('button', { name: 'Switch to dark theme' }).click();
    expect(await page.locator('#plant').getAttribute('data-theme')).toBe('dark');
    expect(await page.locator('#crowd').getAttribute('data-theme')).toBeNull();
    expect(await page.locator('html').getAttribute('data-theme')).toBeNull();
  });

  it('go when they are taken out, and open another trace when told', async () => {
    await page.locator('#crowd').evaluate((viewer) => viewer.setAttribute('src', 'plant'));
    await page.locator('#crowd h1', { hasText: 'a plant on a bad day' }).waitFor();
    await page.locator('#plant').evaluate((viewer) => viewer.remove());
    // Moved within the page it begins anew.
    await page.locator('#crowd').evaluate((viewer) => viewer.ownerDocument.body.prepend(viewer));
    await page.locator('#crowd .diagram .arrow').first().waitFor({ state: 'attached' });
    await page.locator('#crowd .pane').focus();
    await page.keyboard.press('v');
    await expect.poll(() => selected('crowd')).toBeGreaterThan(100);
    expect(complaints).toEqual([]);
  });
});
