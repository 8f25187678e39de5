import { describe, expect, it } from 'vitest';
import { RULES, type RuleId } from '../../src/check/rules/rules.ts';
import { recordWithout, type SeedRecord } from '../../src/runner/seed-record.ts';
import { SweepTally } from '../../src/runner/sweep-tally.ts';

function record(seed: number, changes: Partial<SeedRecord> = {}): SeedRecord {
  return {
    ...recordWithout('story.ts', `${seed}`, 'passed', ''),
    digest: 'd',
    rules: { 'delivery.exactly-once': [3, 1, 0, 0] },
    ...changes,
  };
}

describe('the tally of a sweep', () => {
  it('adds up rules, faults, excuses and what was seen sometimes', () => {
    const tally = new SweepTally();
    tally.add(record(1, { faults: { crash: 2 }, excuses: { old: 1 }, sometimes: { 'it rains': false } }));
    tally.add(
      record(2, { faults: { crash: 1, reset: 4 }, sometimes: { 'it rains': true, 'it snows': false } }),
    );
    const rule = tally.rules.find((total) => total.rule === 'delivery.exactly-once');
    expect(rule).toMatchObject({ reached: 6, underFault: 2, broken: 0, excused: 0 });
    expect(Object.fromEntries(tally.faults)).toEqual({ crash: 3, reset: 4 });
    expect(Object.fromEntries(tally.excuses)).toEqual({ old: 1 });
    expect(tally.sometimes).toEqual([
      { file: 'story.ts', text: 'it rains', evaluated: 2, seen: 1 },
      { file: 'story.ts', text: 'it snows', evaluated: 1, seen: 0 },
    ]);
    expect(tally.unseen.map(({ text }) => text)).toEqual(['it snows']);
  });

  it('counts statements as exercised only when a rule that stands for them was reached', () => {
    const tally = new SweepTally();
    tally.add(record(1));
    const { exercised, underFault, never } = tally.statements;
    expect(exercised).toEqual([...RULES['delivery.exactly-once'].statements].sort());
    expect(underFault).toEqual(exercised);
    expect(never.some((statement) => exercised.includes(statement))).toBe(false);
    const all = new Set((Object.keys(RULES) as RuleId[]).flatMap((rule) => RULES[rule].statements));
    expect(exercised.length + never.length).toBe(all.size);
  });

  it('groups seeds by what broke, the largest group first', () => {
    const tally = new SweepTally();
    tally.add(record(1, { outcome: 'failed', broke: 'will.due', detail: 'first' }));
    for (const seed of [2, 3])
      tally.add(record(seed, { outcome: 'failed', broke: 'will.once', detail: 'x' }));
    tally.add(record(4));
    expect(tally.groups.map(({ broke, count, seeds }) => [broke, count, seeds])).toEqual([
      ['will.once', 2, ['2', '3']],
      ['will.due', 1, ['1']],
    ]);
    expect([tally.passed, tally.failed]).toEqual([1, 3]);
  });

  it('says the same in whatever order threads are done with their seeds', () => {
    const records = Array.from({ length: 60 }, (_, at) =>
      record(at + 1, {
        outcome: 'failed',
        broke: ['will.due', 'will.once', 'delivery.qos'][at % 3]!,
        detail: `of seed ${at + 1}`,
        faults: { [at % 2 === 0 ? 'reset' : 'crash']: 1 },
        excuses: { [`reason ${at % 4}`]: 1 },
        sometimes: { [`claim ${at % 5}`]: at % 2 === 0 },
      }),
    );
    const said = (some: readonly SeedRecord[]) => {
      const tally = new SweepTally();
      for (const each of some) tally.add(each);
      const { groups, faults, excuses, sometimes } = tally;
      return JSON.stringify({ groups, faults: [...faults], excuses: [...excuses], sometimes });
    };
    const forth = said(records);
    expect(said([...records].reverse())).toBe(forth);
    expect(said([...records.slice(31), ...records.slice(0, 31)])).toBe(forth);
    const [first] = JSON.parse(forth).groups;
    expect(first).toMatchObject({ broke: 'delivery.qos', detail: 'of seed 3', count: 20 });
    expect(first.seeds.slice(0, 3)).toEqual(['3', '6', '9']);
  });

  it('says the same in whatever order they come when there are more groups than are kept apart, and keeps promises of MQTT', () => {
    const records = Array.from({ length: 700 }, (_, at) =>
      record(at + 1, {
        outcome: at % 7 === 0 ? 'script-error' : 'failed',
        broke: at % 350 === 349 ? 'will.due' : `a claim that names ${(at * 37) % 320}`,
        detail: `of seed ${at + 1}`,
      }),
    );
    const said = (some: readonly SeedRecord[]) => {
      const tally = new SweepTally();
      for (const each of some) tally.add(each);
      return tally.groups;
    };
    const forth = said(records);
    const shuffled = records.map((_, at) => records[(at * 303) % 700]!);
    for (const other of [[...records].reverse(), shuffled]) expect(said(other)).toEqual(forth);
    expect(forth.find(({ broke }) => broke === 'will.due')?.seeds).toEqual(['350', '700']);
    expect(forth.filter(({ broke }) => broke.startsWith('something else'))).toHaveLength(2);
    expect(forth.reduce((sum, { count }) => sum + count, 0)).toBe(700);
    expect(forth.length).toBe(202);
  });

  it('keeps our own bugs apart from other failures, also when there are too many groups', () => {
    const tally = new SweepTally();
    for (let seed = 1; seed <= 300; seed++) {
      tally.add(record(seed, { outcome: 'script-error', broke: `error ${seed}` }));
    }
    tally.add(record(301, { outcome: 'bug', broke: 'a bug' }));
    expect(tally.groups.find(({ outcome }) => outcome === 'bug')?.seeds).toEqual(['301']);
  });

  it('counts what has no group of its own together with others of its story alone: seeds are of one', () => {
    const tally = new SweepTally();
    for (let seed = 1; seed <= 300; seed++) {
      const file = seed % 2 === 0 ? 'even.ts' : 'odd.ts';
      tally.add({ ...record(seed, { outcome: 'script-error', broke: `error ${seed}` }), file });
    }
    for (const { file, seeds } of tally.groups)
      for (const seed of seeds) expect(file).toBe(Number(seed) % 2 === 0 ? 'even.ts' : 'odd.ts');
    expect(tally.groups.reduce((sum, { count }) => sum + count, 0)).toBe(300);
  });

  it('keeps a bounded number of groups and of seeds in each', () => {
    const tally = new SweepTally();
    for (let seed = 1; seed <= 1_000; seed++) {
      tally.add(record(seed, { outcome: 'script-error', broke: `error ${seed}` }));
    }
    expect(tally.groups.length).toBeLessThanOrEqual(201);
    expect(tally.groups.reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
    expect(Math.max(...tally.groups.map(({ seeds }) => seeds.length))).toBeLessThanOrEqual(20);
  });

  it('knows how often clients came back in the median seed', () => {
    const tally = new SweepTally();
    for (const [at, reconnects] of [0, 1, 3, 3, 50].entries()) tally.add(record(at, { reconnects }));
    expect(tally.medianReconnects).toBe(3);
  });
});
