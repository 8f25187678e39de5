import { describe, expect, it } from 'vitest';
import { summaryOf } from '../../src/runner/narration.ts';
import type { Attempt } from '../../src/runner/reduction.ts';

describe('a failure in one sentence', () => {
  const attempt = { result: { scenario: 'A long way' }, deeds: [], trace: [] } as unknown as Attempt;

  it('begins with the name of its story, where nobody calls anything and nothing befalls the world', () => {
    expect(summaryOf(attempt, { omit: [], plan: [] }, 'always: one connection is enough')).toBe(
      'A long way: one connection is enough',
    );
  });

  it('begins with what befalls it', () => {
    const cut = { id: 'a~b/reset#1', family: 'reset', target: 'a~b', at: 0, detail: {} } as const;
    expect(summaryOf(attempt, { omit: [], plan: [cut] }, 'always: it goes on')).toMatch(
      /^a~b .*: it goes on$/,
    );
  });
});
