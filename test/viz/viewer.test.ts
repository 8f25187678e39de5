import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { startViewServer, type ViewServer } from '../../src/cli/view-server.ts';
import { axeFaults, axeFaultsInBothThemes } from './axe.ts';
import { crowdFixture, type Fixture, plantFixture, silentFixture } from './fixture.ts';
import { openChromium } from './viewing.ts';

const plant = plantFixture();
let directory: string;
const viewer = inject('viewer');
let browser: Browser;
let context: BrowserContext | undefined;
let server: ViewServer | undefined;
/** What the page complained of; a test that expects complaints empties it. */
let complaints: string[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'amber-viewer-'));
  browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true, force: true });
});

afterEach(async () => {
  await context?.close();
  await server?.close();
  context = undefined;
  server = undefined;
  expect(complaints).toEqual([]);
});

interface Look {
  width?: number;
  height?: number;
  scheme?: 'light' | 'dark';
}

/** Serves a file as a trace with our own server and opens it as `amber view` would. */
async function open(bytes: Uint8Array | string, look: Look = {}, name = 'trace.amber.jsonl'): Promise<Page> {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  server = await startViewServer(viewer, path, 0);
  const page = await newPage(look);
  await page.goto(server.url);
  return page;
}

async function newPage({ width = 1280, height = 800, scheme = 'light' }: Look): Promise<Page> {
  complaints = [];
  context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return page;
}

/** Until there is a picture, and words for it. */
async function drawn(page: Page): Promise<void> {
  await page.locator('.diagram .arrow:not([aria-label=""])').first().waitFor({ state: 'attached' });
}

/** Ordinals of the packets that were drawn while the diagram was scrolled from its top to its end. */
async function scrollThrough(page: Page): Promise<Map<number, string>> {
  const seen = new Map<number, string>();
  for (;;) {
    for (const [ordinal, kind] of await page.$$eval('.diagram .arrow', (arrows) =>
      arrows.map(
        (arrow) => [Number(arrow.getAttribute('data-i')), arrow.getAttribute('class') ?? ''] as const,
      ),
    )) {
      seen.set(ordinal, kind);
    }
    const moved = await page.$eval('.pane', async (pane) => {
      const before = pane.scrollTop;
      pane.scrollTop += pane.clientHeight;
      const view = pane.ownerDocument.defaultView!;
      await new Promise((resolve) => view.requestAnimationFrame(() => view.requestAnimationFrame(resolve)));
      return pane.scrollTop > before;
    });
    await page.locator('.pane:not([aria-busy])').waitFor();
    if (!moved) return seen;
  }
}

function countOf(page: Page, name: string): Promise<string | null> {
  return page.locator(`[data-count=${name}]`).textContent();
}

