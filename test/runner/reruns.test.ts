import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reruns } from '../../src/runner/reruns.ts';
import { recordWithout, type SeedRecord } from '../../src/runner/seed-record.ts';

const FILES = ['b.ts', 'a.ts'];

/** As if all were kept: the first of each group, then the second. */
function chosenOfAll(records: readonly SeedRecord[]): SeedRecord[] {
  const groups = new Map<string, SeedRecord[]>();
  const inOrder = [...records].sort(
    (a, b) => FILES.indexOf(a.file) - FILES.indexOf(b.file) || Number(a.seed) - Number(b.seed),
  );
  for (const record of inOrder) {
    const key = `${record.file} ${record.broke}`;
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  const chosen: SeedRecord[] = [];
  for (let round = 0; round < records.length; round++)
    for (const group of groups.values()) chosen.push(...group.slice(round, round + 1));
  return chosen.slice(0, 20);
}

describe('the failures that are run again', () => {
  it('are the first of each group, then the second, in whatever order they came, though few are kept', () => {
    const failure = fc.record({
      file: fc.constantFrom(...FILES),
      seed: fc.integer({ min: 0, max: 500 }),
      broke: fc.integer({ min: 0, max: 40 }),
    });
    const distinct = fc.uniqueArray(failure, {
      selector: ({ file, seed }) => `${file} ${seed}`,
      maxLength: 200,
    });
    fc.assert(
      fc.property(distinct, (failures) => {
        const records = failures.map(({ file, seed, broke }) => ({
          ...recordWithout(file, `${seed}`, 'failed', ''),
          broke: `${broke}`,
        }));
        const reruns = new Reruns(FILES);
        for (const record of records) reruns.add(record);
        expect(reruns.failures).toBe(records.length);
        expect(reruns.chosen()).toEqual(chosenOfAll(records));
      }),
      { seed: 1 },
    );
  });

  it('are none that had to be ended, and none that passed', () => {
    const reruns = new Reruns(FILES);
    for (const outcome of ['passed', 'stuck', 'died', 'bug'] as const)
      reruns.add(recordWithout('a.ts', '1', outcome, ''));
    expect([reruns.failures, reruns.chosen()]).toEqual([0, []]);
  });
});
