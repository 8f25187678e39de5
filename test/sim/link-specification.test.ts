import { describe, expect, it } from 'vitest';
import { type LinkSpecification, linkTerms } from '../../src/sim/link-specification.ts';

const FLEET: LinkSpecification = { latency: ['10ms', '40ms'], loss: 0.01 };

describe('the terms of links', () => {
  it('are shared by links that were told the same, one after the other', () => {
    expect(linkTerms({ ...FLEET }, 'a~b')).toBe(linkTerms({ ...FLEET }, 'c~b'));
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
    const terms = linkTerms(FLEET, 'a~b');
    const others = linkTerms(other, 'c~b');
    expect(others).not.toEqual(terms);
    expect(linkTerms(FLEET, 'd~b')).toEqual(terms);
  });

  it('refuse what makes no sense also after a link that does', () => {
    linkTerms(FLEET, 'a~b');
    expect(() => linkTerms({ ...FLEET, loss: 2 }, 'c~b')).toThrow(/2/);
  });
});
