/** The table, the map and the comparison in Chromium. */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { axeFaults, axeFaultsInBothThemes } from './axe.ts';
import { crowdFixture, plantFixture } from './fixture.ts';
import { Viewing } from './viewing.ts';

const plant = plantFixture();
const viewing = new Viewing();

beforeAll(() => viewing.start());
afterAll(() => viewing.end());
afterEach(() => {
  expect(viewing.complaints).toEqual([]);
});

/** Lets the page show another view or event, as its own buttons and keys do. */
async function set(page: Page, state: Record<string, unknown>): Promise<void> {
  await page.locator('amber-trace').evaluate((viewer, values) => void Object.assign(viewer, values), state);
}

const violationsInBothThemes = (page: Page): Promise<string[]> =>
  axeFaultsInBothThemes(page, (theme) => set(page, { theme }));

function focusedRow(page: Page): Promise<number> {
  return page.locator('amber-trace').evaluate((viewer) => {
    const focused = viewer.shadowRoot?.activeElement;
    return focused?.getAttribute('role') === 'row' ? Number(focused.getAttribute('data-i')) : 0;
  });
}

describe('the table', () => {
  it('is gone through by keys from the first event to the last, and opens what Enter is pressed on', async () => {
    const page = await viewing.open(plant.text);
    await set(page, { view: 'table' });
    const grid = page.getByRole('grid', { name: 'Events' });
    expect(await grid.getAttribute('aria-rowcount')).toBe(`${plant.footer.events + 1}`);
    await page.locator('amber-table [role=row][tabindex="0"]').focus();
    const seen = new Map<number, string>();
    for (;;) {
      const rows = await page.$$eval('amber-table .table-body [role=row][data-i]', (each) =>
        each.map((row) => [Number(row.getAttribute('data-i')), row.getAttribute('class') ?? ''] as const),
      );
      for (const [ordinal, kind] of rows) seen.set(ordinal, kind);
      const before = await focusedRow(page);
      await page.keyboard.press('PageDown');
      if (before === plant.footer.events) break;
      await expect.poll(() => focusedRow(page)).toBeGreaterThan(before);
    }
    expect([...seen.keys()].sort((one, other) => one - other)).toEqual(plant.events.map(({ i }) => i));
    const lost = plant.events.filter(({ k }) => k === 'packet.lost');
    for (const event of lost) expect(seen.get(event.i)).toContain(' bad ');
    await page.keyboard.press('Home');
    await expect.poll(() => focusedRow(page)).toBe(1);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focusedRow(page)).toBe(3);
    await page.keyboard.press('Enter');
    await page.locator('.panel:not([hidden]) .inspector-body[data-event="3"]').waitFor();
    expect(await focusedRow(page)).toBe(3);
    expect(await grid.getByRole('row', { selected: true }).getAttribute('data-i')).toBe('3');
  });

  it('shows what a filter matches, and says how many', async () => {
    const page = await viewing.open(plant.text);
    await set(page, { view: 'table', filter: 'lost', filterMode: 'hide' });
    const body = page.locator('amber-table .table-body [data-i]');
    const told = page.locator('amber-table [role=status]');
    await expect.poll(() => told.textContent()).toMatch(/\d+ of \d+ events match/);
    const count = Number.parseInt((await told.textContent())!.trim(), 10);
    await expect.poll(() => body.count()).toBe(count);
    for (const text of await body.locator('.outcome').allTextContents()) expect(text).toContain('lost');
    await set(page, { filterMode: 'dim' });
    await expect.poll(() => body.count()).toBeGreaterThan(count);
    await set(page, { filter: 'topic:nobody/#', filterMode: 'hide' });
    await page.getByText('Nothing matches the filter.').waitFor();
  });

  it('loses no row of a trace that is higher than a page can be', async () => {
    const crowd = crowdFixture(40, 24_000);
    const page = await viewing.open(crowd.text, { width: 390, height: 800 });
    await set(page, { view: 'table' });
    const last = `${crowd.footer.events}`;
    await expect
      .poll(() => page.getByRole('grid').getAttribute('aria-rowcount'))
      .toBe(`${crowd.footer.events + 1}`);
    await page.locator('amber-table [role=row][tabindex="0"]').focus();
    await page.keyboard.press('End');
    await expect.poll(async () => `${await focusedRow(page)}`).toBe(last);
    await page.locator('amber-table').hover();
    const atTop = (): Promise<number> =>
      page.$eval('amber-table .table-pane', (pane) => {
        const { top, bottom } = pane.getBoundingClientRect();
        const rows = [...pane.querySelectorAll('.table-body [data-i]')].filter((row) => {
          const box = row.getBoundingClientRect();
          return box.top >= top && box.bottom <= bottom;
        });
        return Math.min(...rows.map((row) => Number(row.getAttribute('data-i'))));
      });
    let before = await atTop();
    for (let turn = 0; turn < 4; turn++) {
      await page.mouse.wheel(0, -140);
      // Two rows of 70 pixels, and not as many as the scroll bar stands for.
      await expect.poll(atTop).toBe(before - 2);
      before -= 2;
    }
    await page.$eval('amber-table .table-pane', (pane) => pane.scrollTo(0, pane.scrollHeight / 2));
    await expect.poll(async () => Math.abs((await atTop()) - crowd.footer.events / 2)).toBeLessThan(40);
    expect(await page.locator('amber-table *').count()).toBeLessThan(1_500);
  });

  it('comes to the last of 2.5 million rows, and shows it', async () => {
    const page = await viewing.open(plant.text);
    const rows = 2_500_000;
    // The answers of a trace that would take minutes to write: one event, so many times.
    await page.locator('amber-trace').evaluate(async (viewer, count) => {
      type Ask = (area: string, name: string, ...args: unknown[]) => Promise<unknown>;
      const { desk, trace } = viewer as unknown as { desk: { ask: Ask }; trace: number };
      const ask = desk.ask.bind(desk);
      const [row] = (await ask('table', 'rows', trace, { filter: '', hide: false }, 0, 1)) as object[];
      const rowsOf = (first: number, most: number): object[] =>
        Array.from({ length: Math.max(0, Math.min(most, count - first)) }, (_, at) => ({
          ...row,
          i: first + at + 1,
        }));
      desk.ask = (area, name, ...args) => {
        if (area !== 'table') return ask(area, name, ...args);
        if (name === 'size') return Promise.resolve({ rows: count, matches: count, events: count });
        if (name === 'place') return Promise.resolve((args[2] as number) - 1);
        return Promise.resolve(rowsOf(args[2] as number, args[3] as number));
      };
    }, rows);
    await set(page, { view: 'table' });
    await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe(`${rows + 1}`);
    await page.locator('amber-table [role=row][tabindex="0"]').focus();
    const seen = (): Promise<boolean> =>
      page.locator('amber-trace').evaluate((viewer) => {
        const focused = viewer.shadowRoot!.activeElement!;
        const pane = viewer.shadowRoot!.querySelector('.table-pane')!.getBoundingClientRect();
        const { top, bottom } = focused.getBoundingClientRect();
        return top >= pane.top && bottom <= pane.bottom;
      });
    for (const [key, place] of [
      ['End', rows],
      ['PageUp', undefined],
      ['End', rows],
      ['Home', 1],
    ] as const) {
      await page.keyboard.press(key);
      if (place !== undefined) await expect.poll(() => focusedRow(page)).toBe(place);
      else await expect.poll(() => focusedRow(page)).toBeLessThan(rows - 5);
      await expect.poll(seen).toBe(true);
    }
    await page.$eval('amber-table .table-pane', (pane) => pane.scrollTo(0, pane.scrollHeight));
    await page.locator(`amber-table [data-i="${rows}"]`).waitFor();
    expect(await page.locator('amber-table *').count()).toBeLessThan(1_500);
  });

  it('has nothing that axe complains of, narrow and wide', async () => {
    for (const [width, scheme] of [
      [390, 'light'],
      [1_280, 'dark'],
    ] as const) {
      const page = await viewing.open(plant.text, { width, scheme });
      await set(page, { view: 'table', selected: plant.events.find(({ k }) => k === 'verdict')!.i });
      await page.locator('amber-table .accused').first().waitFor();
      expect(await axeFaults(page)).toEqual([]);
    }
  });
});

