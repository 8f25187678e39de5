/** Finds a Chromium, and builds the viewer for the tests that look at it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** @throws {Error} that says where it looked. */
export function findChromium(): string {
  const wanted = process.env.CHROMIUM;
  if (wanted !== undefined && wanted !== '') {
    if (existsSync(wanted)) return wanted;
    throw new Error(`CHROMIUM is ${wanted}, and there is no such file`);
  }
  const places = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  for (const place of places) {
    for (const name of NAMES) if (existsSync(join(place, name))) return join(place, name);
  }
  throw new Error(
    'the tests of the viewer need a Chromium: set CHROMIUM to one, or install the package "chromium" (none in PATH)',
  );
}

/** How it is started: without a screen, and asking nobody for anything. */
export const launching = (): LaunchOptions => ({
  executablePath: findChromium(),
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

export function launchChromium(): Promise<Browser> {
  return chromium.launch(launching());
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
