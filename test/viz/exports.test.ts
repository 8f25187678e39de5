import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTrace } from '../../src/trace/index.ts';
import { pcapngOf } from '../../src/trace/pcapng.ts';
import { plantFixture } from './fixture.ts';
import { Viewing } from './viewing.ts';

const plant = plantFixture();
const viewing = new Viewing();
let directory: string;
let page: Page;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'amber-exports-'));
  await viewing.start();
  page = await viewing.open(plant.text);
});

afterAll(async () => {
  await viewing.end();
  rmSync(directory, { recursive: true, force: true });
});

/** As somebody without a pointer would. */
async function exported(what: string): Promise<{ name: string; path: string; bytes: Buffer }> {
  const coming: Promise<Download> = page.waitForEvent('download');
  await page.keyboard.press('Control+k');
  await page.keyboard.type(`export ${what}`);
  await page.keyboard.press('Enter');
  const download = await coming;
  const name = download.suggestedFilename();
  const path = join(directory, name);
  await download.saveAs(path);
  return { name, path, bytes: readFileSync(path) };
}

/** Opens an exported page from the disk, and does something there. */
async function fromFile<Result>(path: string, deed: () => Promise<Result>): Promise<Result> {
  const served = page;
  const asked: string[] = [];
  const complaints: string[] = [];
  const context = await page.context().browser()!.newContext();
  page = await context.newPage();
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(pathToFileURL(path).href);
  await page.locator('.diagram .arrow').first().waitFor({ state: 'attached' });
  expect(await page.locator('h1').textContent()).toBe('a plant on a bad day');
  expect(await page.locator('[data-count=events]').textContent()).toBe(`${plant.footer.events} events`);
  await page.keyboard.press('v');
  await page.locator('.panel:not([hidden]) h2').waitFor();
  const result = await deed();
  // The worker is a part of the page, too.
  expect(asked.filter((url) => !url.startsWith('blob:'))).toEqual([pathToFileURL(path).href]);
  expect(complaints).toEqual([]);
  await context.close();
  page = served;
  return result;
}

describe('what the viewer exports', () => {
  it('is a picture that stands alone, also of what is selected', async () => {
    const { name, bytes } = await exported('svg');
    expect(name).toBe('trace.svg');
    const svg = bytes.toString();
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain('a plant on a bad day');
    const verdict = plant.events.find((event) => event.k === 'verdict')!;
    await page.keyboard.press('v');
    await expect.poll(() => page.url()).toContain(`event=${verdict.i}`);
    const about = (await exported('svg')).bytes.toString();
    expect(about.length).toBeLessThan(svg.length);
    await page.keyboard.press('Escape');
  });

  it('is a picture of pixels, sharp on small ones', async () => {
    const { name, bytes } = await exported('png');
    expect(name).toBe('trace.png');
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    expect(bytes.readUInt32BE(16)).toBeGreaterThan(1_800);
  });

  it('is a diagram of Mermaid', async () => {
    const { name, bytes } = await exported('mermaid');
    expect(name).toBe('trace.mmd');
    expect(bytes.toString()).toContain('sequenceDiagram');
  });

  it('is the capture that the command line makes', async () => {
    const { name, bytes } = await exported('pcapng');
    expect(name).toBe('trace.pcapng');
    expect(Buffer.compare(bytes, pcapngOf(readTrace(Buffer.from(plant.text)).list))).toBe(0);
  });

  it('is a page that shows the trace from a file, asks nobody for anything, and can be exported again', async () => {
    const first = await exported('html');
    expect(first.name).toBe('trace.html');
    const second = await fromFile(first.path, () => exported('html'));
    expect(Buffer.compare(second.bytes, first.bytes)).toBe(0);
    await fromFile(second.path, async () => undefined);
  });

  it('goes without a complaint of the page', () => {
    expect(viewing.complaints).toEqual([]);
  });
});
