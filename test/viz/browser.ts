/** Finds a Chromium, and builds the viewer for the tests that look at it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

/** The same engine without windows: a page costs it a third of what it costs a whole Chromium. */
const WITHOUT_WINDOWS = ['chromium-headless-shell', 'chrome-headless-shell'];
const WHOLE = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * @param preferred names of programs, the best first.
 * @throws {Error} that says where it looked.
 */
function findChromium(preferred: readonly string[]): string {
  const wanted = process.env.CHROMIUM;
  if (wanted !== undefined && wanted !== '') {
    if (existsSync(wanted)) return wanted;
    throw new Error(`CHROMIUM is ${wanted}, and there is no such file`);
  }
  const places = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  for (const name of preferred) {
    for (const place of places) if (existsSync(join(place, name))) return join(place, name);
  }
  throw new Error(
    'the tests of the viewer need a Chromium: set CHROMIUM to one, or install the package "chromium" (none in PATH)',
  );
}

/** How the one that tests share is started: without a screen, and asking nobody for anything. */
export const launching = (preferred = [...WITHOUT_WINDOWS, ...WHOLE]): LaunchOptions => ({
  executablePath: findChromium(preferred),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
  ],
});

/** A whole one, as people have it. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch(launching(WHOLE));
}

/**
 * Builds into a directory of its own, so that a test neither needs nor changes `dist`; in a process of its own, because a test
 * runner's environment would make it a build for developers.
 */
export async function buildViewer(into: string): Promise<void> {
  const vite = join(createRequire(import.meta.url).resolve('vite/package.json'), '../bin/vite.js');
  const root = fileURLToPath(new URL('../../', import.meta.url));
  await promisify(execFile)(
    process.execPath,
    [vite, 'build', '--outDir', into, '--emptyOutDir', '--logLevel', 'error'],
    {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
}
