/**
 * The judge is judged: bugs that the field had, put into our machines from outside, have to break the rule that is beside them within
 * some seeds, from which the machines without them break nothing.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/check/rules.ts';
import { canary, MUTANTS, mutantNamed } from '../../src/zoo/index.ts';
import { repository } from '../programs.ts';
import { brokenIn, seedsToFind, tell } from './hunt.ts';
import { pageOf, seedsOn } from './page.ts';

/** `npm run zoo` looks further, and begins at more places. */
const limit = Number(process.env.AMBER_ZOO_SEEDS ?? 60);
const STARTS = limit > 60 ? [1, 1001, 2001, 3001, 4001] : [1];
const HEALTHY_SEEDS = 12;
const path = join(repository, 'docs/zoo.md');

const found = new Map<string, string>();

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
}

describe('the judge', () => {
  it.each(MUTANTS)('catches $name: $wrong', { timeout: 600_000 }, async (mutant) => {
    const searches: number[] = [];
    for (const start of STARTS) {
      const seeds = await seedsToFind(mutant, start, limit);
      expect(seeds, `${mutant.name} escapes from ${limit} seeds from ${start} on`).toBeDefined();
      searches.push(seeds!);
    }
    found.set(mutant.name, `${median(searches)}`);
  });

  it('catches the canary from every seed', async () => {
    for (let seed = 1; seed <= 10; seed++)
      expect(brokenIn(await tell(canary.story, seed, canary)), `seed ${seed}`).toContain(canary.rule);
  });

  it.each([...new Set(MUTANTS.map(({ story }) => story))])(
    'accuses nobody in %s when the machines are ours',
    { timeout: 60_000 },
    async (story) => {
      for (let seed = 1; seed <= HEALTHY_SEEDS; seed++) {
        const result = await tell(story, seed);
        expect(brokenIn(result), `${story}, seed ${seed}`).toEqual([]);
        expect(result.verdict, `${story}, seed ${seed}`).toBe('passed');
        expect(result.nemesis?.profile).toBe('swarm');
      }
    },
  );
});

describe('the zoo', () => {
  it('has at least twenty-five mutants, each with a name of its own, a thread, a rule and a story', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(25);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    for (const { name, seen, rule, story } of MUTANTS) {
      expect(seen.length, name).toBeGreaterThan(0);
      for (const thread of seen) expect(thread, name).toMatch(/^[\w.-]+\/[\w.-]+#\d+$/);
      expect(Object.keys(RULES), name).toContain(rule);
      expect(existsSync(join(repository, 'sims/zoo', `${story}.ts`)), name).toBe(true);
    }
  });

  it('is known by name, with its canary', () => {
    expect(mutantNamed('canary')).toBe(canary);
    expect(mutantNamed('dodo')).toBeUndefined();
  });

  it('is on the page docs/zoo.md as it is', async () => {
    const before = existsSync(path) ? seedsOn(readFileSync(path, 'utf8')) : new Map<string, string>();
    const seeds = STARTS.length > 1 ? found : before;
    for (const { name } of MUTANTS)
      expect(seeds.get(name), `${name}: npm run zoo counts its seeds`).toMatch(/^\d+$/);
    await expect(pageOf(MUTANTS, seeds)).toMatchFileSnapshot(path);
  });
});
