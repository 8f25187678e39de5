/**
 * The judge is judged: bugs that the field had, put into our machines from outside, have to break the rule that is beside them within
 * some seeds, from which the machines without them break nothing.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/check/rules/rules.ts';
import { canary, MUTANTS, mutantNamed } from '../../src/zoo/index.ts';
import { repository } from '../programs.ts';
import { runEmitted } from './emitted.ts';
import { brokenIn, seedsToFind, tell } from './hunt.ts';
import { type Figures, figuresOn, pageOf } from './page.ts';
import { rowOf, type ShrunkMutant, shrunkMutant, withoutTheBug } from './shrunk.ts';

/** `npm run zoo` looks further, and begins at more places. */
const limit = Number(process.env.AMBER_ZOO_SEEDS ?? 60);
const STARTS = limit > 60 ? [1, 1001, 2001, 3001, 4001] : [1];
const HEALTHY_SEEDS = 12;
const path = join(repository, 'docs/zoo.md');

/** Without `npm run zoo`, these are shrunk: bugs of both ends, with a fault and without. */
const SAMPLE = ['dollar-matched', 'session-present-never', 'qos2-forgotten', 'client-dup-forgotten'];
const shrinking = STARTS.length > 1 ? MUTANTS : MUTANTS.filter(({ name }) => SAMPLE.includes(name));
/** After shrinking, as the page says it. */
const FEW_FAULTS = / [0-3] faults?$/;

const found = new Map<string, string>();
const shrunk = new Map<string, ShrunkMutant>();

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
}

/** What `npm run zoo` has counted now, and of the others, what is on the page. */
function counted(): ReadonlyMap<string, Figures> {
  const page = existsSync(path) ? figuresOn(readFileSync(path, 'utf8')) : new Map<string, Figures>();
  if (STARTS.length === 1) return page;
  return new Map(
    MUTANTS.map(({ name }) => {
      const left = shrunk.get(name);
      const before = page.get(name);
      const seeds = found.get(name) ?? before?.seeds ?? '';
      return [name, { seeds, shrunk: left === undefined ? (before?.shrunk ?? []) : rowOf(left) }];
    }),
  );
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

describe('shrinking', () => {
  it.each(shrinking)(
    'leaves of the first failing seed of $name a story without chance, and the same promise broken',
    { timeout: 1_800_000 },
    async (mutant) => {
      const found = await shrunkMutant(mutant);
      shrunk.set(mutant.name, found);
      const { left, broke } = found;
      expect(left.attempt.broke).toBe(broke);
      expect(left.sure, 'no seed decides').toBe(true);
      // A story that had to stay has nothing that can be moved but its faults.
      const { retelling, plan = [] } = left.candidate;
      expect(left.margins.length > 0).toBe(retelling !== undefined || plan.length > 0);
      expect(left.after.faults).toBeLessThanOrEqual(found.before.faults);
    },
  );

  it('makes tests that fail on their mutants for the same reason, and pass on healthy machines', {
    timeout: 900_000,
  }, () => {
    expect(shrunk.size).toBeGreaterThan(0);
    const files: Record<string, string> = {};
    for (const [name, { text }] of shrunk) {
      files[`${name}.mutant.test.ts`] = text;
      files[`${name}.healthy.test.ts`] = withoutTheBug(text);
      expect(files[`${name}.healthy.test.ts`]).not.toBe(text);
    }
    const outcomes = runEmitted(files);
    for (const [name, { broke }] of shrunk) {
      expect(outcomes.get(`${name}.healthy.test.ts`), name).toMatchObject([{ status: 'passed' }]);
      expect(outcomes.get(`${name}.mutant.test.ts`), name).toMatchObject([
        { status: 'failed', messages: [expect.stringContaining(`AssertionError: ${broke}: `)] },
      ]);
    }
  });
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
    const figures = counted();
    for (const { name } of MUTANTS)
      expect(figures.get(name)?.seeds, `${name}: npm run zoo counts its seeds`).toMatch(/^\d+$/);
    await expect(pageOf(MUTANTS, figures)).toMatchFileSnapshot(path);
  });

  it('has at least twenty mutants that shrink to three faults or fewer', () => {
    const few = [...counted().values()].filter(({ shrunk: [, , , after = ''] }) => FEW_FAULTS.test(after));
    expect(few.length).toBeGreaterThanOrEqual(20);
  });
});
