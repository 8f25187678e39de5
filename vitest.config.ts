import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Tests and sims import the package by its public name and get the sources, without a build.
const conditions = ['amber-source'];

const LESSONS = 'test/viz/lessons/lessons.test.ts';

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      {
        extends: true,
        // What `amber shrink` wrote of bugs in libraries fails for as long as they are there; test/found/emitted.test.ts runs it.
        test: {
          name: 'engine',
          include: ['test/**/*.test.ts'],
          exclude: ['test/viz/**', 'test/found/emitted/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'viewer',
          include: ['test/viz/**/*.test.ts'],
          exclude: [LESSONS],
          globalSetup: ['test/viz/setup.ts'],
        },
      },
      // Who writes a lesson has it checked without a browser.
      { extends: true, test: { name: 'lessons', include: [LESSONS] } },
    ],
    // A test that hangs is to be ended; one on a machine that is busy with other things is not.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // One more than there are cores: tests of commands and of pages wait for other processes half of their time.
    maxWorkers: availableParallelism() + 1,
    reporters: ['default', './test/tally.ts'],
  },
});
