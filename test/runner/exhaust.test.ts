/** Every fault at every place of the stories in sims/exhaust: how many there are, that all are survived, and that bugs are not. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Exhausted, type ExhaustOptions, exhaust } from '../../src/runner/exhaust.ts';
import type { ExhaustAnswer, ExhaustTask } from '../../src/runner/exhaust-messages.ts';
import { ExhaustRuns } from '../../src/runner/exhaust-task.ts';
import { placesOf } from '../../src/runner/places.ts';
import { type RunOptions, run } from '../../src/runner/run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import type { Fault } from '../../src/sim/fault.ts';
import type { ArmedTimer } from '../../src/sim/node.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import { mutantNamed, substitutionOf } from '../../src/zoo/index.ts';
import { repository } from '../programs.ts';
import { surroundings } from '../scenario/told.ts';

async function teller(story: string, mutant?: string) {
  const { default: scenario } = (await import(join(repository, 'sims/exhaust', `${story}.ts`))) as {
    default: Scenario;
  };
  const substitute = mutant === undefined ? {} : { substitute: substitutionOf(mutantNamed(mutant)!) };
  return (options: RunOptions) => run(scenario, { seed: 1, ...options, ...substitute }, surroundings);
}

interface Exhaustion extends Partial<Pick<ExhaustOptions, 'faults' | 'prune' | 'limit'>> {
  mutant?: string;
  /** The order in which tasks are answered. */
  shuffled?: boolean;
}

/** What threads do, without the threads. */
async function exhausted(story: string, options: Exhaustion = {}): Promise<Exhausted> {
  const { mutant, shuffled, faults = 1, prune = true, limit = 1_000_000 } = options;
  const runs = new ExhaustRuns(story, await teller(story, mutant), prune);
  return exhaust({
    faults,
    prune,
    limit,
    async perform(tasks: Iterable<ExhaustTask>, onAnswer: (answer: ExhaustAnswer) => void) {
      const order = [...tasks];
      if (shuffled) order.reverse();
      for (const task of order) onAnswer(await runs.perform(task));
    },
  });
}

const survived = (places: number, all: number, distinct: number, moot = 0) => ({
  ...{ places, all, distinct, planned: distinct, runs: distinct, survived: distinct, moot },
});

describe('every single fault', () => {
  it.each([
    ['qos1', 114, 230, 175],
    ['qos2', 142, 294, 221],
    ['will', 97, 197, 152],
    ['session', 211, 447, 329],
    ['retained', 209, 432, 323],
    ['takeover', 247, 516, 401],
    ['expiry', 221, 457, 344],
  ])('is survived by %s, at %i places', async (story, places, all, distinct) => {
    const { story: itself, rounds, tally, failed, left, complete } = await exhausted(story);
    expect(itself?.outcome).toBe('passed');
    expect([...failed]).toEqual([]);
    expect(rounds).toEqual([survived(places, all, distinct)]);
    expect([left, complete, tally.cutShort]).toEqual([0, true, 0]);
    expect([...tally.faults.keys()].sort()).toEqual([
      'black-hole',
      'crash',
      'partition',
      'pause',
      'power-cut',
      'reset',
    ]);
  });

  it.each([
    ['qos2-forgotten', 'qos2', 'delivery.exactly-once'],
    ['acknowledges-before-stored', 'qos1', 'delivery.at-least-once'],
    ['dup-forgotten', 'will', 'delivery.dup-flag'],
    ['identifier-shared', 'retained', 'delivery.identifier'],
    ['sessions-not-restored', 'session', 'session.present'],
  ])('finds %s of the zoo in %s', async (mutant, story, rule) => {
    const { story: itself, tally, failed } = await exhausted(story, { mutant });
    // The bug is there, and does not show by itself.
    expect(itself?.outcome).toBe('passed');
    expect(tally.groups.map(({ broke }) => broke)).toContain(rule);
    for (const { faults } of failed.values()) expect(faults).toHaveLength(1);
  });
});

