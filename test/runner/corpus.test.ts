import { describe, expect, it } from 'vitest';
import { CorpusError, formatCorpus, grown, keptWith, parseCorpus, termsOf } from '../../src/runner/corpus.ts';
import { Rarity } from '../../src/runner/rarity.ts';
import { recordWithout, type SeedRecord } from '../../src/runner/seed-record.ts';

const record = (seed: number, changes: Partial<SeedRecord> = {}): SeedRecord => ({
  ...recordWithout('story.ts', `${seed}`, 'passed', ''),
  rules: { 'delivery.qos': [3, 0, 0, 0] },
  ...changes,
});

describe('seeds that are rare', () => {
  const records = Array.from({ length: 400 }, (_, at) => {
    const seed = at + 1;
    const changes: Partial<SeedRecord> = {};
    if (seed % 150 === 0) changes.rules = { 'will.due': [1, 1, 0, 0] };
    if (seed % 4 === 0) changes.faults = { crash: 1 };
    if (seed === 7) changes.sometimes = { 'it snows': true, 'it rains': false };
    if (seed % 3 === 0) Object.assign(changes, { outcome: 'failed', broke: 'will.once' });
    return record(seed, changes);
  });
  const rareOf = (some: readonly SeedRecord[], known = 0) => {
    const rarity = new Rarity();
    for (const each of some) rarity.add(each);
    return rarity.rare('story.ts', () => known);
  };

  it('did what hardly any other did, or broke something, and are few for each', () => {
    expect(rareOf(records)).toEqual([
      { seed: '3', why: ['breaks will.once'] },
      { seed: '6', why: ['breaks will.once'] },
      { seed: '7', why: ['sees that it snows'] },
      { seed: '150', why: ['reaches will.due', 'reaches will.due under a fault'] },
      { seed: '300', why: ['reaches will.due', 'reaches will.due under a fault'] },
    ]);
  });

  it('did often under a fault what others do seldom', () => {
    const often = records.map((each) =>
      each.seed === '20' || each.seed === '40'
        ? { ...each, rules: { 'delivery.qos': [30, each.seed === '20' ? 9 : 4, 0, 0] as const } }
        : { ...each, outcome: 'passed' as const, rules: { 'delivery.qos': [3, 3, 0, 0] as const } },
    );
    expect(rareOf(often).filter(({ seed }) => Number(seed) < 100)).toEqual([
      { seed: '7', why: ['sees that it snows'] },
      {
        seed: '20',
        why: ['reaches delivery.qos 4 times under a fault', 'reaches delivery.qos 8 times under a fault'],
      },
      { seed: '40', why: ['reaches delivery.qos 4 times under a fault'] },
    ]);
  });

  it('are kept for each promise however much scripts have to say', () => {
    const talkative = records.map((each) => ({ ...each, sometimes: {} as Record<string, boolean> }));
    for (let text = 0; text < 2_000; text++)
      talkative[0]!.sometimes[`it snows for the ${text}th time`] = true;
    const rare = rareOf(talkative);
    expect(rare[0]!.why).toHaveLength(1_000);
    expect(rare.find(({ seed }) => seed === '150')!.why).toContain('reaches will.due');
  });

  it('are the same in whatever order they come, and none when enough are kept', () => {
    expect(rareOf([...records].reverse())).toEqual(rareOf(records));
    expect(rareOf(records, 1).map(({ seed }) => seed)).toEqual(['3', '7', '150']);
    expect(rareOf(records, 2)).toEqual([]);
  });
});

describe('a corpus', () => {
  const terms = termsOf({ parameters: {}, transport: 'tcp', profile: 'swarm' });

  it('has a line for each seed, in order, and reasons that add up', () => {
    const first = grown([], [{ seed: '30', why: ['b'] }], terms);
    const second = grown(
      first,
      [
        { seed: '4', why: ['a'] },
        { seed: '30', why: ['a', 'b'] },
      ],
      terms,
    );
    const other = grown(second, [{ seed: '4', why: ['c'] }], termsOf({ mutant: 'dup-forgotten' }));
    const text = formatCorpus(other);
    expect(text).toBe(
      '{"seed":"4","why":["a"],"with":{"profile":"swarm"}}\n{"seed":"4","why":["c"],"with":{"mutant":"dup-forgotten"}}\n' +
        '{"seed":"30","why":["a","b"],"with":{"profile":"swarm"}}\n',
    );
    expect(formatCorpus(parseCorpus(text, 'x'))).toBe(text);
  });

  it('is run again in the order of how much was rare, what was run alike alone', () => {
    const of = (seed: string, ...why: string[]) => ({ seed, why, with: terms });
    const kept = [of('3', 'a'), of('20', 'a'), of('100', 'a', 'b'), { ...of('7', 'a', 'b', 'c'), with: {} }];
    expect(keptWith(kept, terms).map(({ seed }) => seed)).toEqual(['100', '3', '20']);
    expect(keptWith(kept, {}).map(({ seed }) => seed)).toEqual(['7']);
  });

  it.each([
    '{',
    '7',
    'null',
    '{"seed":7,"why":[],"with":{}}',
    '{"seed":"1/2","why":[],"with":{}}',
    '{"seed":"1","why":[]}',
  ])('is refused in one line when one of its is %s', (line) => {
    expect(() => parseCorpus(`\n${line}\n`, 'a.seeds.jsonl')).toThrow(CorpusError);
    expect(() => parseCorpus(`\n${line}\n`, 'a.seeds.jsonl')).toThrow('a.seeds.jsonl: line 2 is no seed');
  });
});
