/**
 * Rows 19 and 20 of the goals as a reader meets them: a trace of a million packets in the built viewer, in Chromium without a GPU.
 * Peers are an empty page in the same browser, and a trace of a few packets.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { startViewServer, type ViewServer } from '../src/cli/view-server.ts';
import { launchChromium } from '../test/viz/browser.ts';
import { CORE_BYTES, coreBytes } from '../test/viz/core-weight.ts';
import { writeLongTrace } from './long-trace.ts';
import { median, type Pace, type Row } from './measure.ts';

interface Size {
  /** Of each of 200 clients: 1,100 make a million packets. */
  readonly messages: number;
  readonly frames: number;
  /** While the head moves through the whole, for what the main thread does in one. */
  readonly steps: number;
  readonly seeks: number;
  readonly openings: number;
}

const SIZES: Record<Pace, Size> = {
  full: { messages: 1_100, frames: 120, steps: 600, seeks: 100, openings: 10 },
  smoke: { messages: 3, frames: 5, steps: 5, seeks: 3, openings: 2 },
};

const viewer = fileURLToPath(new URL('../dist/viewer', import.meta.url));

/** Runs in the page before it: what held the main thread up, and how frames came. */
const WATCH = `
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
  }).observe({ type: 'longtask', buffered: true });
  window.frames = (count, each) => new Promise((resolve) => {
    const gaps = [];
    let last;
    const frame = (now) => {
      if (last !== undefined) gaps.push(now - last);
      last = now;
      if (gaps.length === count) resolve(gaps);
      else { each?.(gaps.length); requestAnimationFrame(frame); }
    };
    requestAnimationFrame(frame);
  });
`;

interface Shown {
  first: number;
  complete: number;
}

async function open(page: Page, url: string): Promise<Shown> {
  const begun = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('.pane .diagram *').first().waitFor({ state: 'attached', timeout: 120_000 });
  await page.locator('[data-count=packets]').waitFor({ timeout: 120_000 });
  const first = performance.now() - begun;
  await page.locator('.verdict:not(.reading)').waitFor({ timeout: 300_000 });
  return { first, complete: performance.now() - begun };
}

async function settled(page: Page): Promise<void> {
  await page.locator('.pane:not([aria-busy])').waitFor({ timeout: 60_000 });
}

interface Frames {
  /** Milliseconds between two. */
  gaps: number[];
  /** Milliseconds that the processor spent on the main thread for one. */
  thread: number;
}

/** While the whole trace is in view and the head moves through it. */
async function framesOf(page: Page, spent: () => Promise<number>, steps: number): Promise<Frames> {
  await page.locator('.pane').focus();
  await page.keyboard.press('0');
  await settled(page);
  const before = await spent();
  const gaps = (await page.evaluate(`(() => {
    const trace = document.querySelector('amber-trace');
    return window.frames(${steps}, (done) => trace.moveTo((trace.overview.end * done) / ${steps}));
  })()`)) as number[];
  return { gaps, thread: ((await spent()) - before) / steps };
}

interface Seeks {
  /** Milliseconds from asking for a moment to its picture. */
  taken: number[];
  /** Milliseconds that the processor spent on the main thread for one, which others on the machine hardly change. */
  thread: number;
}

/** A seek is over when the event is in view, and what is seen is what was asked for. */
async function seeksOf(page: Page, spent: () => Promise<number>, seeks: number): Promise<Seeks> {
  const before = await spent();
  const taken = (await page.evaluate(`(async () => {
    const trace = document.querySelector('amber-trace');
    const pane = trace.renderRoot.querySelector('.pane');
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const shown = () => {
      const { top, bottom } = pane.getBoundingClientRect();
      // The cursor lies on the event; where the head stands there, too, it is the head's line that is seen.
      const cursor = pane.querySelector('.cursor');
      const y = (cursor.hidden ? pane.querySelector('.playhead') : cursor).getBoundingClientRect().top;
      return y >= top && y <= bottom && !pane.hasAttribute('aria-busy');
    };
    const taken = [];
    let chance = 7;
    for (let seek = 0; seek < ${seeks}; seek++) {
      // Any spread of places will do, and the same in each run.
      chance = (chance * 48271) % 2147483647;
      const before = trace.selected;
      const begun = performance.now();
      trace.moveTo(Math.round((trace.overview.end * chance) / 2147483647));
      do await frame();
      while (trace.selected === before || !shown());
      taken.push(performance.now() - begun);
    }
    return taken;
  })()`)) as number[];
  return { taken, thread: ((await spent()) - before) / seeks };
}

/** Milliseconds between frames while a wheel zooms from the whole trace to one event, a notch in each frame. */
async function wheelOf(page: Page, frames: number): Promise<number[]> {
  return page.evaluate(`(() => {
    const pane = document.querySelector('amber-trace').renderRoot.querySelector('.pane');
    const notch = { ctrlKey: true, deltaY: -50, clientX: 600, clientY: 500, bubbles: true, cancelable: true };
    return window.frames(${frames}, () => pane.dispatchEvent(new WheelEvent('wheel', notch)));
  })()`);
}

