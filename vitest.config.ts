import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import LongestFirst from './test/order.ts';

// Tests and sims import the package by its public name and get the sources, without a build.
const conditions = ['amber-source'];

const LESSONS = 'test/viz/lessons/lessons.test.ts';
/** Of modules that keep nothing of what was done with them, also where commands are run and sockets opened. */
const MODULES = [
  ...[
    'campaign',
    'check',
    'collections',
    'dialogue',
    'dialogues',
    'fuzz',
    'mqtt',
    'net',
    'runner',
    'scenario',
    'sim',
    'trace',
    'websocket',
    'workloads',
  ].map((folder) => `test/${folder}/**/*.test.ts`),
  // That one hosts a run in its own process.
  'test/cli/!(page-link).test.ts',
  ...[
    'architecture',
    'bench/*',
    'bundles',
    'conformance',
    'determinism',
    'examples/*',
    'found/tcp',
    'readme',
    'sims/lessons/*',
    'sims/stories',
    'sims/swarm',
    'zoo/*',
  ].map((name) => `test/${name}.test.ts`),
];

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
          exclude: ['test/viz/**', 'test/found/emitted/**', ...MODULES],
        },
      },
      // To load these modules anew for each file takes longer than most of their tests.
      { extends: true, test: { name: 'modules', include: MODULES, isolate: false } },
      {
        extends: true,
        test: {
          name: 'viewer',
          isolate: false,
          include: ['test/viz/**/*.test.ts'],
          exclude: [LESSONS],
          globalSetup: ['test/viz/setup.ts'],
        },
      },
      // Who writes a lesson has it checked without a browser.
      { extends: true, test: { name: 'lessons', include: [LESSONS] } },
    ],
    // A test that hangs is to be ended; one on a machine that is busy with other things is not, and what it waits for is late, not lost.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 120_000 } },
    // Two more than there are cores: tests of commands, of pages and of sockets wait for other processes half of their time.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/tally.ts'],
  },
});
