import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import story from '../../sims/flapping-uplink.ts';
import { pageLink, pageOf } from '../../src/cli/page-link.ts';
import { runHosted } from '../../src/host/run-hosted.ts';
import { readRunLink } from '../../src/runner/run-link.ts';
import { repository } from '../programs.ts';

const path = join(repository, 'sims/flapping-uplink.ts');

describe('the page that runs a failure again', () => {
  it('is told the mutant, the chance and the first event that shows what broke', async () => {
    const options = { seed: '7', level: 'full', mutant: 'session-present-never', profile: 'calm' } as const;
    const result = await runHosted(story, options);
    expect(result.verdict).toBe('failed');
    const link = pageLink({ path, result, level: 'full' })!;
    const { seed, parameters } = result;
    expect(readRunLink(link)).toEqual({
      story: 'flapping-uplink',
      seed,
      ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
      profile: 'calm',
      mutant: 'session-present-never',
    });
    const words = new URLSearchParams(link.slice(1));
    expect(words.get('digest')).toBe(result.digest);
    expect(Number(words.get('event'))).toBe(result.report?.violations[0]?.about.at(-1));
    expect(pageOf(link, {})).toBe(`npx amber view '${link}'`);
    expect(pageOf(link, { AMBER_SITE: 'https://example.org/amber/' })).toBe(
      `https://example.org/amber/${link}`,
    );
  });

  it('is none for a story of somebody else, or for a run with faults left out', async () => {
    const result = await runHosted(story, { seed: '3', level: 'digest' });
    expect(pageLink({ path, result, level: 'full' })).toContain('#story=flapping-uplink&seed=3');
    expect(
      pageLink({ path: join(repository, 'sims/swarm/wills.ts'), result, level: 'full' }),
    ).toBeUndefined();
    expect(pageLink({ path: join(repository, 'test/programs.ts'), result, level: 'full' })).toBeUndefined();
    expect(pageLink({ path, result, level: 'full', filter: { without: ['hub/crash#1'] } })).toBeUndefined();
    expect(pageOf(undefined, {})).toBeUndefined();
  });
});
