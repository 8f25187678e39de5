/** One built viewer and one Chromium for all files of tests that look at it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { buildViewer, launching } from './browser.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The directory of the built viewer. */
    viewer: string;
    /** Where the Chromium listens. */
    chromium: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const viewer = mkdtempSync(join(tmpdir(), 'amber-viewer-'));
  const [browser] = await Promise.all([chromium.launchServer(launching()), buildViewer(viewer)]);
  project.provide('viewer', viewer);
  project.provide('chromium', browser.wsEndpoint());
  return async () => {
    await browser.close();
    rmSync(viewer, { recursive: true, force: true });
  };
}
