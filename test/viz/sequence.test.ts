import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Draughtsman, plantFixture } from './fixture.ts';
import { accessibilityFaults, Viewing } from './viewing.ts';

const viewing = new Viewing();
const plant = plantFixture();
const MESSAGES = 9_000;

/** Many messages, of which one breaks a promise. */
function haystack(): string {
  const d = new Draughtsman();
  for (const node of ['hub', 'a', 'b'])
    d.put(0, 'node.added', node, undefined, { role: node === 'hub' ? 'broker' : 'client' });
  const payload = new Uint8Array(2);
  for (let each = 0; each < MESSAGES; each++) {
    const t = 1_000 + each * 900;
    const node = each % 2 === 0 ? 'a' : 'b';
    const got = d.pass(
      t,
      node,
      'hub',
      `${node}>hub#1`,
      { type: 'publish', topic: 'a/b', payload, qos: 0, retain: false, dup: false },
      100,
      undefined,
    );
    if (each !== 7_000) continue;
    const rest = { rule: 'delivery.order', outcome: 'broken', text: 'one came too late', aboutDrafts: [got] };
    d.put(t + 200, 'verdict', 'hub', got, rest);
  }
  return d.finish('a haystack', '1', 'failed').text;
}

beforeAll(() => viewing.start());
afterAll(() => viewing.end());
afterEach(() => expect(viewing.complaints).toEqual([]));

async function calm(page: Page): Promise<void> {
  await page.locator('.pane:not([aria-busy])').waitFor();
}

/** What the pane has as a property. */
function propertyOf<Value>(page: Page, name: string): Promise<Value> {
  return page.$eval('amber-sequence', (pane, key) => (pane as unknown as Record<string, Value>)[key]!, name);
}

