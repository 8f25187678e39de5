import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TopicTrie } from '../../../src/mqtt/topic/index.ts';
import { hashOf } from '../../../src/mqtt/topic/level.ts';
import { filter, name, SEED } from './arbitrary.ts';
import { naiveMatches } from './naive.ts';

/** A list instead of a trie, and the words of the standard instead of a walk. */
class Model {
  readonly rows: { filter: string; key: number; value: string }[] = [];

  set(pattern: string, key: number, value: string): void {
    const row = this.rows.find((one) => one.filter === pattern && one.key === key);
    if (row === undefined) this.rows.push({ filter: pattern, key, value });
    else row.value = value;
  }

  delete(pattern: string, key: number): boolean {
    const at = this.rows.findIndex((one) => one.filter === pattern && one.key === key);
    if (at >= 0) this.rows.splice(at, 1);
    return at >= 0;
  }

  match(topic: string): [string, number][] {
    return this.rows.filter((row) => naiveMatches(row.filter, topic)).map((row) => [row.value, row.key]);
  }
}

function visited<K, V>(trie: TopicTrie<K, V>, topic: string): [V, K][] {
  const found: [V, K][] = [];
  trie.match(topic, (value, key) => found.push([value, key]));
  return found;
}

/** Texts of one hash, twice as many for each step: from what two characters leave behind, two others lead to the same. */
function colliding(steps: number): string[] {
  let texts = [''];
  for (let step = 0; step < steps; step++) {
    const [so] = texts;
    const seen = new Map<number, string>();
    for (let i = 0; ; i++) {
      const pair = String.fromCharCode(...[0x9e3779b1, 0x85ebca6b].map((spread) => characterOf(i, spread)));
      const hash = hashOf(`${so}${pair}`, 0, so!.length + 2);
      const other = seen.get(hash);
      seen.set(hash, pair);
      if (other === undefined || other === pair) continue;
      texts = texts.flatMap((text) => [text + other, text + pair]);
      break;
    }
  }
  return texts;
}

/** One of those below the surrogates and above those that mean something in a filter. */
function characterOf(i: number, spread: number): number {
  return 0x100 + ((Math.imul(i, spread) >>> 16) % 0xd000);
}

/** How many characters a call looks at. */
function charactersReadBy(call: () => void): number {
  const { charCodeAt } = String.prototype;
  let read = 0;
  String.prototype.charCodeAt = function (at) {
    read++;
    return charCodeAt.call(this, at);
  };
  try {
    call();
  } finally {
    String.prototype.charCodeAt = charCodeAt;
  }
  return read;
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('set' as const), filter, key: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), filter, key: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unsubscribe' as const), pick: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('match' as const), name }) },
);

