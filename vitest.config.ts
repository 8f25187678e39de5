import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['amber-source'] },
  ssr: { resolve: { conditions: ['amber-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
