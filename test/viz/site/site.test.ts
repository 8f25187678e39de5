/** The built site as a reader has it, from a plain server of files, under a path that nobody knew when it was built. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startViewServer } from '../../../src/cli/view-server.ts';
import { axeFaults, axeFaultsInBothThemes } from '../axe.ts';
import { CORE_BYTES, coreBytes, coreFiles, packedBytes } from '../core-weight.ts';
import { openChromium } from '../viewing.ts';
import { within } from '../within.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const built = join(repository, 'dist/viewer');
const LATE_BYTES_MAX = 70_000;
/** Brokers, clients, network, judge and stories: it runs when somebody runs a story. */
const ENGINE = 'engine-worker.js';
const ENGINE_BYTES_MAX = 180_000;
const BASE = '/some/base/path/';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

let browser: Browser;
let context: BrowserContext;
let page: Page;
let server: Server;
let origin: string;
/** What the browser asked for, and what it complained of, since the test began. */
const asked: string[] = [];
const complaints: string[] = [];
/**
 * What the server does otherwise for one test. A browser that holds requests up for a test was seen to hang; a server does not.
 */
let served: {
  /** In place of the engine. */
  engine?: string;
  /** Paths of all that there is; undefined for everything that was built. */
  only?: readonly string[];
} = {};

