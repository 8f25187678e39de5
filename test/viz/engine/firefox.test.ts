/**
 * The engine in Firefox. Nothing drives it but the page itself: it runs every story, and posts what they came to to the server it came
 * from.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { runHosted } from '../../../src/host/run-hosted.ts';
import type { RunRequest } from '../../../viz/engine/messages.ts';
import { program } from '../../programs.ts';
import { SIM_NAMES, simNamed } from './sims.ts';

const firefox = program('firefox');

const seed = '7';
const requests: readonly RunRequest[] = SIM_NAMES.map((story) => ({
  story,
  seed,
  level: 'packets',
  // A thousand clients are for those who have the time.
  parameters: story === 'reconnect-storm' ? { clients: 20 } : {},
}));

/** Of a page that has nobody to click in it. */
const PAGE = `<!doctype html><title>Amber</title><amber-trace></amber-trace>
<script type="module" src="./amber-trace.js"></script>
<script type="module">
  const told = [];
  try {
    const engine = await document.querySelector('amber-trace').runs.engine();
    for (const request of ${JSON.stringify(requests)}) {
      const { result, problem } = await engine.run(request).ended;
      told.push({ story: request.story, digest: result?.digest, verdict: result?.verdict, problem });
    }
  } catch (error) {
    told.push({ problem: String(error) });
  }
  await fetch('./told', { method: 'POST', body: JSON.stringify(told) });
</script>`;

/** Nothing of a first visit, and nothing that asks the network. */
const PREFERENCES = [
  ['browser.shell.checkDefaultBrowser', false],
  ['browser.aboutwelcome.enabled', false],
  ['datareporting.policy.dataSubmissionEnabled', false],
  ['toolkit.telemetry.enabled', false],
  ['app.update.enabled', false],
  ['network.captive-portal-service.enabled', false],
  ['network.connectivity-service.enabled', false],
].map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${value});`);

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

describe.skipIf(firefox === undefined)('the engine in Firefox', () => {
  const profile = mkdtempSync(join(tmpdir(), 'amber-firefox-'));

  let browser: ChildProcess | undefined;

  afterAll(async () => {
    if (browser?.exitCode === null) {
      const gone = once(browser, 'exit');
      process.kill(-browser.pid!, 'SIGKILL');
      await gone;
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  });

  it('comes to the digest of the command line for every story that the viewer brings', async () => {
    writeFileSync(join(profile, 'user.js'), PREFERENCES.join('\n'));
    let tell: (told: string) => void;
    const told = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const server = createServer((request, response) => {
      const name = basename(request.url ?? '');
      if (request.method === 'POST') {
        let body = '';
        request.on('data', (chunk) => (body += chunk));
        request.on('end', () => {
          response.end();
          tell(body);
        });
      } else if (name === 'page') {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
      } else if (/^[\w-]+\.(?:js|css)$/.test(name)) {
        response.writeHead(200, { 'content-type': TYPES[extname(name)]! });
        response.end(readFileSync(join(inject('viewer'), name)));
      } else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/page`;
    // A group of its own, so that all of its processes end with it.
    const started = spawn(firefox!, ['--headless', '--no-remote', '--profile', profile, address], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' },
    });
    browser = started;
    try {
      const gone = once(started, 'exit').then(([code]) => `"Firefox ended with ${code}"`);
      const got = JSON.parse(await Promise.race([told, gone])) as unknown;
      const wanted: unknown[] = [];
      for (const { story, parameters = {} } of requests) {
        const { digest, verdict } = await runHosted(simNamed(story as string), {
          seed,
          parameters,
          level: 'digest',
        });
        wanted.push({ story, digest, verdict });
      }
      expect(got).toEqual(wanted);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