describe('every pair of faults', () => {
  it('is survived by the smallest story, and the second strikes after the first', async () => {
    const { rounds, failed } = await exhausted('smallest', { faults: 2 });
    expect([...failed]).toEqual([]);
    expect(rounds).toEqual([survived(40, 80, 58), survived(1812, 3556, 2605, 69)]);
  });

  it('is placed in the run that the first fault has made', async () => {
    const runs = new ExhaustRuns('smallest', await teller('smallest'), true);
    // After this crash there is a second connection, with packets of its own.
    const first: Fault = {
      ...{ id: 'hub/crash@x', at: 0, family: 'crash', target: 'hub', duration: 500_000, detail: {} },
      occasion: { of: 'sync', side: 'before', nth: 1 },
    };
    const { counts } = await runs.perform({ index: 1, first, looks: true });
    let onSecond = 0;
    for (let second = 0; second < counts!.distinct; second += 3) {
      const { faults, moot } = await runs.perform({ index: 2, first, second, looks: false });
      const [, { id, occasion }] = faults as [Fault, Fault];
      if (occasion?.of === 'packet' && occasion.connection !== 'sensor>hub#1') onSecond++;
      // The disk goes on when its process has died: that sync has begun, and does not begin again.
      expect(moot, id).toBe(id === 'hub/power-cut@before-sync-1');
    }
    expect(onSecond).toBeGreaterThan(5);
  });
});

describe('places that are equivalent', () => {
  it('give the same verdict as one of them alone, in the smallest story', async () => {
    const { rounds, failed } = await exhausted('smallest', { prune: false });
    expect([...failed]).toEqual([]);
    expect(rounds).toEqual([{ ...survived(40, 80, 58), planned: 80, runs: 80, survived: 80 }]);
  });

  it.each([
    ['qos2-forgotten', 'qos2'],
    ['acknowledges-before-stored', 'qos1'],
    ['pubrel-not-resent', 'qos2'],
  ])('break the same where %s is in %s', async (mutant, story) => {
    const trace: TraceEvent[] = [];
    const timers: ArmedTimer[] = [];
    const tell = await teller(story, mutant);
    await tell({
      level: 'full',
      onEvent: (event) => trace.push(event),
      onTimer: (timer) => timers.push(timer),
    });
    const { classes, all } = placesOf({ trace, timers });
    const { rounds, failed } = await exhausted(story, { mutant, prune: false });
    expect(rounds[0]!.runs).toBe(all.length);
    const broke = new Map([...failed.values()].map(({ faults, record }) => [faults[0]!.id, record.broke]));
    expect(broke.size).toBeGreaterThan(0);
    expect(classes.some((alike) => alike.length > 1 && broke.has(alike[0]!.id))).toBe(true);
    for (const alike of classes) {
      const verdicts = new Set(alike.map(({ id }) => broke.get(id)));
      expect(verdicts.size, alike.map(({ id }) => id).join(' = ')).toBe(1);
    }
  });
});

describe('an exhaustion', () => {
  it('says the same in whatever order its threads answer', async () => {
    const options = { mutant: 'acknowledges-before-stored', faults: 2, limit: 300 } as const;
    const [one, other] = [
      await exhausted('smallest', options),
      await exhausted('smallest', { ...options, shuffled: true }),
    ];
    expect(other.rounds).toEqual(one.rounds);
    expect([...other.failed]).toEqual([...one.failed]);
    expect(other.tally.groups).toEqual(one.tally.groups);
    expect(one.failed.size).toBeGreaterThan(0);
  });

  it('ends at its limit, and says how much is left', async () => {
    const { rounds, left } = await exhausted('smallest', { limit: 21 });
    expect(rounds).toEqual([{ ...survived(40, 80, 58), planned: 20, runs: 20, survived: 20 }]);
    expect(left).toBe(38);
  });

  it('strikes nothing in a story that does not pass', async () => {
    const { story, rounds, failed } = await exhausted('will', { mutant: 'will-lost' });
    expect([story?.outcome, story?.broke, rounds, failed.size]).toEqual([
      ...['failed', 'delivery.at-least-once', [], 0],
    ]);
  });
});