beforeAll(async () => {
  if (!existsSync(join(built, 'playground.html')))
    throw new Error('run "npm run build" first, as "npm test" does');
  server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
    asked.push(path);
    const file = join(built, path.startsWith(BASE) ? path.slice(BASE.length) || 'index.html' : 'nothing');
    if (
      path.includes('..') ||
      !existsSync(file) ||
      !statSync(file).isFile() ||
      served.only?.includes(path) === false
    ) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.end(
      path === `${BASE}${ENGINE}` && served.engine !== undefined ? served.engine : readFileSync(file),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await openChromium();
  // Neither the zone nor the language of a reader is part of a run.
  context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    timezoneId: 'America/St_Johns',
    locale: 'de-DE',
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
});

afterAll(async () => {
  await context?.close();
  await browser?.close();
  server?.close();
});

beforeEach(() => {
  asked.length = 0;
  complaints.length = 0;
  served = {};
});

const visit = (path: string): Promise<unknown> => page.goto(`${origin}${BASE}${path}`);

async function axeInBothThemes(): Promise<string[]> {
  const found = await axeFaultsInBothThemes(page);
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

/** Nothing of the page reaches over its right edge. */
const overflow = (): Promise<number> => page.evaluate('document.documentElement.scrollWidth - innerWidth');

describe('what is loaded', () => {
  it('weighs before the first picture no more than the goals allow, and no part of the rest is large', () => {
    const core = coreFiles(built);
    expect(core).toEqual(expect.arrayContaining(['index.html', 'index.css', 'amber-trace.js']));
    expect(coreBytes(built)).toBeLessThan(CORE_BYTES.goal);
    const rest = readdirSync(built).filter((name) => /\.(js|css)$/.test(name) && !core.includes(name));
    expect(rest).toContain(ENGINE);
    for (const name of rest)
      expect(packedBytes(built, name), name).toBeLessThan(
        name === ENGINE ? ENGINE_BYTES_MAX : LATE_BYTES_MAX,
      );
  });

  it('before the first picture is enough for it', async () => {
    const trace = 'site/exactly-once.amber.jsonl.gz';
    const enough = [...coreFiles(built), trace].map((file) => `${BASE}${file}`);
    const tab = await context.newPage();
    const elsewhere: string[] = [];
    tab.on('request', (request) => {
      if (/^(https?|wss?):/.test(request.url()) && new URL(request.url()).origin !== origin)
        elsewhere.push(request.url());
    });
    served = { only: enough };
    await tab.goto(`${origin}${BASE}index.html?trace=${encodeURIComponent(trace)}`);
    await tab.locator('.diagram .arrow').first().waitFor({ state: 'attached' });
    await tab.locator('.told', { hasText: 'missing' }).waitFor();
    expect(await tab.locator('.diagram .arrow').count()).toBeGreaterThan(10);
    // The rest was asked for, and not given.
    expect(asked).toContain(`${BASE}views-script.js`);
    expect(elsewhere).toEqual([]);
    const before = await tab.locator('.pane').boundingBox();
    served = {};
    await tab.reload();
    await tab.locator('.map').waitFor();
    await tab.locator('.filter').waitFor();
    // What comes later has its room already: the picture does not move.
    expect(await tab.locator('.pane').boundingBox()).toEqual(before);
    await tab.close();
  });
});

describe('the start page', () => {
  it('shows a live run, leads to everything, and asks only for what is there', async () => {
    await visit('');
    await page.locator('.welcome .diagram .arrow').first().waitFor({ state: 'attached' });
    expect(await page.locator('.welcome .arrow').count()).toBeGreaterThan(10);
    expect(await page.getByRole('heading', { level: 1 }).first().textContent()).toContain('MQTT');
    const links = await page
      .locator('.welcome .ways a')
      .evaluateAll((all) => all.map((each) => each.getAttribute('href')));
    expect(links).toEqual(['./lessons.html', './playground.html', './docs/index.html']);
    expect(await axeInBothThemes()).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await overflow()).toBe(0);
    expect(await axeFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(complaints).toEqual([]);
    expect(asked.filter((path) => !path.startsWith(BASE))).toEqual([]);
  });

  it('gives its place to a trace that is chosen, by keyboard too', async () => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: /^Open a trace/ }).press('Enter');
    await (await chooser).setFiles(join(built, 'site/exactly-once.amber.jsonl.gz'));
    await page.getByRole('heading', { name: 'One reading, exactly once' }).waitFor();
    expect(await page.locator('.welcome').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('is not met by who opens a trace', async () => {
    await visit('?trace=site%2Fexactly-once.amber.jsonl.gz');
    await page.locator('.diagram .arrow').first().waitFor({ state: 'attached' });
    expect(await page.locator('.welcome').count()).toBe(0);
    expect(asked).not.toContain(`${BASE}site/start.css`);
    expect(await page.getByRole('navigation', { name: 'Amber' }).getByRole('link').allTextContents()).toEqual(
      ['Trace', 'Lessons', 'Playground', 'Docs'],
    );
  });
});

describe('a trace that cannot be shown', () => {
  it('is told in a page that has a heading and leads back', async () => {
    await visit('?trace=nothing');
    await page.getByRole('alert').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Amber' }).click();
    await page.locator('.welcome').waitFor();
  });
});

describe('the lessons', () => {
  it('are there, each at its own address', async () => {
    await visit('lessons.html');
    await page.getByRole('heading', { level: 1, name: 'Lessons' }).waitFor();
    expect(
      await page
        .getByRole('navigation', { name: 'Amber' })
        .getByRole('link', { name: 'Lessons' })
        .getAttribute('aria-current'),
    ).toBe('page');
    await page.getByRole('link', { name: /Publish and subscribe/ }).click();
    await page.locator('amber-trace .diagram .arrow').first().waitFor({ state: 'attached' });
    expect(complaints).toEqual([]);
    expect(asked.filter((path) => !path.startsWith(BASE))).toEqual([]);
  });
});

describe('the documents', () => {
  it('are read in both themes and on a telephone', async () => {
    await visit('docs/index.html');
    await page.getByRole('heading', { level: 1, name: 'Amber' }).waitFor();
    expect(await axeInBothThemes()).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ['docs/index.html', 'docs/scenarios.html', 'docs/trace.html', 'docs/zoo.html']) {
      await visit(path);
      expect(await overflow(), path).toBe(0);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await page
      .getByRole('navigation', { name: 'Documents' })
      .getByRole('link', { name: 'The viewer' })
      .click();
    await page.getByRole('heading', { level: 1, name: 'The viewer' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('keep the theme that was chosen from page to page', async () => {
    await page.getByRole('button', { name: 'Switch to dark theme' }).click();
    await visit('docs/filter.html');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await visit('playground.html');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await page.getByRole('button', { name: 'Switch to light theme' }).click();
    await page.evaluate('localStorage.clear()');
  });
});

describe('the playground', () => {
  const editor = () => page.locator('.cm-content');
  const verdict = (name: string) => page.locator(`.outcome .verdict.${name}`);
  const mistakes = (): Promise<string[]> => page.locator('.outcome .mistakes li').allTextContents();
  const digest = (): Promise<string | null> => page.locator('.outcome .digest').textContent();

  /** Puts a text in the editor as if it were pasted. */
  async function write(text: string): Promise<void> {
    await editor().focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(text);
  }

  async function run(text: string, ends: string): Promise<void> {
    await write(text);
    await page.keyboard.press('ControlOrMeta+Enter');
    await verdict('running').waitFor({ state: 'detached' });
    await verdict(ends).waitFor();
  }

  const story = (...script: string[]): string =>
    [
      "import { scenario } from 'mqtt-amber';",
      "export default scenario('Mine', async (sim) => {",
      ...script,
      '});',
    ].join('\n');

  /** The digest of a file that was downloaded, by the command line. */
  async function downloadedDigest(): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'amber-playground-'));
    try {
      const waiting = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download' }).click();
      const download = await waiting;
      const path = join(folder, download.suggestedFilename());
      await download.saveAs(path);
      const report = execFileSync(process.execPath, ['bin/amber.js', 'run', path], {
        cwd: repository,
        encoding: 'utf8',
      });
      return /^digest\s+(\S+)$/m.exec(report)![1]!;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  beforeAll(async () => {
    await visit('playground.html');
    await editor().waitFor();
  });

  it('runs what it shows when it is asked to, and not before', async () => {
    expect(await page.locator('.outcome .verdict').count()).toBe(0);
    expect(asked).not.toContain(`${BASE}engine-worker.js`);
    expect(await axeInBothThemes()).toEqual([]);
    await page.getByRole('button', { name: 'Run', exact: false }).first().click();
    await verdict('passed').waitFor();
    // What shapes are called comes with what is loaded behind the first picture.
    await page.locator('.diagram .arrow:not([aria-label=""])').first().waitFor({ state: 'attached' });
    expect(await axeInBothThemes()).toEqual([]);
    expect(complaints).toEqual([]);
    expect(await downloadedDigest()).toBe(await digest());
  });

  it('has the clocks, the timers, the chance and the words of the command line', async () => {
    await run(
      story(
        "const hub = sim.broker('hub'); const lamp = sim.client('lamp');",
        'await lamp.connect(hub);',
        'const say = (what: unknown) => lamp.publish("said", String(what));',
        'await new Promise((resolve) => setTimeout(resolve, 250));',
        'await say(Math.random()); await say(crypto.randomUUID()); await say(Date.now()); await say(performance.now());',
        'const date = new Date(); await say(date); await say(date.getHours()); await say(date.toLocaleString());',
        'await say(new Date(2024, 6, 1, 12)); await say(new Date("2024-07-01T12:00").toISOString());',
        'await say((1234.5).toLocaleString()); await say(new Intl.DateTimeFormat().format());',
        'await sim.quiet();',
      ),
      'passed',
    );
    const here = await digest();
    expect(await downloadedDigest()).toBe(here);
  });

  it('is written, run and mended by the keyboard alone', async () => {
    await write(story("  const hub = sim.broker('hub');", '  hub.nothing();'));
    await page.keyboard.press('Tab');
    expect(await editor().evaluate((element) => element.matches(':focus'))).toBe(false);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ControlOrMeta+Enter');
    await verdict('script-error').waitFor();
    expect(await mistakes()).toEqual([expect.stringMatching(/^\s*line 4 hub\.nothing is not a function/)]);
    expect(await page.locator('.cm-lint-marker-error').count()).toBe(1);
    await page.locator('.outcome .mistakes button').press('Enter');
    expect(await page.locator('.cm-activeLine').textContent()).toBe('  hub.nothing();');
    await page.keyboard.press('End');
    for (const _ of '.nothing();') await page.keyboard.press('Backspace');
    await page.keyboard.type('.cra');
    await page.locator('.cm-tooltip-autocomplete').waitFor();
    expect(await page.locator('.cm-tooltip-autocomplete li').first().textContent()).toContain('crash');
    await page.keyboard.press('Escape');
    await page.keyboard.type('sh();');
    await page.keyboard.press('ControlOrMeta+Enter');
    await verdict('passed').waitFor();
  });

  it('says at which line the text is wrong, whatever is wrong with it', async () => {
    const at = async (text: string, ends = 'refused'): Promise<string[]> => {
      await run(text, ends);
      return (await mistakes()).map((each) => each.trim());
    };
    expect(await at(story('const a: = 1;'))).toEqual(['line 3 Unexpected token']);
    // The picture of what ran before is not that of this text.
    await page.locator('.seen[data-run=none]').waitFor();
    expect(await at(story('enum A { B }'))).toEqual([
      expect.stringMatching(/^line 3 this TypeScript is more than types/),
    ]);
    expect(await at("\nimport x from 'lodash';")).toEqual([
      expect.stringMatching(/^line 2 it imports 'lodash'/),
    ]);
    expect(await at(story('sim.always(false, "it holds");'), 'failed')).toEqual([
      'line 3 This was not true: it holds',
    ]);
    expect(await at(story("sim.link('a', 'b');"), 'script-error')).toEqual([
      expect.stringMatching(/^line 3 /),
    ]);
    expect(await at('throw new Error("early");')).toEqual(['line 1 early']);
    expect(await at(story('const a = 1;', 'const a = 2;'))).toEqual([
      "line 4 Identifier 'a' has already been declared",
    ]);
    expect(await at(story("sim.every('1s', () => {", '  await sim.sleep("1s");', '});'))).toEqual([
      expect.stringMatching(/^line 4 await is only valid in async functions$/),
    ]);
  });

  it('shows what the story prints, and ends one that never ends', async () => {
    const endless = [
      'const held: unknown[] = [];',
      'for (;;) if (held.push(new Uint8Array(1_000)) > 100_000) held.length = 0;',
    ];
    await run(story('console.log("so it", { begins: 1 });', ...endless), 'ended');
    expect(await page.locator('.printed').textContent()).toBe('so it {"begins":1}');
    expect(await page.locator('.outcome .mistakes').textContent()).toContain(
      'the script loops without awaiting anything',
    );
    // And the page goes on.
    await run(story("sim.broker('hub');"), 'passed');
  });

  it.each([
    ['fetch', "await fetch('LEAK');"],
    ['new WebSocket', "new WebSocket('LEAK');"],
    ['importScripts', "importScripts('LEAK');"],
    ['indexedDB', "indexedDB.open('a');"],
  ])('refuses %s by its name, at its line', async (name, attempt) => {
    const leak = `${origin}/leak`;
    await run(story('try {', attempt.replace('LEAK', leak), '} catch {}'), 'script-error');
    expect((await mistakes())[0]).toMatch(
      new RegExp(`line 4 ${name.replace('.', '\\.')}\\(\\) is not available`),
    );
    expect(asked).not.toContain('/leak');
  });

  it('keeps the network out by the policy of its frame as well, whatever runs there', async () => {
    const attack = `
      const leak = '${origin}/leak';
      const tries = {
        fetch: () => fetch(leak),
        xhr: () => new Promise((resolve, reject) => { const x = new XMLHttpRequest(); x.onload = resolve; x.onerror = () => reject('refused'); x.open('GET', leak); x.send(); }),
        socket: () => new Promise((resolve, reject) => { const s = new WebSocket(leak.replace('http', 'ws')); s.onopen = resolve; s.onerror = () => reject('refused'); }),
        events: () => new Promise((resolve, reject) => { const s = new EventSource(leak); s.onopen = resolve; s.onerror = () => reject('refused'); }),
        transport: () => new WebTransport(leak.replace('http', 'https')).ready,
        scripts: () => importScripts(leak),
        module: () => import(leak),
        worker: () => new Promise((resolve, reject) => { const w = new Worker(leak); w.onmessage = resolve; w.onerror = () => reject('refused'); }),
        eval: () => (0, eval)('1'),
        database: () => new Promise((resolve, reject) => { const o = indexedDB.open('a'); o.onsuccess = resolve; o.onerror = () => reject('refused'); }),
        caches: () => caches.open('a'),
      };
      onmessage = async ({ data }) => {
        if (data.ask !== 'run') return;
        const done = [];
        for (const [name, attempt] of Object.entries(tries)) {
          // Who is silent for three seconds is stopped, and on a busy machine all attempts together take longer.
          postMessage({ now: 0 });
          try { await attempt(); done.push(name); } catch {}
        }
        postMessage({ printed: JSON.stringify({ tried: Object.keys(tries).length, done, origin: self.origin }) });
        postMessage({ refused: { message: 'the attack is over', because: 'story' } });
      };`;
    served = { engine: attack };
    // In a place of its own, where no story ran before: what is under way there is the attack alone.
    const own = await within('there is a context', browser.newContext());
    const tab = await within('there is a page', own.newPage());
    await tab.goto(`${origin}${BASE}playground.html`);
    await tab.locator('.cm-content').waitFor();
    await tab.getByRole('button', { name: 'Run', exact: false }).first().click();
    await tab.locator('.outcome .verdict.refused').waitFor();
    expect(JSON.parse((await tab.locator('.printed').textContent())!)).toEqual({
      tried: 11,
      done: [],
      origin: 'null',
    });
    expect(asked.filter((path) => path.includes('leak'))).toEqual([]);
    // The same attack from the page itself reaches the server: it could have been seen.
    await within(
      'the page has asked the server',
      tab.evaluate(`fetch('${origin}/leak').then(({ status }) => status)`),
    );
    expect(asked).toContain('/leak');
    await within('the context is closed', own.close());
  });

  it('shares a story by a link, which is shown and not run', async () => {
    await visit('playground.html');
    await editor().waitFor();
    await write(story('console.log("from a link");', 'await sim.sleep("3s");'));
    await page.getByLabel('seed', { exact: true }).fill('42');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Share' }).click();
    await page.locator('.told', { hasText: 'clipboard' }).waitFor();
    const link = (await page.evaluate('navigator.clipboard.readText()')) as string;
    expect(link.length).toBeLessThan(500);
    // What was written before is kept through a link that is only looked at.
    await write(story('// mine'));
    await expect.poll(() => page.evaluate("localStorage.getItem('amber-playground')")).toContain('// mine');
    await page.goto('about:blank');
    asked.length = 0;
    await page.goto(link);
    await page.locator('.from-link').waitFor();
    expect(await editor().textContent()).toContain('from a link');
    expect(await page.getByLabel('seed', { exact: true }).inputValue()).toBe('42');
    // Long enough for one that ran by itself.
    await page.waitForTimeout(500);
    expect(asked).not.toContain(`${BASE}engine-worker.js`);
    expect(await page.locator('.outcome .verdict').count()).toBe(0);
    await page.getByRole('button', { name: 'Run', exact: false }).first().click();
    await verdict('passed').waitFor();
    expect(await page.locator('.printed').textContent()).toBe('from a link');
    expect(await page.evaluate("localStorage.getItem('amber-playground')")).toContain('// mine');
    await editor().focus();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type('// and on');
    await expect.poll(() => page.evaluate("localStorage.getItem('amber-playground')")).toContain('// and on');
    expect(page.url()).not.toContain('#');
    // What the story would be told is seen before it is run.
    await page.goto(`${link}&p.loss=0.5`);
    await page.reload();
    await page.locator('.from-link').waitFor();
    expect(await page.getByLabel('loss').inputValue()).toBe('0.5');
    await page.goto('about:blank');
    await visit('playground.html');
    await page.locator('.cm-line', { hasText: '// and on' }).waitFor();
    expect(await page.locator('.from-link').count()).toBe(0);
  });

  it('has stories to start from, and gives back what was written before', async () => {
    await page.getByRole('button', { name: 'Stories…' }).click();
    expect(await axeInBothThemes()).toEqual([]);
    await page.getByRole('button', { name: /^Everybody comes back/ }).click();
    // What is one's own makes room for nothing unasked.
    await page.getByRole('alert').getByRole('button', { name: 'Keep it' }).click();
    expect(await editor().textContent()).toContain('from a link');
    await page.getByRole('button', { name: /^Everybody comes back/ }).click();
    await page.getByRole('button', { name: 'Replace it' }).click();
    expect(await editor().textContent()).toContain('A broker crashes under twenty clients');
    // What it can be told is seen before it runs.
    await page.getByLabel('clients').waitFor();
    expect(await page.getByLabel('clients').inputValue()).toBe('20');
    expect(await page.locator('.outcome .verdict').count()).toBe(0);
    await page.getByRole('button', { name: 'Run the story' }).click();
    await verdict('passed').waitFor();
    const twenty = await digest();
    expect(await page.locator('.outcome .changed').count()).toBe(0);
    await page.getByLabel('clients').fill('3');
    await page.locator('.outcome .changed').waitFor();
    await page.keyboard.press('Enter');
    await verdict('running').waitFor({ state: 'detached' });
    await expect.poll(digest).not.toBe(twenty);
    await editor().focus();
    await page.keyboard.press('ControlOrMeta+z');
    expect(await editor().textContent()).toContain('from a link');
  });

  it('is usable on a telephone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await overflow()).toBe(0);
    expect(await axeFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('runs as amber view serves it, under the policy of its server', async () => {
    const view = await startViewServer(built, undefined, 0);
    try {
      await page.goto(new URL('playground.html', view.url).href);
      await editor().waitFor();
      for (const [name, ends] of [
        ['at-least-once', 'failed'],
        ['hello', 'passed'],
      ] as const) {
        await page.evaluate(`location.hash = '#story=${name}'`);
        await page.locator('.cm-line', { hasText: 'scenario(' }).first().waitFor();
        await page.keyboard.press('ControlOrMeta+Enter');
        await verdict(ends).waitFor();
        // A run that failed is seen where it failed.
        if (ends === 'failed')
          await page
            .locator('amber-trace .inspector-body')
            .getByText('the door is counted once')
            .first()
            .waitFor();
        // Nobody is taken out of what they write.
        expect(
          await page.evaluate(
            "document.querySelector('amber-playground').shadowRoot.activeElement?.localName",
          ),
        ).not.toBe('amber-trace');
      }
      expect(complaints).toEqual([]);
    } finally {
      await view.close();
    }
  });
});
