import { describe, expect, test } from 'vitest';
import { canonicalSeed, checkName, hashString, luck, luckFor, mix, Streams } from '../../src/sim/rng.ts';

const PINNED_DRAWS = [0.3882901668548584, 0.6096677754539996, 0.4216911515686661];
const PINNED_HASH = 1238513370;
const PINNED_LUCK = 0.3590809141751379;

describe('streams', () => {
  test('a draw depends on seed and path, not on who drew first', () => {
    const one = new Streams('42');
    const two = new Streams(42);
    one.stream('node', 'a', 'chance')();
    const late = one.stream('node', 'b', 'chance')();
    expect(two.stream('node', 'b', 'chance')()).toBe(late);
  });

  test('asking twice for a path gives the same stream', () => {
    const streams = new Streams('s');
    expect(streams.stream('x', 'y')).toBe(streams.stream('x', 'y'));
  });

  test('values are pinned, so that a seed means the same in every release', () => {
    const draw = new Streams('amber').stream('link', 'sensor~hub', 'jitter');
    expect([draw(), draw(), draw()]).toEqual(PINNED_DRAWS);
  });

  test('neighbouring seeds and paths have unrelated streams', () => {
    const seen = new Set<number>();
    for (let seed = 0; seed < 500; seed++) {
      for (const name of ['1', '11', '2']) seen.add(new Streams(seed).stream('node', name, 'chance')());
    }
    expect(seen.size).toBe(1500);
  });

  test("'/' is refused in seeds and in paths", () => {
    expect(() => new Streams('a/b')).toThrow(/without '\/'/);
    expect(() => new Streams('s').stream('node', 'a/b')).toThrow(/nor contain '\/'/);
    expect(() => new Streams('s').stream('node', '')).toThrow(/neither empty/);
  });
});

describe('seeds and names', () => {
  test('a number and its decimal spelling are one seed', () => {
    expect(canonicalSeed(7)).toBe('7');
    expect(canonicalSeed('7')).toBe('7');
    expect(canonicalSeed('07')).toBe('07');
  });

  test.each(['', ' 7', 'a b', 'ä', 'x'.repeat(201), 'a\n'])('the seed %j is refused', (seed) => {
    expect(() => canonicalSeed(seed)).toThrow(/printable ASCII/);
  });

  test('a fraction is no seed', () => {
    expect(() => canonicalSeed(0.5)).toThrow(/whole/);
  });

  test.each(['/', '>', '~', '#', '\n', '\ud800'])('a name with %j is refused', (sign) => {
    expect(() => checkName(`a${sign}b`, 'the name of a node')).toThrow(
      /the name of a node .* must not contain/,
    );
  });

  test('names of people and things are fine', () => {
    expect(checkName('Fühler 7 (innen)')).toBe('Fühler 7 (innen)');
  });
});

describe('keyed luck', () => {
  test('is spread evenly over neighbouring keys', () => {
    const buckets = new Array<number>(16).fill(0);
    const seed = hashString('1/link/a~b/loss');
    for (let offset = 0; offset < 16_000; offset++) {
      const bucket = Math.floor(luck(seed, mix(mix(7, offset * 1448), 1)) * 16);
      buckets[bucket] = buckets[bucket]! + 1;
    }
    // Sixteen buckets of 1,000: six standard deviations are 184.
    for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(184);
  });

  test('of one attempt says nothing about the next', () => {
    const seed = hashString('2/link/a~b/loss');
    let both = 0;
    for (let offset = 0; offset < 20_000; offset++) {
      const first = luck(seed, mix(mix(0, offset), 1)) < 0.2;
      const second = luck(seed, mix(mix(0, offset), 2)) < 0.2;
      if (first && second) both++;
    }
    // Expected 800 with a standard deviation of 28.
    expect(Math.abs(both - 800)).toBeLessThan(170);
  });

  test('offsets four gibibytes apart differ', () => {
    expect(mix(1, 5)).not.toBe(mix(1, 5 + 2 ** 32));
    expect(mix(1, 5 + 2 ** 32)).not.toBe(mix(1, 5 + 2 ** 33));
  });

  test('without chance is one half for everything, and streams are spread evenly, whatever the seed', () => {
    for (const seed of [1, 2]) {
      const streams = new Streams(seed, 'none');
      const seedOfLuck = luckFor(streams.luckSeed('link', 'a~b'), 7);
      expect([1, 2, 3].map((key) => luck(seedOfLuck, key))).toEqual([0.5, 0.5, 0.5]);
      const draw = streams.stream('node', 'a', 'chance');
      expect([1, 2, 3, 4, 5].map(() => draw())).toEqual([0.5, 0.25, 0.75, 0.125, 0.625]);
    }
  });

  test('values are pinned', () => {
    expect(hashString('sensor>hub#1')).toBe(PINNED_HASH);
    expect(luck(PINNED_HASH, 1)).toBe(PINNED_LUCK);
  });
});
