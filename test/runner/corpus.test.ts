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
    expect(keptWith(parseCorpus(text, 'x'), terms).map(({ seed }) => seed)).toEqual(['4', '30']);
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
