/** The built viewer in a Chromium, for one file of tests: a trace opened in it as `amber view` would. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';
import type { LiveTrace } from '../../src/cli/live-trace.ts';
import { startViewServer, type ViewServer } from '../../src/cli/view-server.ts';
import { axeFaults } from './axe.ts';

/** A machine that is busy with other things takes its time. What never comes is ended before its test is, and says what it was. */
const PATIENCE_MILLIS = 120_000;

/** A browser of one's own in the Chromium that all tests of the viewer share; closing it closes what was opened in it. */
export async function openChromium(): Promise<Browser> {
  const browser = await chromium.connect(inject('chromium'));
  browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MILLIS));
  return browser;
}

export interface Look {
  width?: number;
  height?: number;
  scheme?: 'light' | 'dark';
}

export class Viewing {
  /** What the page complained of since it was opened. */
  readonly complaints: string[] = [];
  readonly #directory = mkdtempSync(join(tmpdir(), 'amber-viewing-'));
  #browser: Browser | undefined;
  #context: BrowserContext | undefined;
  #server: ViewServer | undefined;

  async start(): Promise<void> {
    this.#browser = await openChromium();
  }

  async end(): Promise<void> {
    await this.close();
    await this.#browser?.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Opens the bytes of a trace file, and waits until something of it is drawn. */
  async open(bytes: Uint8Array | string, look: Look = {}): Promise<Page> {
    await this.close();
    const path = join(this.#directory, 'trace.amber.jsonl');
    writeFileSync(path, bytes);
    this.#server = await startViewServer(inject('viewer'), path, 0);
    return drawn(await this.#goTo(this.#server.url, look));
  }

  /** Opens a trace that is being recorded. */
  async watch(trace: LiveTrace, look: Look = {}): Promise<Page> {
    await this.close();
    this.#server = await startViewServer(inject('viewer'), trace, 0);
    return this.#goTo(this.#server.url, look);
  }

  /** Opens a page that is a file, from the disk. */
  async openFile(html: string, look: Look = {}): Promise<Page> {
    await this.close();
    const path = join(this.#directory, 'page.html');
    writeFileSync(path, html);
    return drawn(await this.#goTo(pathToFileURL(path).href, look));
  }

  /** Follows a link to what is served, as somebody who was never there. */
  async visit(address: string, look: Look = {}): Promise<Page> {
    await this.#context?.close();
    return this.#goTo(address, look);
  }

  async #goTo(address: string, { width = 1280, height = 800, scheme = 'light' }: Look): Promise<Page> {
    this.#context = await this.#browser!.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      reducedMotion: 'reduce',
    });
    const page = await this.#context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    await page.goto(address);
    return page;
  }

  async close(): Promise<void> {
    await this.#context?.close();
    await this.#server?.close();
    this.#context = undefined;
    this.#server = undefined;
    this.complaints.length = 0;
  }
}

/** Until there is a picture, and words for it. */
async function drawn(page: Page): Promise<Page> {
  await page.locator('.diagram .arrow:not([aria-label=""])').first().waitFor({ state: 'attached' });
  return page;
}

/** Shows an event in the inspector, as the rest of the page would. */
export async function show(page: Page, ordinal: number, panel: string): Promise<void> {
  await page
    .locator('amber-trace')
    .evaluate((viewer, state) => void Object.assign(viewer, state), { selected: ordinal, panel });
  await page.locator(`.inspector-body[data-event="${ordinal}"]`).waitFor();
}

/** What axe has against a part of the viewer, by default the panel beside the view, each with a place where it found it. */
export function accessibilityFaults(page: Page, part = '.panel'): Promise<string[]> {
  return axeFaults(page, { context: `{ include: [{ fromShadowDom: ['amber-trace', '${part}'] }] }` });
}
