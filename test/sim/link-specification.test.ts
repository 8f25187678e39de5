import { describe, expect, it } from 'vitest';
import { LinkTerms } from '../../src/sim/link.ts';
import { type LinkSpecification, linkOptions } from '../../src/sim/link-specification.ts';

function termsOf(specification: LinkSpecification): LinkTerms {
  return LinkTerms.of(linkOptions(specification, 'a~b'));
}

const FLEET: LinkSpecification = { latency: ['10ms', '40ms'], loss: 0.01 };

describe('the terms of links', () => {
  it('are shared by links that were told the same, one after the other', () => {
    expect(termsOf({ ...FLEET })).toBe(termsOf({ ...FLEET }));
  });

  it.each<[string, LinkSpecification]>([
    ['latency', { ...FLEET, latency: ['11ms', '40ms'] }],
    ['the width of latencies', { ...FLEET, latency: ['10ms', '41ms'] }],
    ['one latency', { ...FLEET, latency: '10ms' }],
    [
      'a jitter of another kind',
      { loss: 0.01, latency: '10ms', jitter: { kind: 'exponential', meanMicros: 1 } },
    ],
    ['loss', { ...FLEET, loss: 0.02 }],
    ['bursts of loss', { ...FLEET, loss: { goodMicros: 1_000, badMicros: 1_000 } }],
    ['rate', { ...FLEET, rate: 1_000 }],
    ['queue', { ...FLEET, queue: { packets: 3 } }],
    ['order', { ...FLEET, reorder: true }],
  ])('are others where they differ in %s, on either side', (_what, other) => {
    const terms = termsOf(FLEET);
    const others = termsOf(other);
    expect(others).not.toEqual(terms);
    expect(termsOf(FLEET)).toEqual(terms);
  });

  it('refuse what makes no sense also after a link that does', () => {
    termsOf(FLEET);
    expect(() => termsOf({ ...FLEET, loss: 2 })).toThrow(/2/);
  });
});
