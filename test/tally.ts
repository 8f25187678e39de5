import type { Reporter, TestModule } from 'vitest/node';
import { untested } from './programs.ts';

/** Ends every run with what could not be tested here and with the true counts. */
export default class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      // A module that broke before its tests were collected has failed as surely as a test.
      if (module.state() === 'failed' && [...module.children.allTests('failed')].length === 0)
        counts.failed++;
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (state === 'passed' || state === 'failed' || state === 'skipped') counts[state]++;
      }
    }
    for (const sentence of untested()) console.log(`NOT TESTED: ${sentence}`);
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  }
}
