import { describe, expect, it } from 'vitest';
import type { RuleOutcome } from '../../src/check/tally.ts';
import { Comparison, type Pairing } from '../../src/runner/comparison.ts';
import type { RunResult } from '../../src/runner/run.ts';

const OURS: Pairing = { brokers: 'native', clients: 'native' };
const THEIRS: Pairing = { brokers: 'aedes', clients: 'native' };

interface Played {
  rules?: Readonly<Record<string, RuleOutcome>>;
  /** Texts that the story asserts, and whether each held. */
  asserts?: Readonly<Record<string, boolean>>;
  error?: { name: string; message: string };
}

/** As much of a result as is compared. */
function result({ rules = {}, asserts = {}, error }: Played): RunResult {
  const outcomes = Object.entries(rules);
  return {
    report: {
      rules: outcomes.map(([rule, outcome]) => ({ rule, outcome })),
      violations: outcomes.flatMap(([rule, outcome]) =>
        outcome === 'broken' ? [{ rule, text: `${rule} broke` }] : [],
      ),
    },
    asserts: Object.entries(asserts).map(([text, held]) => ({
      assertion: 'always',
      text,
      evaluated: 1,
      held: held ? 1 : 0,
    })),
    error,
  } as unknown as RunResult;
}

function compared(...seeds: readonly (readonly Played[])[]): Comparison {
  const comparison = new Comparison([OURS, THEIRS]);
  for (const [at, played] of seeds.entries()) comparison.add(`${at + 1}`, played.map(result));
  return comparison;
}

const RULE = 'delivery.exactly-once';

describe('a comparison', () => {
  it('keeps a promise that was broken with one pairing and not with another, with its statements and the first seed', () => {
    const { differences, played } = compared(
      [{ rules: { [RULE]: 'held' } }, { rules: { [RULE]: 'held' } }],
      [{ rules: { [RULE]: 'held' } }, { rules: { [RULE]: 'broken' } }],
      [{ rules: { [RULE]: 'never reached' } }, { rules: { [RULE]: 'broken' } }],
      [{ rules: { [RULE]: 'broken' } }, { rules: { [RULE]: 'excused' } }],
    );
    expect(differences).toHaveLength(1);
    const [{ conducts, ...difference }] = differences as [(typeof differences)[0]];
    expect(difference).toMatchObject({ promise: RULE, seed: '2', seeds: 3 });
    expect(difference.statements).toContain('3.1.1/MQTT-4.3.3-1');
    expect(conducts).toEqual([
      {
        pairing: OURS,
        broken: 1,
        held: 2,
        excused: 0,
        unreached: 1,
        first: { seed: '4', text: `${RULE} broke` },
      },
      {
        pairing: THEIRS,
        broken: 2,
        held: 1,
        excused: 1,
        unreached: 0,
        first: { seed: '2', text: `${RULE} broke` },
      },
    ]);
    expect(played.map(({ seeds, kept }) => [seeds, kept])).toEqual([
      [4, 3],
      [4, 2],
    ]);
  });

  it('says why a story cannot be told where no pairing told it, and holds that against nobody where one did', () => {
    const wrong = { error: { name: 'ScriptError', message: 'there is no such thing' } };
    expect(compared([wrong, wrong], [wrong, wrong]).wrong).toBe('there is no such thing');
    expect(compared([wrong, wrong], [wrong, { rules: { [RULE]: 'held' } }]).wrong).toBeUndefined();
    expect(compared([{}, {}]).wrong).toBeUndefined();
    const lacks = { error: { name: 'IncomparableError', message: 'it has none' } };
    expect(compared([wrong, lacks]).wrong).toBe('there is no such thing');
  });

  it('says of what all pairings broke at the same seeds only that they did', () => {
    const both = { rules: { [RULE]: 'broken' } } as const;
    const { differences, shared } = compared([both, both]);
    expect([differences, shared]).toEqual([[], [RULE]]);
  });

  it('counts what the story asserts, and that it comes to its end', () => {
    const { differences } = compared(
      [{ asserts: { 'each once': true } }, { asserts: { 'each once': true } }],
      [{ asserts: { 'each once': true } }, { asserts: { 'each once': false } }],
      [{ asserts: { 'each once': true } }, { error: { name: 'UnquietError', message: 'hub waits' } }],
    );
    expect(differences.map(({ promise, meaning }) => [promise, meaning])).toEqual([
      ['always: each once', 'the story asserts it'],
      ['UnquietError', 'the story comes to its end'],
    ]);
    const [asserted, ended] = differences;
    expect(asserted!.conducts[1]).toMatchObject({ broken: 1, held: 1, unreached: 1 });
    expect(ended!.conducts[0]).toMatchObject({ broken: 0, held: 3 });
    expect(ended!.conducts[1]).toMatchObject({ broken: 1, held: 2, first: { seed: '3', text: 'hub waits' } });
  });

  it('never passes a pairing silently that cannot play the story', () => {
    const cannot = { error: { name: 'IncomparableError', message: 'aedes has no 5.0' } };
    const comparison = compared([{ rules: { [RULE]: 'broken' } }, cannot]);
    expect(comparison.comparable).toBe(1);
    expect(comparison.differences).toEqual([]);
    expect(comparison.played[1]).toEqual({
      pairing: THEIRS,
      seeds: 0,
      kept: 0,
      incomparable: 'aedes has no 5.0',
    });
  });
});