/** What the main thread of a page has taken of the processor, in milliseconds, since it was first asked. */
async function threadOf(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
  };
}

function at(share: number, values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.ceil(values.length * share) - 1]!;
}

export async function pageRows(pace: Pace): Promise<Row[]> {
  const { messages, frames, steps, seeks, openings } = SIZES[pace];
  if (!existsSync(viewer)) throw new Error('the viewer is not built: npm run build');
  const directory = mkdtempSync(join(tmpdir(), 'amber-bench-page-'));
  const browser = await launchChromium();
  let server: ViewServer | undefined;
  try {
    const path = join(directory, 'long.amber.jsonl.gz');
    const { packets } = await writeLongTrace(path, messages, 'packets');
    server = await startViewServer(viewer, path, 0);
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(WATCH);
    await page.goto(server.url.replace(/\?.*$/, ''));
    await page.locator('.start').waitFor();
    const empty = median((await page.evaluate(`window.frames(${frames})`)) as number[]);
    const { first, complete } = await open(page, server.url);
    await settled(page);
    const longest = (await page.evaluate('window.longest')) as number;
    const spent = await threadOf(page);
    const moved = await framesOf(page, spent, steps);
    const nodes: number = await page.evaluate(
      "document.querySelector('amber-trace').renderRoot.querySelectorAll('*').length",
    );
    const far = await seeksOf(page, spent, seeks);
    const wheel = await wheelOf(page, frames);
    await settled(page);
    const sizes: { name: string; seeks: Seeks }[] = [];
    for (const [name, zoom] of [
      ['at full size', 1],
      ['as near as it gets', 12],
      ['among hundreds of lines', 0.1],
    ] as const) {
      await page.evaluate(`document.querySelector('amber-trace').pane.zoom = ${zoom}`);
      await page.waitForTimeout(100);
      await settled(page);
      sizes.push({ name, seeks: await seeksOf(page, spent, seeks) });
    }
    const heap = await growth(page, server.url, openings);
    const million = `${(packets / 1_000_000).toFixed(2)}M packets`;
    return [
      {
        what: `${million}: first picture`,
        value: first,
        unit: 'ms',
        aim: { row: 19, floor: 1_000, goal: 300 },
      },
      {
        what: `${million}: complete`,
        value: complete,
        unit: 'ms',
        aim: { row: 19, floor: 10_000, goal: 4_000 },
      },
      { what: 'longest task of the main thread meanwhile', value: longest, unit: 'ms' },
      {
        what: 'frame, zoomed out, median',
        value: median(moved.gaps),
        unit: 'ms',
        peer: { name: 'empty page', value: empty, ratio: empty / median(moved.gaps) },
        // No frame is shorter than one of the screen: what else is asked of it is asked of the main thread.
        aim: { row: 19, floor: 17, goal: 17 },
      },
      {
        what: 'frame, zoomed out, main thread',
        value: moved.thread,
        unit: 'ms of the processor',
        aim: { row: 19, floor: 17, goal: 8 },
      },
      { what: 'elements of the viewer (below 3,000)', value: nodes, unit: 'nodes' },
      { what: 'frame while a wheel zooms, median (at most 17)', value: median(wheel), unit: 'ms' },
      ...[{ name: 'whole trace in view', seeks: far }, ...sizes].flatMap(({ name, seeks }) => [
        { what: `seek, ${name}, p95 (below 50)`, value: at(0.95, seeks.taken), unit: 'ms' },
        { what: `seek, ${name}, main thread`, value: seeks.thread, unit: 'ms of the processor' },
      ]),
      { what: `heap of the page after ${openings} openings`, value: heap, unit: 'of that after 1' },
      { what: 'core, gzipped', value: coreBytes(viewer), unit: 'bytes', aim: { row: 20, ...CORE_BYTES } },
    ];
  } finally {
    await browser.close();
    await server?.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The page's heap after many openings beside that after one. */
async function growth(page: Page, url: string, openings: number): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const used = async (): Promise<number> => {
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize;
  };
  const address = new URL(url).searchParams.get('trace')!;
  const trace = "document.querySelector('amber-trace')";
  const again = async (): Promise<void> => {
    await page.evaluate(`(() => { ${trace}.src = undefined; ${trace}.phase = { is: 'empty' }; })()`);
    await page.locator('.start').waitFor({ timeout: 60_000 });
    await page.evaluate(`${trace}.src = ${JSON.stringify(address)}`);
    await page.locator('.pane .diagram *').first().waitFor({ state: 'attached', timeout: 120_000 });
    await page.locator('.verdict:not(.reading)').waitFor({ timeout: 300_000 });
    await settled(page);
  };
  await again();
  const once = await used();
  for (let opening = 1; opening < openings; opening++) await again();
  return (await used()) / once;
}