describe('a trie of subscriptions', () => {
  it('does what a list of subscriptions does, in the same order', () => {
    let hits = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const trie = new TopicTrie<number, string>();
        const model = new Model();
        for (const [i, one] of steps.entries()) {
          if (one.kind === 'set') {
            trie.set(one.filter, one.key, `v${i}`);
            model.set(one.filter, one.key, `v${i}`);
          } else if (one.kind === 'delete') {
            expect(trie.delete(one.filter, one.key)).toBe(model.delete(one.filter, one.key));
          } else if (one.kind === 'unsubscribe') {
            const row = model.rows[one.pick % Math.max(1, model.rows.length)];
            if (row === undefined) continue;
            model.delete(row.filter, row.key);
            expect(trie.delete(row.filter, row.key)).toBe(true);
          } else {
            const expected = model.match(one.name);
            hits += expected.length;
            expect(visited(trie, one.name)).toEqual(expected);
            expect(visited(trie, one.name)).toEqual(expected);
          }
        }
        expect(trie.size).toBe(model.rows.length);
        expect(trie.subscriptions()).toEqual(model.rows);
        expect(trie.filters()).toEqual([...new Set(model.rows.map((row) => row.filter))]);
        for (const row of [...model.rows]) {
          expect(trie.get(row.filter, row.key)).toBe(row.value);
          trie.delete(row.filter, row.key);
        }
        expect(trie.size).toBe(0);
        expect(trie.subscriptions()).toEqual([]);
      }),
      { seed: SEED, numRuns: 600 },
    );
    expect(hits).toBeGreaterThan(2000);
  });

  it('visits the oldest subscription first, whatever the filters', () => {
    const trie = new TopicTrie<string, number>();
    trie.set('#', 'c', 1);
    trie.set('a/b', 'a', 2);
    trie.set('+/b', 'b', 3);
    trie.set('a/b', 'c', 4);
    trie.set('a/#', 'd', 5);
    expect(visited(trie, 'a/b')).toEqual([
      [1, 'c'],
      [2, 'a'],
      [3, 'b'],
      [4, 'c'],
      [5, 'd'],
    ]);
    expect(trie.set('#', 'c', 9)).toBe(false);
    expect(visited(trie, 'a/b')[0]).toEqual([9, 'c']);
    trie.delete('#', 'c');
    expect(trie.set('#', 'c', 10)).toBe(true);
    expect(visited(trie, 'a/b').at(-1)).toEqual([10, 'c']);
  });

  it('holds many subscribers of one filter, and any of them can leave', () => {
    const trie = new TopicTrie<number, number>();
    for (let key = 0; key < 1000; key++) trie.set('a/+', key, key);
    for (let key = 0; key < 1000; key++) if (key % 3 !== 0) expect(trie.delete('a/+', key)).toBe(true);
    expect(visited(trie, 'a/b').map(([value]) => value)).toEqual(
      Array.from({ length: 334 }, (_, i) => 3 * i),
    );
  });

  it('gives a visitor the subscriptions of the start, though it changes them', () => {
    const trie = new TopicTrie<string, string>();
    trie.set('a', 'x', 'x');
    trie.set('+', 'y', 'y');
    const seen: string[] = [];
    trie.match('a', (value, key) => {
      seen.push(value);
      trie.delete('a', key);
      trie.delete('+', key);
      trie.set('#', `new ${key}`, 'new');
    });
    expect(seen).toEqual(['x', 'y']);
    expect(visited(trie, 'a')).toHaveLength(2);
  });

  it('is not brought down by filters and names as deep as they can be', () => {
    const trie = new TopicTrie<string, string>();
    const deep = `${'+/'.repeat(32_767)}+`;
    trie.set(deep, 'plus', 'plus');
    trie.set(`${'/'.repeat(65_533)}#`, 'hash', 'hash');
    expect(visited(trie, '/'.repeat(32_767))).toEqual([['plus', 'plus']]);
    expect(visited(trie, '/'.repeat(65_535))).toEqual([['hash', 'hash']]);
    expect(trie.filters()).toHaveLength(2);
    expect(trie.delete(deep, 'plus')).toBe(true);
    expect(visited(trie, '/'.repeat(32_767))).toEqual([]);
  });

  it('keeps what it found for a topic that comes again, until a subscription changes', () => {
    const trie = new TopicTrie<string, number>();
    trie.set('sensor/+', 'all', 1);
    trie.matching('sensor/1');
    const again = trie.matching('sensor/1');
    expect(trie.matching('sensor/1')).toBe(again);
    trie.set('sensor/1', 'one', 2);
    expect(trie.matching('sensor/1')).toHaveLength(2);
    expect(again).toHaveLength(1);
  });

  it('finds each of a thousand filters that somebody chose for their one hash, and looks at few of them for it', () => {
    const texts = colliding(10);
    expect(new Set(texts.map((text) => hashOf(text, 0, text.length))).size).toBe(1);
    const trie = new TopicTrie<string, string>();
    for (const text of texts) trie.set(`${text}/+`, text, text);
    for (const text of texts) expect(visited(trie, `${text}/x`)).toEqual([[text, text]]);
    const last = texts.at(-1)!;
    expect(charactersReadBy(() => trie.match(`${last}/y`, () => {}))).toBeLessThan(500);
    const [gone, left] = [texts.filter((_, i) => i % 3 > 0), texts.filter((_, i) => i % 3 === 0)];
    for (const text of gone) expect(trie.delete(`${text}/+`, text)).toBe(true);
    for (const text of gone) expect(visited(trie, `${text}/z`)).toEqual([]);
    for (const text of left) expect(visited(trie, `${text}/z`)).toEqual([[text, text]]);
    for (const text of left) expect(trie.delete(`${text}/+`, text)).toBe(true);
    expect(trie.filters()).toEqual([]);
  });

  it('answers for more topics than it remembers', () => {
    const trie = new TopicTrie<string, number>();
    trie.set('sensor/+', 'all', 1);
    trie.set('sensor/77', 'one', 2);
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 10_000; i++) {
        expect(trie.matching(`sensor/${i}`)).toHaveLength(i === 77 ? 2 : 1);
      }
    }
  });
});
