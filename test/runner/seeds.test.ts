import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSeedOf,
  parseSeeds,
  parseShard,
  SeedRangeError,
  seedCount,
  seedsOf,
} from '../../src/runner/seeds.ts';

describe('seeds as they are written', () => {
  it.each([
    ['1', 1, 1],
    ['1000', 1, 1000],
    ['17..40', 17, 40],
    ['0..0', 0, 0],
  ])('%s are %i to %i', (text, first, last) => {
    expect(parseSeeds(text)).toEqual({ first, last });
  });

  it.each([
    '',
    'many',
    '-3',
    '1.5',
    '3..',
    '..3',
    '9..2',
    '1...3',
    '0',
    '1..99999999999999999999',
    '99999999999',
  ])('%s are none, and the error says how to write them', (text) => {
    expect(() => parseSeeds(text)).toThrow(SeedRangeError);
    expect(() => parseSeeds(text)).toThrow(/seeds/);
  });

  it.each(['', '1', '0/2', '3/2', '1/0', 'a/b', '1/2/3'])('%s is no shard', (text) => {
    expect(() => parseShard(text)).toThrow(SeedRangeError);
  });
});

describe('shards', () => {
  it('share out every seed once, whatever the range and their number', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(200), fc.integer({ min: 1, max: 20 }), (first, more, count) => {
        const range = { first, last: first + more };
        const all: number[] = [];
        for (let index = 1; index <= count; index++) {
          const own = [...seedsOf(range, { index, count })];
          expect(own.length).toBe(seedCount(range, { index, count }));
          for (let seed = 0; seed <= first + more + count; seed++)
            if (isSeedOf(seed, range, { index, count }) !== own.includes(seed)) expect.fail(`seed ${seed}`);
          all.push(...own);
        }
        all.sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: more + 1 }, (_, at) => first + at));
      }),
      { seed: 1 },
    );
  });
});