/** How many pixels of the canvas have ink. */
function inked(page: Page): Promise<number> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('amber-trace').shadowRoot.querySelector('canvas.ink');
    if (canvas.width === 0 || canvas.hidden) return 0;
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    return copy.getImageData(0, 0, canvas.width, canvas.height).data.filter((byte, at) => at % 4 === 3 && byte > 0).length;
  })()`);
}

describe('the sequence pane', () => {
  it('goes from the whole, where packets are counted, to one event, where they are shapes', async () => {
    const page = await viewing.open(haystack());
    await page.locator('.verdict.failed').waitFor();
    await calm(page);
    expect(await page.locator('canvas.ink').isHidden()).toBe(true);
    await page.keyboard.press('0');
    await expect.poll(() => inked(page)).toBeGreaterThan(2_000);
    expect(await page.locator('.diagram .arrow').count()).toBe(0);
    expect(await page.$eval('amber-sequence', (pane) => pane.querySelectorAll('*').length)).toBeLessThan(600);
    expect(await page.$eval('.pane', (pane) => pane.scrollHeight - pane.clientHeight)).toBe(0);
    // The one broken promise is a flag with a line, and one comes to it by a key.
    expect(await page.locator('.flag-group.broken').count()).toBe(1);
    expect(await page.locator('.flag-group.broken .lines').getAttribute('d')).toMatch(/^M0 [\d.]+H\d+$/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('v');
    await page.locator('.flag-group.broken.selected').waitFor();
    await page.keyboard.press('ArrowLeft');
    // What is selected is a shape that has the focus, also among counts.
    await page.locator('.diagram .arrow.selected').waitFor();
    expect(await page.locator('.diagram .arrow.selected').getAttribute('aria-label')).toMatch(/PUBLISH/);
    await page.keyboard.press('z');
    await expect.poll(() => page.locator('.diagram .arrow').count()).toBeGreaterThan(2);
    await expect.poll(() => page.locator('canvas.ink').isHidden()).toBe(true);
    expect(await propertyOf<number>(page, 'zoom')).toBeGreaterThanOrEqual(1);
  });

  it('picks what is counted where it is pointed at', async () => {
    const page = await viewing.open(haystack());
    await page.locator('.verdict.failed').waitFor();
    await page.keyboard.press('0');
    await expect.poll(() => inked(page)).toBeGreaterThan(2_000);
    await calm(page);
    const box = (await page.locator('.stage').boundingBox())!;
    await page.mouse.click(box.x + 200, box.y + box.height / 2);
    await page.locator('.diagram .arrow.selected, .diagram .mark.selected').first().waitFor();
  });

  it('keeps what is under the pointer where it is while a wheel zooms', async () => {
    const page = await viewing.open(plant.text);
    await calm(page);
    await page.$eval('.pane', (pane) => pane.scrollTo(0, 1_500));
    await calm(page);
    const timeUnder = (y: number): Promise<number> =>
      page.$eval(
        'amber-sequence',
        (pane, at) => (pane as unknown as { timeAtClientY(y: number): number }).timeAtClientY(at),
        y,
      );
    const box = (await page.locator('.pane').boundingBox())!;
    const y = box.y + 400;
    await page.mouse.move(box.x + 500, y);
    const before = await timeUnder(y);
    await page.keyboard.down('Control');
    for (let notch = 0; notch < 4; notch++) await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await expect.poll(() => propertyOf<number>(page, 'zoom')).toBeGreaterThan(2);
    await calm(page);
    expect(Math.abs((await timeUnder(y)) - before)).toBeLessThan(40_000);
  });

  it('asks nothing and tells nothing once it has left the page, though the browser still tells it that it was scrolled', async () => {
    const page = await viewing.open(plant.text);
    await calm(page);
    const shown = (): Promise<unknown> =>
      page.locator('amber-trace').evaluate((viewer) => (viewer as unknown as { window: unknown }).window);
    await page.$eval('.pane', (pane) => pane.scrollTo(0, 1_500));
    await expect.poll(shown).toMatchObject({ from: expect.toSatisfy((from: number) => from > 0) });
    await calm(page);
    const before = await shown();
    await page.locator('amber-trace').evaluate(async (viewer) => {
      const { defaultView } = viewer.ownerDocument;
      viewer.shadowRoot!.querySelector('.pane')!.scrollTo(0, 1_900);
      Object.assign(viewer, { view: 'table' });
      for (let frames = 0; frames < 4; frames++)
        await new Promise((resolve) => defaultView!.requestAnimationFrame(resolve));
    });
    await page.locator('amber-table [role=row]').first().waitFor();
    expect(await shown()).toEqual(before);
  });

  it('has three axes, on which the same moment stays in view', async () => {
    const page = await viewing.open(plant.text);
    await page.keyboard.press('v');
    await page.locator('.sign.broken.selected').waitFor();
    for (const axis of ['linear', 'ordinal', 'compressed']) {
      await page.keyboard.press('x');
      await expect.poll(() => propertyOf<string>(page, 'axis')).toBe(axis);
      await calm(page);
      // The head of the playback stands at what is selected.
      const cursor = await page.locator('.playhead').boundingBox();
      const pane = (await page.locator('.pane').boundingBox())!;
      expect(cursor!.y).toBeGreaterThan(pane.y);
      expect(cursor!.y).toBeLessThan(pane.y + pane.height);
    }
  });

  it('shows the times that it is told to, and says which it shows', async () => {
    const page = await viewing.open(plant.text);
    await calm(page);
    await page.locator('amber-trace').evaluate((viewer) => {
      (viewer as unknown as { window: object }).window = { from: 700_000, to: 5_000_000 };
    });
    const seen = async (): Promise<number[]> => {
      const { from, to } = await page
        .locator('amber-trace')
        .evaluate((viewer) => (viewer as unknown as { window: { from: number; to: number } }).window);
      return [from, to];
    };
    await expect.poll(async () => (await propertyOf<number>(page, 'zoom')) !== 1).toBe(true);
    await calm(page);
    const [from, to] = await seen();
    expect(Math.abs(from! - 700_000)).toBeLessThan(20_000);
    expect(Math.abs(to! - 5_000_000)).toBeLessThan(800_000);
    // The link has it, and brings it back.
    await expect.poll(() => page.url()).toContain('window=');
    const address = page.url();
    await page.goto('about:blank');
    await page.goto(address);
    await page.locator('.diagram .arrow').first().waitFor({ state: 'attached' });
    await expect.poll(async () => Math.abs((await seen())[0]! - from!)).toBeLessThan(20_000);
  });

  it('pales what a filter does not find, and leaves it out on demand', async () => {
    const page = await viewing.open(plant.text);
    await calm(page);
    await page.keyboard.press('/');
    await page.keyboard.type('type:PUBLISH ');
    await page.locator('.diagram .arrow.dimmed').first().waitFor({ state: 'attached' });
    expect(await page.locator('.diagram .arrow.connect:not(.dimmed)').count()).toBe(0);
    await page.locator('amber-trace').evaluate((viewer) => {
      (viewer as unknown as { filterMode: string }).filterMode = 'hide';
    });
    await expect.poll(() => page.locator('.diagram .arrow.connect').count()).toBe(0);
    expect(await page.locator('.diagram .arrow.publish').count()).toBeGreaterThan(3);
  });

  it('keeps the head of a playback in view', async () => {
    const page = await viewing.open(plant.text);
    await calm(page);
    await page.$eval('amber-sequence', (pane) => {
      Object.assign(pane, { time: 66_500_000, follow: true });
    });
    await expect.poll(() => page.$eval('.pane', (pane) => pane.scrollTop)).toBeGreaterThan(500);
    const head = (await page.locator('.playhead').boundingBox())!;
    const pane = (await page.locator('.pane').boundingBox())!;
    expect(head.y).toBeGreaterThan(pane.y);
    expect(head.y).toBeLessThan(pane.y + pane.height);
  });
});

describe('the map below', () => {
  it('is a slider of time', async () => {
    const page = await viewing.open(plant.text);
    const map = page.getByRole('slider', { name: 'Time in the whole trace' });
    await map.focus();
    await page.keyboard.press('End');
    const end = Number(await map.getAttribute('aria-valuemax'));
    await expect.poll(async () => Number(await map.getAttribute('aria-valuenow'))).toBe(end);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(async () => Number(await map.getAttribute('aria-valuenow'))).toBeLessThan(end);
    await page.keyboard.press('Home');
    await expect.poll(() => map.getAttribute('aria-valuetext')).toBe('0');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('goes where it is clicked, and shows what is brushed', async () => {
    const page = await viewing.open(plant.text);
    await calm(page);
    const box = (await page.locator('.map').boundingBox())!;
    const frame = async (): Promise<{ x: number; width: number }> =>
      (await page.locator('.map-window').boundingBox())!;
    const before = await frame();
    await page.mouse.click(box.x + box.width * 0.8, box.y + 20);
    await expect.poll(async () => (await frame()).x).toBeGreaterThan(before.x + 200);
    const zoom = await propertyOf<number>(page, 'zoom');
    await page.mouse.move(box.x + box.width * 0.1, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 22, { steps: 4 });
    await page.mouse.move(box.x + box.width * 0.6, box.y + 22, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => propertyOf<number>(page, 'zoom')).toBeLessThan(zoom);
    await calm(page);
    const brushed = await frame();
    expect(Math.abs(brushed.x - (box.x + box.width * 0.1))).toBeLessThan(30);
    expect(brushed.width).toBeGreaterThan(box.width * 0.35);
    // What is in view is dragged along.
    await page.mouse.move(brushed.x + brushed.width / 2, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(brushed.x + brushed.width / 2 + 120, box.y + 20, { steps: 6 });
    await page.mouse.up();
    await expect.poll(async () => (await frame()).x).toBeGreaterThan(brushed.x + 60);
  });
});
