import { describe, expect, it } from 'vitest';
import { type LinkedRun, readRunLink, runLink } from '../../src/runner/run-link.ts';

describe('a link that runs', () => {
  const run: LinkedRun = {
    story: 'lessons/qos-1',
    seed: 'a+b&c=d',
    parameters: { loss: '0.1', mode: 'a b' },
    transport: 'ideal',
    profile: 'hostile',
    mutant: 'dup-on-new',
    level: 'packets',
    faults: [{ id: 'hub/crash@5', family: 'crash', target: 'hub', at: 5, detail: {} }],
  };

  it('gives back what it was made of, wherever it stands', () => {
    expect(readRunLink(runLink(run))).toEqual(run);
    expect(readRunLink(`#view=topology&${runLink(run)}&event=7&digest=00`)).toEqual(run);
  });

  it('says nothing of what is the default', () => {
    expect(runLink({ story: 'a', seed: '1', transport: 'tcp', level: 'full' })).toBe('story=a&seed=1');
  });

  it('leaves aside what cannot be, and is none without a story', () => {
    expect(
      readRunLink('story=a&transport=carrier-pigeon&profile=x&fault=1&fault={"id":1}&level=all'),
    ).toEqual({
      story: 'a',
      seed: '1',
    });
    expect(readRunLink('seed=7&event=5')).toBeUndefined();
  });
});
