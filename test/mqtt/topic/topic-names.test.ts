import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TopicNames } from '../../../src/mqtt/topic/index.ts';
import { filter, name, SEED } from './arbitrary.ts';
import { naiveMatches } from './naive.ts';

const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), name }),
  fc.record({ kind: fc.constant('delete' as const), name }),
  fc.record({ kind: fc.constant('match' as const), filter }),
);

function visited<V>(names: TopicNames<V>, pattern: string): [string, V][] {
  const found: [string, V][] = [];
  names.match(pattern, (value, topic) => found.push([topic, value]));
  return found;
}

describe('topic names with values', () => {
  it('match a filter as a list of names would, oldest first', () => {
    let hits = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const names = new TopicNames<number>();
        const model = new Map<string, number>();
        for (const [i, one] of steps.entries()) {
          if (one.kind === 'set') {
            expect(names.set(one.name, i)).toBe(!model.has(one.name));
            model.set(one.name, i);
          } else if (one.kind === 'delete') {
            expect(names.delete(one.name)).toBe(model.delete(one.name));
          } else {
            const expected = [...model].filter(([topic]) => naiveMatches(one.filter, topic));
            hits += expected.length;
            expect(visited(names, one.filter)).toEqual(expected);
          }
        }
        expect([...names.entries()]).toEqual([...model]);
        expect(names.size).toBe(model.size);
        for (const [topic, value] of model) {
          expect(names.get(topic)).toBe(value);
          expect(names.has(topic)).toBe(true);
          expect(names.delete(topic)).toBe(true);
        }
        expect(visited(names, '#')).toEqual([]);
        expect(visited(names, '$s/#')).toEqual([]);
      }),
      { seed: SEED, numRuns: 600 },
    );
    expect(hits).toBeGreaterThan(2000);
  });

  it('are visited as they were at the start, though the visitor deletes them', () => {
    const names = new TopicNames<number>();
    for (let i = 0; i < 5; i++) names.set(`a/${i}`, i);
    const seen: number[] = [];
    names.match('a/+', (value, topic) => {
      seen.push(value);
      names.delete(topic);
    });
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(names.size).toBe(0);
  });

  it('may be as deep as a topic can be', () => {
    const names = new TopicNames<number>();
    names.set('/'.repeat(65_535), 1);
    expect(visited(names, '#')).toHaveLength(1);
    expect(names.delete('/'.repeat(65_535))).toBe(true);
  });
});