describe('the map', () => {
  it('shows the packets of the moment, and opens the one that is clicked, or the last event of a node', async () => {
    const page = await viewing.open(plant.text);
    const sent = plant.events.find((event) => event.k === 'packet.sent' && event.bytes[0]! >> 4 === 3)!;
    await set(page, { view: 'topology', time: sent.t });
    const dot = page.locator(`amber-topology .dot[data-i="${sent.i}"]`);
    await dot.waitFor();
    expect(await page.locator('.topology-clock').textContent()).toMatch(/300 ms/);
    await dot.locator('path').click();
    await page.locator(`.panel:not([hidden]) .inspector-body[data-event="${sent.i}"]`).waitFor();
    await page.locator('amber-topology .path').waitFor({ state: 'attached' });
    const hub = page.getByRole('button', { name: /^hub, broker/ });
    expect(await hub.getAttribute('aria-label')).toBe('hub, broker, up, 4 connected');
    await hub.focus();
    await page.keyboard.press('Enter');
    const last = plant.events.findLast(({ n, t }) => n === 'hub' && t <= sent.t)!;
    await page.locator(`.inspector-body[data-event="${last.i}"]`).waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
  });

  it('shows a link that is cut, and the fault that cut it', async () => {
    const page = await viewing.open(plant.text);
    const fault = plant.events.find((event) => event.k === 'fault.began' && event.family === 'partition')!;
    await set(page, { view: 'topology', time: fault.t + 1_000 });
    await page.locator('amber-topology .edge.cut').waitFor({ state: 'attached' });
    const sign = page.getByRole('button', { name: /^fault: partition/ });
    await sign.click();
    await page.locator(`.inspector-body[data-event="${fault.i}"]`).waitFor();
  });

  it('moves crowds on a canvas, and keeps what is in the page small', async () => {
    const page = await viewing.open(crowdFixture(400, 4_000).text);
    await set(page, { view: 'topology', time: 15_000 });
    await page.locator('amber-topology .station').first().waitFor();
    expect(await page.locator('amber-topology *').count()).toBeLessThan(600);
    expect(await page.getByRole('button', { name: /^client-\*/ }).getAttribute('aria-label')).toMatch(
      /^client-\*, 400 clients/,
    );
  });
});

