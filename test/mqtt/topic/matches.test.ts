import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches } from '../../../src/mqtt/topic/index.ts';
import { filter, name, SEED } from './arbitrary.ts';
import { naiveMatches } from './naive.ts';

/** Every example of section 4.7 in 3.1.1 and 5.0. */
const EXAMPLES: [filter: string, name: string, matches: boolean][] = [
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/#', 'sport', true],
  ['#', 'anything/at/all', true],
  ['#', '/', true],
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player2', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
  ['#', '$SYS/monitor/Clients', false],
  ['+/monitor/Clients', '$SYS/monitor/Clients', false],
  ['$SYS/#', '$SYS/monitor/Clients', true],
  ['$SYS/#', '$SYS', true],
  ['$SYS/monitor/+', '$SYS/monitor/Clients', true],
  ['ACCOUNTS', 'Accounts', false],
  ['Accounts payable', 'Accounts payable', true],
  ['/finance', 'finance', false],
  ['+/tennis/#', 'sport/tennis', true],
  ['+/tennis/#', 'sport/tennis/player1', true],
  ['sport/+/player1', 'sport/tennis/player1', true],
  ['a/#', 'ab', false],
  ['a/#', 'a/', true],
  ['+/#', 'a', true],
  ['+/a', '$a/a', false],
  ['a/+', 'a/$b', true],
  ['a', 'a/', false],
  ['a/', 'a', false],
  // Two ways to write what looks the same are two topics: nothing is normalized [3.1.1/MQTT-4.7.3-4].
  ['caf\u00E9', 'cafe\u0301', false],
];

describe('matching a filter', () => {
  it.each(EXAMPLES)('%s against %s is %s', (pattern, topic, expected) => {
    expect(matches(pattern, topic)).toBe(expected);
    expect(naiveMatches(pattern, topic)).toBe(expected);
  });

  it('agrees with the words of the standard on any filter and any name [trap 35]', () => {
    let hits = 0;
    fc.assert(
      fc.property(filter, name, (pattern, topic) => {
        const expected = naiveMatches(pattern, topic);
        if (expected) hits++;
        expect(matches(pattern, topic)).toBe(expected);
      }),
      { seed: SEED, numRuns: 20_000 },
    );
    expect(hits).toBeGreaterThan(1000);
  });
});
