import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Attempt, type Candidate, Reduction } from '../../src/runner/reduction.ts';
import { shrink } from '../../src/runner/shrink.ts';
import type { Fault } from '../../src/sim/fault.ts';

const FAULTS: readonly Fault[] = Array.from({ length: 12 }, (_, number) => {
  return { id: `hub/pause#${number}`, family: 'pause', target: 'hub', at: number, detail: {} };
});

/** A run of which only what broke is known. */
function attemptOf(plan: readonly Fault[], broke: string | undefined, error = false): Attempt {
  const failure = error ? { error: { blame: 'script', name: 'Error', message: '', atMicros: 0 } } : {};
  return { result: { struck: plan, ...failure }, broke, trace: [], deeds: [] } as unknown as Attempt;
}

/** What breaks with which faults: the first promise of which all faults are there. */
type Bugs = readonly { readonly rule: string; readonly needs: readonly number[] }[];

function brokenBy(bugs: Bugs, plan: readonly Fault[]): string | undefined {
  const there = new Set(plan.map(({ id }) => Number(id.split('#')[1])));
  return bugs.find(({ needs }) => needs.every((number) => there.has(number)))?.rule;
}

const bugs = fc.array(
  fc.record({
    rule: fc.constantFrom('delivery.qos', 'will.due', 'session.present'),
    needs: fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 6 },
);

describe('a reduction', () => {
  it('never drifts to another promise: whatever it keeps breaks the one it began with', async () => {
    await fc.assert(
      fc.asyncProperty(bugs, async (some) => {
        const broke = brokenBy(some, FAULTS)!;
        const kept: Candidate[] = [];
        const run = async ({ plan = FAULTS }: Candidate) => attemptOf(plan, brokenBy(some, plan));
        const options = { run, broke, onProgress: () => kept.push(reduction.candidate) };
        const reduction = await Reduction.from(options, { omit: [] });
        const { candidate, attempt } = await shrink(reduction);
        expect(attempt.broke).toBe(broke);
        for (const { plan = FAULTS } of kept) expect(brokenBy(some, plan)).toBe(broke);
        // None of what is left can go without another promise, or none, breaking.
        for (const fault of candidate.plan!) {
          const without = candidate.plan!.filter((each) => each !== fault);
          expect(brokenBy(some, without)).not.toBe(broke);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('ends when it has had its runs, and knows that there was more to try', async () => {
    const needed = (count: number) =>
      Array.from({ length: count }, (_, number) => ({ ...FAULTS[0]!, id: `hub/pause#${number}` }));
    for (const [count, limited] of [
      [50, false],
      [1_200, true],
    ] as const) {
      let runs = 0;
      const run = async ({ plan = needed(count) }: Candidate) => {
        runs++;
        return attemptOf(plan, plan.length === count ? 'will.due' : undefined);
      };
      const reduction = await Reduction.from({ run, broke: 'will.due' }, { omit: [] });
      await shrink(reduction);
      expect([reduction.limited, runs <= 2_000]).toEqual([limited, true]);
    }
  });

  it('does not take a script that throws for a smaller failure', async () => {
    const run = async ({ plan = FAULTS }: Candidate) => attemptOf(plan, 'will.due', plan.length < 12);
    const reduction = await Reduction.from({ run, broke: 'will.due' }, { omit: [] });
    expect((await shrink(reduction)).candidate.plan?.length).toBe(12);
  });
});