describe('the zoom', () => {
  it('works in pictures by buttons, keys, wheel and drag, and is not offered in the table', async () => {
    const page = await viewing.open(plant.text);
    const size = page.getByRole('button', { name: /^\d+ %$/ });
    const transform = (): Promise<string> =>
      page.$eval('.topology-svg > g', (map) => map.getAttribute('transform') ?? '');
    await page.keyboard.press('2');
    await page.locator('amber-topology .station').first().waitFor();
    await expect.poll(() => size.textContent()).toBe('100 %');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.keyboard.press('+');
    await expect.poll(() => size.textContent()).toBe('156 %');
    expect(await transform()).toMatch(/scale\(1\.5625\)$/);
    // What is larger than its view is dragged; a click that moved nothing still picks.
    const before = await transform();
    const box = (await page.locator('.topology-svg').boundingBox())!;
    await page.mouse.move(box.x + 40, box.y + box.height - 40);
    await page.mouse.down();
    await page.mouse.move(box.x + 90, box.y + box.height - 80, { steps: 3 });
    await page.mouse.up();
    await expect.poll(transform).not.toBe(before);
    await page.keyboard.press('0');
    await expect.poll(() => size.textContent()).toBe('100 %');
    expect(await transform()).toBe('translate(0,0) scale(1)');
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await expect.poll(() => size.textContent()).toBe('125 %');
    // Who goes there by keys sees it.
    for (let step = 0; step < 6; step++) await page.keyboard.press('+');
    for (const station of await page.locator('amber-topology .stations > g').all()) {
      await station.focus();
      await expect
        .poll(async () => {
          const { x, y, width, height } = (await station.boundingBox())!;
          const [left, top] = [x + width / 2 - box.x, y + height / 2 - box.y];
          return left >= 0 && left <= box.width && top >= 0 && top <= box.height;
        })
        .toBe(true);
    }
    await page.keyboard.press('3');
    await page.getByRole('grid', { name: 'Events' }).waitFor();
    expect(await page.getByRole('button', { name: 'Zoom in' }).count()).toBe(0);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'A command, an event or a time' }).fill('zoom');
    await page.getByText('No command has these words').waitFor();
    await page.keyboard.press('Escape');
    // Until it has closed, keys are its own.
    await page
      .getByRole('combobox', { name: 'A command, an event or a time' })
      .waitFor({ state: 'detached' });
    await page.keyboard.press('1');
    await page.getByRole('button', { name: 'Zoom in' }).waitFor();
  });
});

