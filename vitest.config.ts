import { defineConfig } from 'vitest/config';

// Tests and sims import the package by its public name and get the sources, without a build.
const conditions = ['amber-source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default', './test/tally.ts'],
  },
});