describe('the viewer in Chromium', () => {
  it('draws every packet of the trace, and counts what the footer counts', async () => {
    const page = await open(plant.text);
    await drawn(page);
    const seen = await scrollThrough(page);
    const sent = plant.events.filter((event) => event.k === 'packet.sent');
    const lost = plant.events.filter((event) => event.k === 'packet.lost');
    expect([...seen.keys()].sort((one, other) => one - other)).toEqual(sent.map((event) => event.i));
    expect([...seen.values()].filter((kind) => kind.includes('lost'))).toHaveLength(lost.length);
    expect(await countOf(page, 'events')).toBe(`${plant.footer.events} events`);
    expect(await countOf(page, 'packets')).toBe(`${sent.length} packets`);
    expect(await countOf(page, 'lost')).toBe(`${lost.length} lost`);
    expect(await page.locator('h1').textContent()).toBe('a plant on a bad day');
    expect(await page.locator('.run').textContent()).toContain(plant.footer.digest);
    expect(await page.locator('.verdict').textContent()).toContain('failed');
  });

  it('opens a packed trace by the picker, and another one after it', async () => {
    const page = await open(plant.text);
    await drawn(page);
    const path = join(directory, 'packed.amber.jsonl.gz');
    writeFileSync(path, gzipSync(crowdFixture(3, 20).text));
    await page.locator('input[type=file]').first().setInputFiles(path);
    await page.locator('h1', { hasText: 'a crowd' }).waitFor();
    expect(await countOf(page, 'packets')).toBe('40 packets');
  });

  it('opens a file that is dropped on it', async () => {
    const page = await open(crowdFixture(2, 4).text);
    await drawn(page);
    await page.evaluate(`
      const transfer = new DataTransfer();
      transfer.items.add(new File([${JSON.stringify(plant.text)}], 'dropped.amber.jsonl'));
      dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    `);
    await page.locator('h1', { hasText: 'a plant on a bad day' }).waitFor();
  });

  it('opens a packet with its times, its causes, and its bytes beside its fields', async () => {
    const page = await open(plant.text);
    await drawn(page);
    const publish = plant.events.find((event) => event.k === 'packet.sent' && event.bytes[0]! >> 4 === 3)!;
    const arrow = page.locator(`.diagram .arrow[data-i="${publish.i}"]`);
    expect(await arrow.getAttribute('aria-label')).toBe(
      '300 ms: sensor sends PUBLISH QoS 2 #1 plant/1/temperature to hub, arrives at 331 ms',
    );
    await arrow.locator('.hit').dispatchEvent('click');
    const panel = page.locator('.panel');
    await panel.locator('h2', { hasText: 'PUBLISH QoS 2 #1 plant/1/temperature' }).waitFor();
    expect(await panel.locator('.facts').textContent()).toMatch(
      /sent\s*0\.300 000 s\s*received\s*0\.331 000 s\s*took\s*31 ms/,
    );
    expect(await panel.locator('.hex [role=gridcell]').allTextContents()).toEqual(
      [...(publish as { bytes: Uint8Array }).bytes].map((byte) => byte.toString(16).padStart(2, '0')),
    );
    // A field lights its bytes, a byte its field.
    await panel.locator('.field', { hasText: 'Packet Identifier' }).hover();
    const lit = (): Promise<string[]> => panel.locator('.hex .lit').allTextContents();
    await expect.poll(lit).toEqual(['00', '01']);
    await panel.locator('.hex [role=gridcell]').nth(1).hover();
    await expect
      .poll(() => panel.locator('.field.lit .name').allTextContents())
      .toEqual(['Remaining Length']);
    await panel.getByRole('tab', { name: 'Why' }).click();
    await expect.poll(() => panel.locator('amber-why .why:not(.effects) li').count()).toBe(2);
  });

  it('is driven by keys: steps, violations, causes, and back', async () => {
    const page = await open(plant.text);
    await drawn(page);
    const selected = (): Promise<string | null> =>
      page.locator('.panel:not([hidden]) .inspector-body').getAttribute('data-event');
    await page.keyboard.press('ArrowRight');
    await expect.poll(selected).toMatch(/^\d+$/);
    const first = await selected();
    await page.keyboard.press('ArrowRight');
    await expect.poll(selected).not.toBe(first);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(selected).toBe(first);
    await page.keyboard.press('v');
    const verdict = plant.events.find((event) => event.k === 'verdict')!;
    await expect.poll(selected).toBe(`${verdict.i}`);
    await expect.poll(() => page.locator('.sign.broken').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.panel').isHidden()).toBe(true);
    await page.keyboard.press('?');
    await page.locator('dialog.help').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.diagram .arrow[tabindex="0"]').focus();
    await page.keyboard.press('Enter');
    await expect.poll(selected).toMatch(/^\d+$/);
  });

  it('shows the obituary of a message beside the verdict, and goes to the event of each step', async () => {
    const page = await open(plant.text);
    await drawn(page);
    await page.keyboard.press('v');
    const obituary = plant.events.find((event) => event.k === 'obituary')!;
    const panel = page.locator('.panel:not([hidden])');
    await expect.poll(() => panel.locator('.obituary h3').textContent()).toContain('to screen: doubled');
    expect(await panel.locator('.obituary p').textContent()).toBe(obituary.text);
    const steps = panel.locator('.obituary li');
    expect(await steps.count()).toBe(obituary.steps.length);
    await steps.first().locator('button').click();
    await expect
      .poll(() => panel.locator('.inspector-body').getAttribute('data-event'))
      .toBe(`${obituary.steps[0]![0]}`);
  });

  it('keeps a long trace to what is seen, at its top, in its middle and at its end', async () => {
    const crowd: Fixture = crowdFixture(40, 20_000);
    const page = await open(gzipSync(crowd.text), {}, 'crowd.amber.jsonl.gz');
    await drawn(page);
    // What is there is drawn while the rest is read.
    await expect.poll(() => countOf(page, 'packets')).toBe('40,000 packets');
    const nodes = (): Promise<number> =>
      page.$eval('.diagram', (diagram) => diagram.querySelectorAll('*').length);
    const atTop = await nodes();
    expect(atTop).toBeLessThan(6_000);
    for (const share of [0.5, 1]) {
      await page.$eval('.pane', (pane, at) => pane.scrollTo(0, pane.scrollHeight * at), share);
      await expect
        .poll(() =>
          page.$eval('.pane', (pane) => {
            const { top, bottom } = pane.getBoundingClientRect();
            return [...pane.querySelectorAll('.arrow')].some((arrow) => {
              const box = arrow.getBoundingClientRect();
              return box.bottom > top && box.top < bottom;
            });
          }),
        )
        .toBe(true);
      expect(await nodes()).toBeLessThan(6_000);
    }
  });

  it('shows the beginning while the rest is being read, and stays there when it has come', async () => {
    const crowd = crowdFixture(8, 2_000);
    const bytes = Buffer.from(crowd.text);
    let sendRest: (() => void) | undefined;
    const slow = createServer((request, response) => {
      const path = new URL(request.url ?? '', 'http://localhost').pathname;
      if (path === '/slow') {
        response.writeHead(200, { 'content-length': bytes.length });
        response.write(bytes.subarray(0, bytes.length / 2));
        sendRest = () => void response.end(bytes.subarray(bytes.length / 2));
        return;
      }
      const type = path.endsWith('.js')
        ? 'text/javascript'
        : path.endsWith('.css')
          ? 'text/css'
          : 'text/html';
      response.writeHead(200, { 'content-type': type });
      response.end(readFileSync(join(viewer, path === '/' ? 'index.html' : path)));
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const page = await newPage({});
    await page.goto(`http://127.0.0.1:${(slow.address() as AddressInfo).port}/?trace=slow`);
    await drawn(page);
    expect(await page.locator('.reading-on').isVisible()).toBe(true);
    await page.keyboard.press('ArrowRight');
    await page.locator('.panel h2').waitFor();
    await page.$eval('.pane', (pane) => pane.scrollTo(0, 700));
    sendRest!();
    await page.locator('.verdict.passed').waitFor();
    expect(await countOf(page, 'events')).toBe(`${crowd.footer.events.toLocaleString('en')} events`);
    expect(await page.locator('.reading-on').count()).toBe(0);
    expect(await page.locator('.panel h2').isVisible()).toBe(true);
    await expect.poll(() => page.$eval('.pane', (pane) => pane.scrollTop)).toBeGreaterThan(500);
    slow.close();
  });

  it('plays event by event and as time passes, and stops at the end', async () => {
    const page = await open(plant.text);
    await drawn(page);
    const clock = (): Promise<string | null> => page.locator('.clock').textContent();
    await page.keyboard.press('Home');
    for (let press = 0; press < 20; press++) await page.keyboard.press('>');
    const before = await clock();
    await page.keyboard.press(' ');
    await expect.poll(clock).not.toBe(before);
    // At a thousand times, the whole day takes less than a second; then it has stopped.
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await page.keyboard.press('End');
    const end = await clock();
    await page.keyboard.press('Home');
    // Twenty events a second leave time to press the button before the end.
    for (let press = 0; press < 6; press++) await page.keyboard.press('<');
    await page.keyboard.press('p');
    await page.keyboard.press(' ');
    await page.locator('.panel:not([hidden]) h2').waitFor();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    expect(await clock()).not.toBe(end);
  });

  it('finds every command in the palette, and goes to an event or a time that is typed there', async () => {
    const page = await open(plant.text);
    await drawn(page);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('next fau');
    await page.keyboard.press('Enter');
    const fault = plant.events.find((event) => event.k === 'fault.began')!;
    const inspected = page.locator('.panel:not([hidden]) .inspector-body');
    await expect.poll(() => inspected.getAttribute('data-event')).toBe(`${fault.i}`);
    await page.keyboard.press('g');
    await page.keyboard.type('12');
    await page.keyboard.press('Enter');
    await expect.poll(() => inspected.getAttribute('data-event')).toBe('12');
    await page.keyboard.press('g');
    await page.keyboard.type('300 ms');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.clock').textContent()).toBe('300 ms');
  });

  it('opens a link of another page where that one was', async () => {
    const page = await open(plant.text);
    await drawn(page);
    await page.keyboard.press('v');
    await page.locator('.panel:not([hidden]) h2').waitFor();
    const verdict = plant.events.find((event) => event.k === 'verdict')!;
    await expect.poll(() => page.url()).toContain(`event=${verdict.i}`);
    const link = page.url();
    await context!.close();
    const fresh = await newPage({});
    await fresh.goto(link);
    await expect
      .poll(() => fresh.locator('.panel:not([hidden]) .inspector-body').getAttribute('data-event'))
      .toBe(`${verdict.i}`);
  });

  it('filters: completes, counts, says where a text is wrong, and goes from match to match', async () => {
    const page = await open(plant.text);
    await drawn(page);
    await page.keyboard.press('/');
    await page.keyboard.type('los');
    await page.locator('#filter-choices li', { hasText: 'lost' }).first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const field = page.getByRole('combobox', { name: 'Filter' });
    expect(await field.inputValue()).toBe('lost');
    const lost = plant.events.filter((event) => event.k === 'packet.lost');
    const matching = new Set(lost.flatMap((event) => [event.i, (event as { of: number }).of]));
    const total = plant.footer.events;
    await expect.poll(() => countOf(page, 'matched')).toBe(`${matching.size} of ${total}`);
    await page.locator('.pane').focus();
    await page.keyboard.press('n');
    const inspected = page.locator('.panel:not([hidden]) .inspector-body');
    await expect.poll(() => inspected.getAttribute('data-event')).toBe(`${Math.min(...matching)}`);
    await page.keyboard.press('Shift+N');
    await expect.poll(() => inspected.getAttribute('data-event')).toBe(`${Math.max(...matching)}`);
    await expect.poll(() => page.url()).toContain('filter=lost');
    await field.fill('qos>=');
    // What could stand there is offered first; Escape puts it away.
    await page.locator('#filter-choices').waitFor();
    await page.keyboard.press('Escape');
    const error = page.locator('.filter .error');
    await error.waitFor();
    expect(await error.locator('pre').textContent()).toMatch(/qos>=\s*\n {5}\^/);
    await field.fill('type:PINGREQ qos:2 ');
    await expect.poll(() => error.textContent()).toMatch(/Nothing matches.*without qos:2/s);
    await page.getByRole('button', { name: /without qos:2/ }).click();
    expect(await field.inputValue()).toBe('type:PINGREQ');
    expect(await axeFaults(page)).toEqual([]);
  });

  it('leaves the field of the filter with Escape, and keeps the filter', async () => {
    const page = await open(plant.text);
    await drawn(page);
    await page.keyboard.press('/');
    await page.keyboard.type('lost');
    await page.keyboard.press('Enter');
    await page.locator('[data-count=matched]').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    const inspected = page.locator('.panel:not([hidden]) .inspector-body');
    await expect.poll(() => inspected.getAttribute('data-event')).toMatch(/^\d+$/);
    expect(await page.getByRole('combobox', { name: 'Filter' }).inputValue()).toBe('lost');
  });

  it('shows in the sequence what was selected in another view', async () => {
    const page = await open(plant.text);
    await drawn(page);
    await page.keyboard.press('t');
    await page.locator('amber-table [role=row]').first().waitFor();
    await page.keyboard.press('v');
    const verdict = plant.events.find((event) => event.k === 'verdict')!;
    const inspected = page.locator('.panel:not([hidden]) .inspector-body');
    await expect.poll(() => inspected.getAttribute('data-event')).toBe(`${verdict.i}`);
    await page.keyboard.press('1');
    await expect
      .poll(async () => {
        const pane = await page.locator('.pane').boundingBox();
        const sign = await page.locator('.sign.broken').first().boundingBox();
        return pane !== null && sign !== null && sign.y > pane.y && sign.y < pane.y + pane.height;
      })
      .toBe(true);
  });

  it('leaves single keys alone where a reader turned them off', async () => {
    const page = await open(plant.text);
    await drawn(page);
    await page.keyboard.press('?');
    await page.getByRole('checkbox', { name: /Keys without/ }).uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('v');
    await page.keyboard.press('ArrowRight');
    const inspected = page.locator('.panel:not([hidden]) .inspector-body');
    await expect.poll(() => inspected.getAttribute('data-event')).toMatch(/^\d+$/);
    const verdict = plant.events.find((event) => event.k === 'verdict')!;
    expect(await inspected.getAttribute('data-event')).not.toBe(`${verdict.i}`);
  });

  it('hears a key that comes in the very frame in which a dialog closed', async () => {
    const page = await open(plant.text);
    await drawn(page);
    await page.keyboard.press('?');
    await page.getByRole('checkbox', { name: /Keys without/ }).focus();
    const focused = await page.evaluate(`(() => {
      const focus = () => {
        let element = document.activeElement;
        while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return element;
      };
      focus().closest('dialog').close();
      const still = focus();
      const key = { key: 'ArrowRight', bubbles: true, composed: true, cancelable: true };
      still.dispatchEvent(new KeyboardEvent('keydown', key));
      return still.localName;
    })()`);
    expect(focused).toBe('input');
    const inspected = page.locator('.panel:not([hidden]) .inspector-body');
    await expect.poll(() => inspected.getAttribute('data-event')).toMatch(/^\d+$/);
  });

  it('zooms about what is selected', async () => {
    const page = await open(plant.text);
    await drawn(page);
    const height = (): Promise<number> => page.$eval('.pane', (pane) => pane.scrollHeight);
    const before = await height();
    await page.keyboard.press('+');
    await expect.poll(height).toBeGreaterThan(before);
    await page.keyboard.press('0');
    // The whole in one view: there is nothing to scroll.
    const seen = await page.$eval('.pane', (pane) => pane.clientHeight);
    await expect.poll(height).toBe(seen);
    await page.getByTitle('Usual size').click();
    await expect.poll(height).toBe(before);
  });

  it('comes back from another view to the size and the place it had', async () => {
    const page = await open(plant.text);
    await drawn(page);
    const seen = async (): Promise<[string | null, number]> => [
      await page.locator('.reading').textContent(),
      await page.$eval('.pane', (pane) => Math.round(pane.scrollTop)),
    ];
    for (const keys of [[], ['+', 'v'], ['0']]) {
      for (const key of keys) await page.keyboard.press(key);
      if (keys.includes('v')) await page.locator('.panel:not([hidden]) h2').waitFor();
      await page.waitForTimeout(400);
      await page.locator('.pane:not([aria-busy])').waitFor();
      const before = await seen();
      await page.keyboard.press('3');
      await page.locator('amber-table [role=row]').first().waitFor();
      await page.keyboard.press('1');
      await drawn(page);
      await expect.poll(seen).toEqual(before);
      await page.waitForTimeout(100);
      expect(await seen()).toEqual(before);
    }
  });

  it('takes lanes away and gives them back, and tells it in the link', async () => {
    const page = await open(plant.text);
    await drawn(page);
    const lanes = page.locator('.menu.lanes');
    const all = await page.locator('.lane').count();
    await lanes.locator('summary').focus();
    await page.keyboard.press('Enter');
    await lanes.getByLabel('archive').focus();
    await page.keyboard.press(' ');
    await expect.poll(() => page.locator('.lane').count()).toBe(all - 1);
    expect(await lanes.locator('summary').textContent()).toBe(`Lanes ${all - 1}/${all}`);
    expect(await axeFaults(page)).toEqual([]);
    await expect.poll(() => page.url()).toContain('hide=archive');
    await lanes.getByText('archive').click();
    await expect.poll(() => page.locator('.lane').count()).toBe(all);
    await lanes.getByText('archive').click();
    await page.keyboard.press('Escape');
    expect(await lanes.getAttribute('open')).toBeNull();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('all lanes');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.lane').count()).toBe(all);
  });

  it('names a sentence that is cut with the words that are seen of it', async () => {
    const long = 'a word of the script that goes on and on '.repeat(40);
    const page = await open(plant.text.replace('Two devices report to a hub', long));
    await drawn(page);
    const note = page.locator('.sign.note').first();
    const words = (await note.textContent())!;
    expect(words).toMatch(/…$/);
    expect(await note.getAttribute('aria-label')).toContain(words.slice(0, -1));
    expect(await axeFaults(page, { rules: ['label-content-name-mismatch'] })).toEqual([]);
  });

  it('follows the reader and not the system, once told which theme', async () => {
    const page = await open(plant.text, { scheme: 'dark' });
    await drawn(page);
    const paper = (): Promise<unknown> =>
      page
        .locator('amber-trace')
        .evaluate((viewer) => viewer.ownerDocument.defaultView!.getComputedStyle(viewer).backgroundColor);
    expect(await paper()).toBe('rgb(19, 18, 16)');
    await page.getByRole('button', { name: 'Switch to light theme' }).click();
    expect(await paper()).toBe('rgb(254, 253, 251)');
  });

  it('has nothing for axe to find in its help, light and dark', async () => {
    const page = await open(plant.text);
    await drawn(page);
    await page.keyboard.press('?');
    await page.locator('dialog.help').waitFor();
    expect(await axeFaultsInBothThemes(page)).toEqual([]);
  });

  it('scrolls sideways in the diagram only, on a narrow screen', async () => {
    const page = await open(plant.text, { width: 390, height: 844 });
    await drawn(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    for (const button of await page.locator('button:visible').all()) {
      const box = (await button.boundingBox())!;
      if ((await button.getAttribute('class'))?.includes('head')) continue;
      expect(box.x + box.width).toBeLessThanOrEqual(390);
    }
  });
});

describe('what cannot be shown', () => {
  const lines = plant.text.trimEnd().split('\n');
  const newer = JSON.stringify({ ...plant.header, version: 99 });

  it.each([
    ['an empty file', '', 'empty-file', /empty/],
    ['something else', '\u0089PNG\r\n\u001a\n and more', 'not-a-trace', /c2 89 50 4e 47/],
    ['a page', '<!doctype html><title>404</title>', 'not-a-trace', /page/],
    ['a newer trace', `${newer}\n`, 'newer-version', /version 99/],
    ['a trace whose first event is broken', `${lines[0]}\n{"i":1}\n`, 'bad-line', /line 2/i],
    ['a trace in which nothing happens', silentFixture().text, 'nothing-drawn', /level "digest"/],
    ['half of a packed file', gzipSync(plant.text).subarray(0, 40), 'gzip', /ended early/],
  ] as const)('%s', async (_, bytes, kind, cause) => {
    const page = await open(bytes);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.getAttribute('data-kind')).toBe(kind);
    expect(await alert.textContent()).toMatch(cause);
    expect(await axeFaults(page)).toEqual([]);
    // The page is alive: a good trace opens.
    const path = join(directory, 'good.amber.jsonl');
    writeFileSync(path, plant.text);
    await page.locator('input[type=file]').first().setInputFiles(path);
    await drawn(page);
  });

  it.each([
    ['cut off', lines.slice(0, 200).join('\n'), 'truncated', 199],
    ['cut off while packed', gzipSync(plant.text).subarray(0, 4_000), 'gzip', 0],
    [
      'broken in the middle',
      [...lines.slice(0, 150), 'oops', ...lines.slice(151)].join('\n'),
      'bad-line',
      149,
    ],
    ['changed', plant.text.replace('partition"', 'partitioN"'), 'changed', plant.footer.events],
  ] as const)('shows what there is of a trace that is %s', async (_, bytes, kind, events) => {
    const page = await open(bytes);
    await drawn(page);
    const kinds = await page.$$eval('.problem', (bars) => bars.map((bar) => bar.getAttribute('data-kind')));
    expect(kinds).toContain(kind);
    const counted = Number.parseInt((await countOf(page, 'events'))!, 10);
    if (events > 0) expect(counted).toBe(events);
    else expect(counted).toBeGreaterThan(20);
  });

  it('unpacks a long trace apart, and shows all that there is of one that is cut off or damaged', async () => {
    const crowd = crowdFixture(40, 3_000);
    const packed = gzipSync(crowd.text, { level: 0 });
    expect(packed.length).toBeGreaterThan(1_000_000);
    const cut = packed.subarray(0, Math.round(0.7 * packed.length));
    const readable = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    // All whole lines but the header.
    const before = readable.split('\n').length - 2;
    const damaged = Uint8Array.from(packed);
    // Of the checksum at its end.
    damaged[packed.length - 6]! ^= 1;
    const all = crowd.footer.events;
    for (const [bytes, least, most, kinds] of [
      [packed, all, all, []],
      [cut, before, before, ['gzip']],
      // What was unpacked together with what is wrong is lost.
      [damaged, Math.round(0.98 * all), all, ['gzip']],
    ] as const) {
      const page = await open(bytes);
      await page.locator('.verdict:not(.reading)').waitFor();
      const found = await page.$$eval('.problem', (bars) => bars.map((bar) => bar.getAttribute('data-kind')));
      expect(found).toEqual(kinds);
      const events = Number((await countOf(page, 'events'))!.replace(/\D/g, ''));
      expect(events).toBeGreaterThanOrEqual(least);
      expect(events).toBeLessThanOrEqual(most);
      await context!.close();
      await server!.close();
    }
  });

  it('an address that does not answer', async () => {
    const page = await open(plant.text);
    await page.goto(`http://127.0.0.1:${server!.port}/?trace=trace/other`);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/answered 404/);
    await page.goto(`http://127.0.0.1:${server!.port}/?trace=ftp%3A%2F%2Fexample.org%2F`);
    await page.getByRole('alert').filter({ hasText: 'only http and https' }).waitFor();
    // Chromium itself reports the 404.
    complaints = complaints.filter((text) => !text.includes('404'));
  });

  it('says how to get a trace when there is none', async () => {
    const page = await open(plant.text);
    await page.goto(`http://127.0.0.1:${server!.port}/`);
    await page.getByRole('heading', { name: 'Open a trace' }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
  });

  it('takes hostile names and topics as text', async () => {
    const hostile = plant.text.replaceAll('sensor', '<img src=x onerror=alert(1)>\\u202e');
    const page = await open(hostile);
    await drawn(page);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.locator('.head').first().locator('b').textContent()).toContain('<img');
  });
});

describe('the built viewer', () => {
  it('refers to its parts relatively, so that it works under any path', () => {
    const page = readFileSync(join(viewer, 'index.html'), 'utf8');
    expect(page).toMatch(/src="\.\/amber-trace\.js"/);
    expect(page).not.toMatch(/(src|href)="\//);
  });
});
