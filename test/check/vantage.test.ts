/** What the judge can know of real traffic, which is seen from one place: it accuses nobody who is healthy, and is not blind. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createChecker } from '../../src/check/checker.ts';
import type { CheckReport } from '../../src/check/tally.ts';
import { type RunOptions, run } from '../../src/runner/run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import type { TraceEvent, Vantage } from '../../src/trace/event.ts';
import { mutantNamed, substitutionOf } from '../../src/zoo/index.ts';
import { drawPlan, HUB, type Step } from '../chaos/plan.ts';
import { play } from '../chaos/play.ts';
import { repository } from '../programs.ts';
import { publish, Stage } from '../trace/stage.ts';
import { brokenIn, ruleOf } from './court.ts';
import { type Elsewhere, seenFrom } from './elsewhere.ts';

const VANTAGES: Readonly<Record<Elsewhere, Vantage>> = {
  server: 'broker',
  'tap at the broker': 'wire',
  'tap at the clients': 'wire',
};
const PLACES = Object.keys(VANTAGES) as Elsewhere[];
const SEEDS = 60;

function judged(events: Iterable<TraceEvent>, vantage: Vantage = 'wire'): CheckReport {
  const checker = createChecker({ vantage });
  for (const event of events) checker.observe(event);
  return checker.finish({ quiet: false });
}

async function told(story: Scenario, options: RunOptions): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  await run(
    story,
    { level: 'packets', checks: 'none', onEvent: (event) => events.push(event), ...options },
    { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) },
  );
  return events;
}

/** What excuses a broker and cannot be seen on its wires, beside a store that was told to forget. */
function isUnseen(step: Step): boolean {
  const { do: deed } = step;
  if (deed === 'skewClock' || deed === 'driftClock' || deed === 'slowDisk' || deed === 'fillDisk')
    return true;
  return deed === 'pause' && step.node === HUB;
}

function chaos(seed: number): Promise<TraceEvent[]> {
  const drawn = drawPlan(seed);
  const steps = drawn.steps.filter((step) => !isUnseen(step));
  const plan = { ...drawn, steps, hub: { ...drawn.hub, durability: 'sync' as const } };
  return told(play(plan), { seed, transport: plan.transport });
}

describe('our own machines in random stories, seen from elsewhere', () => {
  it('break no promise, for a server and for taps at either end', async () => {
    const found: string[] = [];
    const held = new Map(PLACES.map((place) => [place, new Set<string>()]));
    for (let seed = 1; seed <= SEEDS; seed++) {
      const events = await chaos(seed);
      for (const place of PLACES) {
        const report = judged(seenFrom(events, place), VANTAGES[place]);
        for (const { rule, text } of report.violations)
          found.push(`seed ${seed}, ${place}: ${rule}: ${text}`);
        for (const { rule, outcome } of report.rules) if (outcome === 'held') held.get(place)!.add(rule);
      }
    }
    expect(found).toEqual([]);
    for (const [place, rules] of held) expect(rules.size, place).toBeGreaterThanOrEqual(15);
  });
});

describe('bugs of the field, seen by a tap before the broker', () => {
  it.each([
    ...['backlog-reversed', 'clean-start-ignored', 'dollar-matched', 'identifier-shared', 'qos-not-lowered'],
    ...['retain-lost', 'retries-on-timer', 'session-present-on-clean', 'redelivery-reversed', 'dup-on-new'],
    ...['identifiers-restart', 'qos2-forgotten', 'session-outlives-expiry', 'unsubscribe-not-stored'],
  ])('are caught: %s', async (name) => {
    const mutant = mutantNamed(name)!;
    const { default: story } = (await import(join(repository, 'sims/zoo', `${mutant.story}.ts`))) as {
      default: Scenario;
    };
    for (let seed = 1; seed <= 10; seed++) {
      const options = { seed, profile: 'swarm', substitute: substitutionOf(mutant) } as const;
      const report = judged(seenFrom(await told(story, options), 'tap at the broker'));
      if (brokenIn(report).includes(mutant.rule)) return;
    }
    expect.fail(`${name} escapes from a tap`);
  });
});

/** A subscriber of `t/#` at a broker that promises nothing. */
function stage(qos: 0 | 1 | 2 = 1) {
  const stage = new Stage();
  stage.recorder.emit({ k: 'node.added', n: 'hub', role: 'broker' });
  const down = stage.connect(stage.client('sub'), 'hub', { clean: false });
  stage.subscribe(down, 't/#', qos);
  return { stage, down };
}

