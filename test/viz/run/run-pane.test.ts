/** Stories that are run in the page: their controls, what is done to them, and the links that run them again. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startViewServer, type ViewServer } from '../../../src/cli/view-server.ts';
import { packageVersion } from '../../../src/host/package-version.ts';
import { runHosted } from '../../../src/host/run-hosted.ts';
import type { RunResult } from '../../../src/runner/run.ts';
import { readRunLink } from '../../../src/runner/run-link.ts';
import { singleFileOf } from '../../../viz/export/single-file.ts';
import { simNamed } from '../engine/sims.ts';
import { recorded } from '../recorded.ts';
import { accessibilityFaults, Viewing } from '../viewing.ts';

const STORY = 'flapping-uplink';

/** The same run on the command line. */
function hosted(page: Page): Promise<RunResult> {
  const { story, faults = [], ...options } = readRunLink(new URL(page.url()).hash)!;
  return runHosted(simNamed(story), { ...options, faults: { also: faults }, level: 'digest' });
}

/** Runs in the page: whether it shows a whole run with another digest than before, and its address names that run. */
const SHOWS = `(before) => {
  const bar = document.querySelector('amber-trace').shadowRoot.querySelector('.bar .digest');
  const digest = bar?.textContent.trim() ?? '';
  return /^[0-9a-f]{16}$/.test(digest) && digest !== before && location.hash.includes('digest=' + digest);
}`;

/** The digest that the page shows, once it is another. */
async function digestOf(page: Page, before = ''): Promise<string> {
  const asked = `(${SHOWS})(${JSON.stringify(before)})`;
  await expect.poll(() => page.evaluate(asked)).toBe(true);
  return (await page.locator('.bar .digest').textContent())!.trim();
}

/** Runs in the page: looks at the first PUBLISH from an event on. */
const TO_PUBLISH = `(async () => {
  const viewer = document.querySelector('amber-trace');
  for (let i = 60; ; i++) {
    const packet = await viewer.desk.ask('fork', 'packet', viewer.trace, i);
    if (packet?.type === 'publish') return viewer.head.goTo(i, false);
  }
})()`;