describe('the comparison', () => {
  it('opens another trace, says where the two part, and goes there', async () => {
    const page = await viewing.open(plant.text);
    await set(page, { view: 'compare' });
    await page.getByText('Compare with another trace').waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    const path = join(tmpdir(), `amber-other-${process.pid}.amber.jsonl`);
    const lines = plant.text.trimEnd().split('\n');
    const parting = plant.events.find(({ k }) => k === 'app.delivered')!;
    writeFileSync(path, lines.slice(0, parting.i).join('\n'));
    await page.locator('amber-compare input[type=file]').setInputFiles(path);
    const head = page.locator('.compare-head h2');
    await expect.poll(() => head.textContent()).toMatch(new RegExp(`^The same for ${parting.i - 1} events`));
    await page.getByText('B ends here.').waitFor();
    rmSync(path, { force: true });
    await page.locator('amber-compare .diagram .arrow').first().waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Go to where they part' }).click();
    await page.locator(`.inspector-body[data-event="${parting.i}"]`).waitFor();
    // Both pictures say where that is.
    await expect.poll(() => page.locator('amber-compare .parting:visible').count()).toBe(2);
    expect(await violationsInBothThemes(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 800 });
    await expect.poll(() => page.locator('amber-compare amber-sequence').count()).toBe(0);
    await page.getByRole('button', { name: 'Put the other away' }).click();
    await page.getByText('Compare with another trace').waitFor();
  });

  it('is kept by a link: the address of the other trace, or which run it was', async () => {
    const page = await viewing.open(plant.text);
    const served = new URL(page.url());
    const seed = `${plant.header.seed}`;
    const other = { name: 'other.amber.jsonl', mimeType: 'text/plain', buffer: Buffer.from(plant.text) };
    await page.keyboard.press('4');
    await page.locator('amber-compare input[type=file]').setInputFiles(other);
    await page.getByText('The two are the same').waitFor();
    const words = (): URLSearchParams => new URLSearchParams(new URL(page.url()).hash.slice(1));
    await expect.poll(() => words().get('against-digest')).toBe(plant.footer.digest);
    expect([words().get('against-scenario'), words().get('against-seed')]).toEqual([
      plant.header.scenario,
      seed,
    ]);
    // Who follows it is asked for that run, and told when it is another one.
    const hash = `#view=compare&against-scenario=a&against-seed=1&against-digest=0123456789abcdef`;
    const again = await viewing.visit(`${served.origin}${served.pathname}${served.search}${hash}`);
    await again.getByText('This link compares with a, seed 1, digest 0123456789abcdef').waitFor();
    await again.locator('amber-compare input[type=file]').setInputFiles(other);
    await again.getByText('B is another run than that of the link').waitFor();
    // The other one has an address.
    const address = served.searchParams.get('trace')!;
    const whole = await viewing.visit(`${served.href}#view=compare&against=${encodeURIComponent(address)}`);
    await whole.getByText('The two are the same').waitFor();
    await expect.poll(() => new URL(whole.url()).hash).toContain(`against=${encodeURIComponent(address)}`);
    const gone = await viewing.visit(`${served.href}#view=compare&against=other%2Fnobody`);
    await gone.getByText('The trace could not be fetched').waitFor();
  });
});