describe('a tap', () => {
  it('does not know who published what it has not seen, nor what was retained before', () => {
    const { stage: seen, down } = stage();
    seen.pass(down, 'hub', publish('t/1', 'from elsewhere', 1, 1));
    seen.pass(down, 'hub', publish('t/2', 'kept', 1, 2, { retain: true }));
    const report = judged(seen.events);
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'delivery.phantom').outcome).toBe('not observable');
  });

  it.each([false, true])(
    'takes a copy for one too many only while nobody else publishes: %s',
    (elsewhere) => {
      const { stage: seen, down } = stage();
      const up = seen.connect(seen.client('pub'), 'hub');
      seen.pass(up, 'pub', publish('t/1', 'once'));
      for (let copy = 1; copy <= 2; copy++) seen.pass(down, 'hub', publish('t/1', 'once'));
      if (elsewhere) seen.pass(down, 'hub', publish('t/1', 'from elsewhere'));
      const report = judged(seen.events);
      expect(brokenIn(report)).toEqual(elsewhere ? [] : ['delivery.at-most-once']);
      const { excused } = ruleOf(report, 'delivery.at-most-once');
      expect(Object.values(excused)).toEqual(elsewhere ? [1] : []);
    },
  );

  it('does not know what a session had before', () => {
    const seen = new Stage();
    seen.recorder.emit({ k: 'node.added', n: 'hub', role: 'broker' });
    const down = seen.connect(seen.client('sub'), 'hub', { clean: false, sessionPresent: true });
    seen.pass(down, 'hub', publish('t/1', 'queued', 2, 7, { dup: true }));
    seen.pass(down, 'hub', publish('t/2', 'queued', 1, 8));
    expect(judged(seen.events).violations).toEqual([]);
  });

  it.each([false, true])(
    'knows that a broker read an acknowledgement only by its answers: %s',
    (answered) => {
      const { stage: seen, down } = stage();
      const up = seen.connect(seen.client('pub'), 'hub');
      seen.pass(up, 'pub', publish('t/1', 'm', 1, 1));
      seen.pass(down, 'hub', publish('t/1', 'm', 1, 1));
      seen.pass(down, 'sub', { type: 'puback', packetId: 1 });
      if (answered) {
        seen.pass(down, 'sub', { type: 'pingreq' });
        seen.pass(down, 'hub', { type: 'pingresp' });
      }
      seen.end(down, { dialler: 'aborted', listener: 'reset' });
      const back = seen.connect('sub', 'hub', { clean: false, sessionPresent: true });
      seen.pass(back, 'hub', publish('t/1', 'm', 1, 1, { dup: true }));
      expect(brokenIn(judged(seen.events))).toEqual(
        answered ? ['delivery.needless-duplicate', 'delivery.dup-flag'] : [],
      );
    },
  );

  it.each([true, false])(
    'takes what comes with DUP for sent before, where it could not see it, and what comes without for sent late: %s',
    (dup) => {
      const { stage: seen, down } = stage();
      const up = seen.connect(seen.client('pub'), 'hub');
      for (const k of [1, 2]) seen.pass(up, 'pub', publish('t/1', `${k}`, 1, k));
      seen.end(down, { dialler: 'aborted', listener: 'reset' });
      const back = seen.connect('sub', 'hub', { clean: false, sessionPresent: true });
      const order = dup ? [1, 2] : [2, 1];
      for (const k of order) seen.pass(back, 'hub', publish('t/1', `${k}`, 1, k, { dup }));
      expect(brokenIn(judged(seen.events))).toEqual(dup ? [] : ['ordering.messages']);
    },
  );

  it.each([
    [1, []],
    [3, ['ordering.messages']],
  ])(
    'does not know whether what comes with the identifier of an equal message, #1, is that one again: #%i',
    (id, broken) => {
      for (const [published, sent] of [
        ['aab', 'ba'],
        ['aba', 'ab'],
      ] as const) {
        const { stage: seen, down } = stage();
        const up = seen.connect(seen.client('pub'), 'hub');
        for (const [k, payload] of [...published].entries())
          seen.pass(up, 'pub', publish('t/1', payload, 1, k + 1));
        seen.pass(down, 'hub', publish('t/1', 'a', 1, 1));
        seen.pass(down, 'sub', { type: 'puback', packetId: 1 });
        seen.end(down);
        const back = seen.connect('sub', 'hub', { clean: false, sessionPresent: true });
        for (const payload of sent)
          seen.pass(back, 'hub', publish('t/1', payload, 1, payload === 'a' ? id : 2));
        expect(brokenIn(judged(seen.events)), published).toEqual(broken);
      }
    },
  );

  it.each([false, true])('knows that a broker read DISCONNECT when it finishes as well: %s', (finished) => {
    const { stage: seen, down } = stage();
    const leaving = seen.connect(seen.client('c'), 'hub', { will: { topic: 't/w', payload: 'gone' } });
    seen.pass(leaving, 'c', { type: 'disconnect' });
    seen.end(leaving, { dialler: 'closed', listener: finished ? 'finished' : 'reset' });
    seen.pass(down, 'hub', publish('t/w', 'gone'));
    const report = judged(seen.events);
    expect(brokenIn(report)).toEqual(finished ? ['will.withheld'] : []);
    expect(ruleOf(report, 'will.withheld').outcome).toBe(finished ? 'broken' : 'excused');
  });

  it.each([9, 11])('waits ten seconds for what a broker owes, by its answers: %i', (seconds) => {
    const { stage: seen, down } = stage();
    const up = seen.connect(seen.client('pub'), 'hub');
    seen.pass(up, 'pub', publish('t/1', 'm', 1, 1));
    seen.pass(up, 'hub', { type: 'puback', packetId: 1 });
    seen.tick(seconds * 1_000_000);
    seen.pass(down, 'sub', { type: 'pingreq' });
    seen.pass(down, 'hub', { type: 'pingresp' });
    expect(brokenIn(judged(seen.events))).toEqual(seconds > 10 ? ['delivery.at-least-once'] : []);
  });

  it('says nothing of a connection that it did not see begin, or cannot read, nor of who hears from there', () => {
    for (const readable of [false, true]) {
      const { stage: seen, down } = stage();
      const up = readable
        ? seen.dial(seen.client('pub'), 'hub')
        : seen.connect(seen.client('pub'), 'hub', { clean: false });
      if (!readable) seen.recorder.packetSent('pub', up.conn, new Uint8Array([0x30]), 4, 'bytes are missing');
      seen.pass(up, 'pub', publish('t/1', 'a', 1, 1, { dup: true }));
      seen.pass(down, 'hub', publish('t/1', 'b'));
      seen.pass(up, 'hub', publish('t/2', 'c', 1, 3, { dup: true }));
      expect(judged(seen.events).violations).toEqual([]);
    }
  });

  it.each([1, 2])(
    'takes a broker that ends all of its %i connections for one that was started again',
    (many) => {
      const { stage: seen, down } = stage();
      const other = many === 2 ? seen.connect(seen.client('other'), 'hub') : undefined;
      for (const each of other === undefined ? [down] : [other, down])
        seen.end(each, { listener: 'closed', dialler: 'finished' });
      seen.connect('sub', 'hub', { clean: false, v: 5, sessionExpiry: 60 });
      const report = judged(seen.events);
      expect(report.violations).toEqual([]);
      expect(ruleOf(report, 'session.present').outcome).toBe('held');
    },
  );
});

describe('a server that records what it does', () => {
  it('knows all that was published to it, and not what its clients make of it', () => {
    const seen = new Stage();
    seen.broker('hub');
    const down = seen.connect(seen.client('sub'), 'hub');
    seen.subscribe(down, 't', 1);
    seen.pass(down, 'hub', publish('t', 'nobody', 1, 1));
    const report = judged(seen.events, 'broker');
    expect(brokenIn(report)).toEqual(['delivery.phantom']);
    expect(ruleOf(report, 'delivery.handed-over').outcome).toBe('not observable');
  });

  it('may send what it kept from an earlier life', () => {
    const seen = new Stage();
    seen.recorder.emit({ k: 'node.added', n: 'hub', role: 'broker' });
    seen.recorder.emit({ k: 'node.started', n: 'hub', life: 2 });
    const down = seen.connect(seen.client('sub'), 'hub');
    seen.subscribe(down, 't', 1);
    seen.pass(down, 'hub', publish('t', 'a will', 1, 1));
    expect(judged(seen.events, 'broker').violations).toEqual([]);
  });
});