describe('a story that is run in the page', () => {
  const viewing = new Viewing();
  let server: ViewServer;
  let page: Page;
  let first = '';

  beforeAll(async () => {
    await viewing.start();
    server = await startViewServer(inject('viewer'), undefined, 0);
    page = await viewing.visit(server.url);
    await page.locator('.state, .start').first().waitFor();
  });
  afterAll(async () => {
    await server?.close();
    await viewing.end();
  });

  it('is chosen from a list, and what cannot be is said beside its control', async () => {
    await page.keyboard.press('Shift+R');
    const story = page.locator('amber-run select').first();
    await story.selectOption('keep-alive');
    await page.locator('#run-parameter-keepAlive').fill('1');
    await page.locator('#run-seed').fill('a b');
    await page.locator('amber-run .do button').click();
    expect(await page.locator('#run-parameter-keepAlive-wrong').textContent()).toBe(
      "the parameter 'keepAlive' is 1; it can be 2 to 600 s",
    );
    expect(await page.locator('#run-seed-wrong').textContent()).toContain("without '/' and spaces");
    expect(await page.locator('.bar .digest').count()).toBe(0);
    await page.locator('#run-parameter-keepAlive').fill('5');
    await page.locator('#run-seed').fill('3');
    await page.locator('amber-run .do button').click();
    expect(await digestOf(page)).toBe((await hosted(page)).digest);
    expect(readRunLink(page.url().split('#')[1]!)?.parameters).toEqual({ keepAlive: '5' });
  });

  it('has the digest of the command line for the next seed, and again with R', async () => {
    await page.locator('amber-run select').first().selectOption(STORY);
    await page.locator('#run-seed').fill('6');
    const before = await page.locator('.bar .digest').textContent();
    await page.getByRole('button', { name: 'Next seed' }).click();
    first = await digestOf(page, before!);
    expect(readRunLink(page.url().split('#')[1]!)?.seed).toBe('7');
    expect(first).toBe((await hosted(page)).digest);
    await page.locator('.pane').focus();
    await page.keyboard.press('r');
    await page.locator('.verdict.passed').waitFor();
    expect(await digestOf(page)).toBe(first);
  });

  it('forks where a packet is struck, and looks at the fault', async () => {
    await page.evaluate(TO_PUBLISH);
    await page.getByRole('button', { name: 'Reset before' }).click();
    const forked = await digestOf(page, first);
    await page.locator('amber-run .added li').waitFor();
    expect(await page.locator('amber-run .added li').textContent()).toContain('reset of sensor~hub');
    await page.locator('.inspector-body h2', { hasText: 'reset' }).waitFor();
    const again = await hosted(page);
    expect(forked).toBe(again.digest);
    expect(again.struck.some(({ occasion }) => occasion?.of === 'packet')).toBe(true);
    expect(await page.locator('amber-run pre').textContent()).toContain('--fault');
    expect(await accessibilityFaults(page, '.drawer')).toEqual([]);
  });

  it('is run by its link in a fresh profile, at the event that was looked at', async () => {
    const link = page.url();
    const digest = await digestOf(page);
    const event = new URLSearchParams(link.split('#')[1]).get('event')!;
    expect(Number(event)).toBeGreaterThan(0);
    page = await viewing.visit(link, { scheme: 'dark' });
    expect(await digestOf(page)).toBe(digest);
    await page.locator(`.inspector-body[data-event="${event}"]`).waitFor();
    expect(await page.locator('.problem').count()).toBe(0);
    await page.keyboard.press('Shift+R');
    await page.locator('amber-run .added li').waitFor();
    expect(await accessibilityFaults(page, '.drawer')).toEqual([]);
  });

  it('is what it was when the fault is taken away, and forks anew where a node is killed', async () => {
    const forked = await digestOf(page);
    await page.locator('amber-run .added button').click();
    expect(await digestOf(page, forked)).toBe(first);
    await page.locator('amber-run fieldset select').last().selectOption('hub');
    await page.getByRole('button', { name: 'Kill' }).click();
    const killed = await digestOf(page, first);
    const again = await hosted(page);
    expect(killed).toBe(again.digest);
    expect(again.struck.some(({ family, target }) => family === 'crash' && target === 'hub')).toBe(true);
  });

  it('forks where a link or a node of the map is acted on', async () => {
    const before = await digestOf(page);
    await page.keyboard.press('Escape');
    await page.evaluate("document.querySelector('amber-trace').view = 'topology'");
    await page.locator('amber-topology [data-station][aria-label^="sensor"]').first().click();
    const acts = page.locator('.topology-acts');
    expect(await acts.getByRole('button').allTextContents()).toEqual(['Kill', 'Pull the plug', 'Pause', '✕']);
    expect(await accessibilityFaults(page, '.topology')).toEqual([]);
    await acts.getByRole('button', { name: 'Pause' }).click();
    const paused = await digestOf(page, before);
    const again = await hosted(page);
    expect(paused).toBe(again.digest);
    expect(again.struck.some(({ family, target }) => family === 'pause' && target === 'sensor')).toBe(true);
  });

  it('says so when it is another run than that of the link', async () => {
    const link = page.url().replace(/digest=[0-9a-f]{16}/, 'digest=0000000000000000');
    page = await viewing.visit(link);
    await page.locator('.problem[data-kind=digest]').waitFor();
    expect(await page.locator('.problem').textContent()).toContain('another run than that of the link');
    expect(viewing.complaints).toEqual([]);
  });

  it('goes on from a trace that was opened, with all that its header names', async () => {
    const told = await recorded('keep-alive.ts', { seed: '3', profile: 'calm', version: packageVersion() });
    page = await viewing.open(told);
    await page.evaluate("document.querySelector('amber-trace').view = 'topology'");
    await page.locator('amber-topology [data-station][aria-label^="standard-hub"]').first().click();
    await page.locator('.topology-acts').getByRole('button', { name: 'Kill' }).click();
    await page.locator('amber-run .added li').waitFor();
    const killed = await digestOf(page);
    expect(readRunLink(page.url().split('#')[1]!)).toMatchObject({ seed: '3', profile: 'calm' });
    const again = await hosted(page);
    expect(killed).toBe(again.digest);
    expect(again.struck.some(({ family, target }) => family === 'crash' && target === 'standard-hub')).toBe(
      true,
    );
  });

  it('needs a page from a server: one from a file says in a line where it can be run', async () => {
    const viewer = inject('viewer');
    const assets = new Map(
      readdirSync(viewer)
        .filter((name) => /\.(js|css|html)$/.test(name))
        .map((name) => [name, readFileSync(join(viewer, name), 'utf8')]),
    );
    const html = singleFileOf(assets.get('index.html')!, assets, {
      name: 'run.amber.jsonl',
      bytes: new TextEncoder().encode(await recorded('keep-alive.ts')),
      link: '#story=keep-alive&seed=3',
    });
    expect(html).not.toContain('data-later="engine-worker.js"');
    page = await viewing.openFile(html);
    await page.keyboard.press('Shift+R');
    await page.locator('.told', { hasText: "npx amber view '#story=keep-alive&seed=3'" }).waitFor();
    expect(await page.locator('amber-run').count()).toBe(0);
  });
});
