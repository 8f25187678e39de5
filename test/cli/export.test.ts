/** Pictures, pages and captures of a trace, by the real command. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program } from '../programs.ts';
import { launchChromium } from '../viz/browser.ts';
import { longFixture } from '../viz/export/traces.ts';
import { elementsOf } from '../viz/export/xml.ts';
import { crowdFixture, plantFixture } from '../viz/fixture.ts';
import { Commands } from './command.ts';

const plant = plantFixture();
let directory: string;
let commands: Commands;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'amber-export-'));
  commands = new Commands(directory);
  writeFileSync(join(directory, 'plant.amber.jsonl.gz'), gzipSync(plant.text));
  writeFileSync(join(directory, 'plain.amber.jsonl'), plant.text);
  writeFileSync(join(directory, 'long.amber.jsonl.gz'), gzipSync(longFixture(2_000).text));
});
afterAll(() => {
  commands.end();
  rmSync(directory, { recursive: true, force: true });
});

const amber = (...args: string[]) => commands.run(args);

const read = (name: string): string => readFileSync(join(directory, name), 'utf8');

describe('amber export', () => {
  it('makes every form at once and says what is in each', async () => {
    const { code, out, err } = await amber(
      ...['export', 'plant.amber.jsonl.gz', '--svg', 'p.svg', '--html', 'p.html'],
      ...['--mermaid', 'p.mmd', '--pcapng', 'p.pcapng'],
    );
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^svg +p\.svg: 79 packets, \d+ x \d+$/m);
    expect(out).toMatch(/^html +p\.html: the viewer with the whole trace, [\d,]+ B$/m);
    expect(out).toMatch(/^mermaid +p\.mmd: 79 packets$/m);
    expect(out).toMatch(/^pcapng +p\.pcapng: 79 packets for Wireshark$/m);
    expect(elementsOf(read('p.svg'))[0]!.name).toBe('svg');
    expect(read('p.mmd')).toMatch(/^sequenceDiagram$/m);
  });

  it('draws the same picture each time, also of a trace that is not packed', async () => {
    const one = await amber('export', 'plant.amber.jsonl.gz', '--svg', '-');
    const other = await amber('export', 'plain.amber.jsonl', '--svg', '-');
    expect(one.out).toBe(other.out);
    expect(one.out).toMatch(/^<svg /);
  });

  it('draws a part by times and by an event, in either theme, and says what it left out', async () => {
    expect((await amber('export', 'long.amber.jsonl.gz', '--svg', 'l.svg')).out).toMatch(
      /l\.svg: an excerpt about the broken promise at 1\.001 s: \d+ of 2,000 packets\n$/,
    );
    const cut = await amber(
      'export',
      'plant.amber.jsonl.gz',
      '--svg',
      'c.svg',
      '--from',
      '690ms',
      '--to',
      '4.6s',
    );
    expect(cut.out).toMatch(/c\.svg: 690 ms to 4\.600 s of .*: \d+ of 79 packets\n$/);
    const delivery = plant.events.findLast(({ k }) => k === 'app.delivered')!.i;
    const about = ['--event', `${delivery}`, '--theme', 'dark'];
    expect((await amber('export', 'plant.amber.jsonl.gz', '--svg', 'e.svg', ...about)).out).toContain(
      'an excerpt about what happened at',
    );
    expect(read('e.svg')).toContain('#131210');
  });

  it.each([
    [[], 2, /as what\? say --svg, --html, --mermaid or --pcapng/],
    [['--svg', 'plant.amber.jsonl.gz'], 2, /--svg is the trace itself/],
    [['--svg', '-', '--html', 'x.html'], 2, /- prints one form/],
    [['--svg', 'x.svg', '--from', '5'], 2, /--from '5' cannot be read; write a number and one of/],
    [['--svg', 'x.svg', '--from', '2s', '--to', '1s'], 2, /--from is after --to/],
    [['--svg', 'x.svg', '--from', '2h'], 2, /--from is after the end of the trace/],
    [['--svg', 'x.svg', '--event', '0'], 2, /--event is '0'; the trace has the events 1 to/],
    [['--svg', 'x.svg', '--event', '3', '--from', '1s'], 2, /--event finds its own time/],
    [['--pcapng', 'x.pcapng', '--from', '1s'], 2, /choose a part for --svg and --mermaid/],
    [['--svg', 'x.svg', '--theme', 'pink'], 2, /--theme is 'pink'; it can be light, dark/],
    [['--svg', 'nowhere/x.svg'], 5, /ENOENT/],
  ] as const)('refuses %j in one line and leaves nothing', async (options, code, message) => {
    const before = readdirSync(directory);
    const { code: exit, err } = await amber('export', 'plant.amber.jsonl.gz', ...options);
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(exit).toBe(code);
    expect(readdirSync(directory)).toEqual(before);
  });

  it('refuses what is no trace, and shows what there is of one that was cut off', async () => {
    writeFileSync(join(directory, 'page.html'), '<!doctype html>');
    expect(await amber('export', 'page.html', '--svg', 'x.svg')).toMatchObject({ code: 5 });
    expect((await amber('export', 'nothing', '--svg', 'x.svg')).err).toMatch(/there is no file nothing/);
    expect(existsSync(join(directory, 'x.svg'))).toBe(false);
    writeFileSync(join(directory, 'cut.amber.jsonl'), plant.text.slice(0, plant.text.length >> 1));
    const { code, err } = await amber('export', 'cut.amber.jsonl', '--svg', 'cut.svg');
    expect(code).toBe(0);
    expect(err).toMatch(/^amber: cut\.amber\.jsonl: .+\n$/);
    expect(read('cut.svg')).toContain('unfinished');
  });
});

describe.skipIf(program('tshark') === undefined)('the capture that amber export makes', () => {
  it('opens in tshark with every packet and none malformed', async () => {
    expect((await amber('export', 'plant.amber.jsonl.gz', '--pcapng', 't.pcapng')).code).toBe(0);
    const tshark = (...options: string[]): string[] => {
      const { stdout } = spawnSync(
        program('tshark')!,
        ['-r', join(directory, 't.pcapng'), '-d', 'tcp.port==1883,mqtt', ...options],
        { encoding: 'utf8' },
      );
      return stdout.split('\n').filter((line) => line !== '');
    };
    expect(tshark('-Y', '_ws.malformed')).toEqual([]);
    const types = tshark('-Y', 'mqtt', '-T', 'fields', '-e', 'mqtt.msgtype').flatMap((line) =>
      line.split(','),
    );
    expect(types).toHaveLength(79);
  });
});

describe.skipIf(program('chromium') === undefined)('the page that amber export makes', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  it('shows its trace from a file, without a request and without a complaint', async () => {
    expect((await amber('export', 'plant.amber.jsonl.gz', '--html', 'page-of-plant.html')).code).toBe(0);
    const page = await browser.newPage();
    const told: string[] = [];
    page.on('console', (message) => told.push(message.text()));
    page.on('pageerror', (error) => told.push(error.message));
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const address = `file://${join(directory, 'page-of-plant.html')}`;
    await page.goto(address);
    await page.getByText('plant.amber.jsonl.gz').first().waitFor();
    await page.getByText('79 packets').first().waitFor();
    expect(told).toEqual([]);
    // Its worker is a part of it.
    expect(asked.filter((url) => url !== address && !url.startsWith('blob:'))).toEqual([]);
    await page.close();
  });

  it('has at most 2 MB for a trace of 10,000 events', async () => {
    const crowd = crowdFixture(20, 2_000);
    expect(crowd.events.length).toBeGreaterThan(10_000);
    writeFileSync(join(directory, 'crowd.amber.jsonl.gz'), gzipSync(crowd.text));
    expect((await amber('export', 'crowd.amber.jsonl.gz', '--html', 'crowd.html')).code).toBe(0);
    expect(statSync(join(directory, 'crowd.html')).size).toBeLessThan(2_000_000);
  });
});
