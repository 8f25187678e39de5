/** Whoever can write to a Redis can write anything: what is none of ours is refused before anybody acts on it. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CampaignDataError, isBelow, parseCampaign } from '../../src/campaign/campaign.ts';
import { packResult, unpackResult } from '../../src/campaign/result.ts';
import { recordWithout } from '../../src/runner/seed-record.ts';

const campaign = {
  ...{
    format: 'amber-campaign',
    version: 1,
    id: '0123456789abcdef',
    patienceMillis: 20_000,
    first: 1,
    since: 0,
  },
  stories: [{ path: 'sims/topics.ts', identity: { amber: '1', modules: '0' } }],
  run: { parameters: { qos: '2' }, transport: 'tcp', profile: 'swarm' },
};
const [story] = campaign.stories;

describe('the announcement of a campaign', () => {
  it('is read as it was written', () => {
    expect(parseCampaign(JSON.stringify(campaign))).toEqual(campaign);
  });

  it.each<[string, unknown]>([
    ['no announcement', null],
    ['no announcement', { ...campaign, format: 'x' }],
    ['of version 2', { ...campaign, version: 2 }],
    ["'id'", { ...campaign, id: '../../etc/passwd' }],
    ["'stories'", { ...campaign, stories: [] }],
    ["'stories'", { ...campaign, stories: new Array(1_001).fill(story) }],
    ['a story', { ...campaign, stories: [null] }],
    ['a story', { ...campaign, stories: [{ ...story, path: 7 }] }],
    ['which sims/topics.ts', { ...campaign, stories: [{ path: 'sims/topics.ts' }] }],
    ['which sims/topics.ts', { ...campaign, stories: [{ ...story, identity: { amber: '1', modules: 7 } }] }],
    [
      'which sims/topics.ts',
      { ...campaign, stories: [{ ...story, identity: { ...story!.identity, hosted: { node: 22 } } }] },
    ],
    ["'run'", { ...campaign, run: [] }],
    ["'parameters'", { ...campaign, run: { ...campaign.run, parameters: null } }],
    ["'parameters'", { ...campaign, run: { ...campaign.run, parameters: { qos: 2 } } }],
    ["'parameters'", { ...campaign, run: { ...campaign.run, parameters: { qos: '2'.repeat(9_999) } } }],
    ["'transport'", { ...campaign, run: { ...campaign.run, transport: 'pigeon' } }],
    ["'profile'", { ...campaign, run: { ...campaign.run, profile: 'evil' } }],
    ["'mutant'", { ...campaign, run: { ...campaign.run, mutant: 3 } }],
    ["'patienceMillis'", { ...campaign, patienceMillis: 1e12 }],
    ["'first'", { ...campaign, first: -1 }],
    ["'since'", { ...campaign, since: '0' }],
    ['no announcement', { ...campaign, filler: 'x'.repeat(1_000_000) }],
  ])('is refused for %s', (what, value) => {
    expect(() => parseCampaign(JSON.stringify(value))).toThrow(CampaignDataError);
    expect(() => parseCampaign(JSON.stringify(value))).toThrow(what);
  });

  it('names stories of this checkout alone', () => {
    expect(['a.ts', 'sims/a.mjs', 'a b/c.js', '.hidden/a.cts'].filter((path) => !isBelow(path))).toEqual([]);
    expect(
      [
        ...['/etc/a.ts', '../a.ts', 'a/../../b.ts', './a.ts', 'a//b.ts', 'a/..', 'node_modules/x/a.js'],
        ...[
          'a/node_modules/x.js',
          'file:///a.ts',
          'C:\\a.ts',
          'a\0.ts',
          'a.ts?x',
          'a.json',
          '',
          'x'.repeat(1_000),
        ],
        ...['%2e%2e/a.ts', 'data:text/javascript,x.js', 'node:fs.js'],
      ].filter(isBelow),
    ).toEqual([]);
  });
});

describe('the result of a job', () => {
  const job = { story: 0, first: 7, count: 2 };
  const records = ['7', '8'].map((seed) => recordWithout('there.ts', seed, 'stuck', 'it loops', 3));
  const packed = (...lines: unknown[]) =>
    promisify(gzip)(lines.map((line) => JSON.stringify(line)).join('\n'));
  const head = { version: 1, worker: 'w', millis: 3 };
  const [first, second] = records.map(({ file: _, ...rest }) => rest);

  it('is read as it was made, of the file as the submitter calls it', async () => {
    const bytes = await packResult({ worker: 'w', millis: 3, records });
    expect(await unpackResult(bytes, job, 'here.ts')).toEqual({
      ...{ worker: 'w', millis: 3 },
      records: records.map((record) => ({ ...record, file: 'here.ts' })),
    });
  });

  it.each<[string, readonly unknown[]]>([
    ['another version', [{ ...head, version: 2 }, first, second]],
    ['another version', [null, first, second]],
    ['whose it is', [{ ...head, worker: 7 }, first, second]],
    ['whose it is', [{ ...head, millis: -1 }, first, second]],
    ['1 seeds instead of 2', [head, first]],
    ['3 seeds instead of 2', [head, first, second, second]],
    ['no record of seed 7', [head, second, first]],
    ['no record of seed 8', [head, first, first]],
    ['no record of seed 7', [head, null, second]],
    ['no record of seed 7', [head, { ...first, outcome: 'excellent' }, second]],
    ['no record of seed 7', [head, { ...first, events: 'many' }, second]],
    ['no record of seed 7', [head, { ...first, rules: null }, second]],
    ['no record of seed 7', [head, { ...first, rules: { 'will.due': [1, 2, 3] } }, second]],
    ['no record of seed 7', [head, { ...first, faults: { crash: -1 } }, second]],
    ['no record of seed 7', [head, { ...first, sometimes: { 'it rains': 'yes' } }, second]],
    ['no record of seed 7', [head, { ...first, detail: {} }, second]],
  ])('is refused as %s', async (what, lines) => {
    await expect(unpackResult(await packed(...lines), job, 'here.ts')).rejects.toThrow(CampaignDataError);
    await expect(unpackResult(await packed(...lines), job, 'here.ts')).rejects.toThrow(what);
  });

  it('is refused when it is no such thing at all, and always for the file that was asked for', async () => {
    for (const bytes of [Buffer.from(''), Buffer.from('hello'), await packed('')])
      await expect(unpackResult(bytes, job, 'here.ts')).rejects.toThrow(CampaignDataError);
    const elsewhere = await packed(head, { ...first, file: 'there.ts' }, second);
    await expect(unpackResult(elsewhere, job, 'here.ts')).rejects.toThrow('no record of seed 7');
  });
});
