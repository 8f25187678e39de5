/** What the judge makes of nodes that run foreign code: the wire tells what they are, and nothing is held against them that nobody said. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createChecker } from '../../src/check/checker.ts';
import type { CheckReport } from '../../src/check/tally.ts';
import { type RunOptions, run } from '../../src/runner/run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import { mutantNamed, substitutionOf } from '../../src/zoo/index.ts';
import { drawPlan } from '../chaos/plan.ts';
import { play } from '../chaos/play.ts';
import { repository } from '../programs.ts';
import { message, PROMISES, publish, Stage } from '../trace/stage.ts';
import { brokenIn, judge, ruleOf } from './court.ts';

const SEEDS = 40;

/** A stage whose nodes are foreign code. */
function staged(...nodes: readonly string[]): Stage {
  const stage = new Stage();
  for (const n of nodes) {
    stage.recorder.emit({ k: 'node.added', n, role: 'host' });
    stage.start(n);
  }
  return stage;
}

/** The run as if its machines were foreign code: nobody said what they are, what they promise, or what their applications did. */
function asHosted(events: readonly TraceEvent[]): TraceEvent[] {
  return events.flatMap((event): TraceEvent[] => {
    if (event.k.startsWith('app.')) return [];
    if (event.k !== 'node.added' || event.role === 'peer') return [event];
    const { promises: _, ...added } = event;
    return [{ ...added, role: 'host' }];
  });
}

async function eventsOf(story: Scenario, options: RunOptions): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  await run(
    story,
    { checks: 'none', onEvent: (event) => events.push(event), ...options },
    { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) },
  );
  return events;
}

function told(seed: number): Promise<TraceEvent[]> {
  const drawn = drawPlan(seed);
  // Nobody drops what a client that is there waits for, or forgets what is retained, unless it was told to.
  const { limits: _, retainedExpiry: __, ...hub } = drawn.hub;
  const plan = { ...drawn, hub };
  return eventsOf(play(plan), { seed, transport: plan.transport });
}

function judged(events: readonly TraceEvent[]): CheckReport {
  const checker = createChecker({ vantage: 'both-ends' });
  for (const event of events) checker.observe(event);
  return checker.finish({ quiet: true });
}

describe('our own machines as if they were hosted', () => {
  it('break no promise in random stories, and are judged', async () => {
    const found: string[] = [];
    const held = new Set<string>();
    for (let seed = 1; seed <= SEEDS; seed++) {
      const report = judged(asHosted(await told(seed)));
      for (const { rule, text } of report.violations) found.push(`seed ${seed}: ${rule}: ${text}`);
      for (const { rule, outcome } of report.rules) if (outcome === 'held') held.add(rule);
    }
    expect(found).toEqual([]);
    expect(held.size).toBeGreaterThanOrEqual(30);
  });
});

describe('bugs of the field, as if their machines were hosted', () => {
  it.each([
    ...['backlog-reversed', 'clean-start-ignored', 'dollar-matched', 'identifier-shared', 'qos-not-lowered'],
    ...['retain-lost', 'retries-on-timer', 'session-present-on-clean', 'redelivery-reversed', 'dup-on-new'],
    ...['will-lost', 'pubrec-twice', 'share-loses', 'identifiers-restart', 'qos2-forgotten'],
  ])('are caught: %s', async (name) => {
    const mutant = mutantNamed(name)!;
    const { default: story } = (await import(join(repository, 'sims/zoo', `${mutant.story}.ts`))) as {
      default: Scenario;
    };
    for (let seed = 1; seed <= 10; seed++) {
      const options = { seed, profile: 'swarm', substitute: substitutionOf(mutant) } as const;
      if (brokenIn(judged(asHosted(await eventsOf(story, options)))).includes(mutant.rule)) return;
    }
    expect.fail(`${name} escapes where nothing was promised`);
  });
});

describe('a hosted node', () => {
  it('is a broker when it is dialled and takes a CONNECT', () => {
    const stage = staged('hub', 'sensor', 'screen');
    const screen = stage.connect('screen', 'hub');
    stage.subscribe(screen, 'plant/#', 1);
    const sensor = stage.connect('sensor', 'hub');
    stage.pass(sensor, 'sensor', publish('plant/1', 'a', 1, 7));
    stage.pass(sensor, 'hub', { type: 'puback', packetId: 7 });
    const report = judge(stage);
    expect(brokenIn(report)).toEqual(['delivery.at-least-once']);
    expect(report.violations[0]).toMatchObject({ node: 'hub' });
  });

  it('is none when what it is sent is no MQTT, whatever comes later', () => {
    const stage = staged('web', 'page');
    const wire = stage.dial('page', 'web');
    const bytes = new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n');
    const malformed = 'it is no MQTT';
    stage.recorder.packetSent('page', wire.conn, bytes, 0, malformed);
    stage.send(wire, 'page', publish('a', 'b', 1, 1));
    const report = judge(stage);
    expect(report.rules.every(({ reached, broken }) => reached === 0 && broken === 0)).toBe(true);
  });

  it('may be a broker and a client at once: a bridge, whose messages may come from elsewhere', () => {
    const stage = staged('bridge', 'screen');
    stage.broker('cloud');
    const up = stage.connect('bridge', 'cloud', { clientId: 'bridge' });
    stage.subscribe(up, '#', 1);
    const screen = stage.connect('screen', 'bridge');
    stage.subscribe(screen, '#', 1);
    // Twice, for it is subscribed to two filters on the other side.
    for (const packetId of [1, 2]) {
      stage.pass(screen, 'bridge', publish('plant/1', 'a', 1, packetId));
      stage.pass(screen, 'screen', { type: 'puback', packetId });
    }
    const report = judge(stage);
    expect(brokenIn(report)).toEqual([]);
    expect(ruleOf(report, 'delivery.phantom').excused).toEqual({
      'the application of bridge may have published it': 2,
    });
    // As a client it has to answer what it was sent, like any other.
    const debtor = staged('bridge');
    debtor.broker('cloud');
    const wire = debtor.connect('bridge', 'cloud');
    debtor.subscribe(wire, '#', 1);
    debtor.pass(wire, 'cloud', publish('plant/1', 'a', 1, 1));
    expect(brokenIn(judge(debtor))).toContain('answer.publish');
  });

  it('that says what it promises as a broker is held to that', () => {
    const told = (promises: typeof PROMISES | undefined): CheckReport => {
      const stage = new Stage();
      const added = { k: 'node.added', n: 'hub', role: 'host' } as const;
      stage.recorder.emit(promises === undefined ? added : { ...added, promises });
      stage.start('hub');
      stage.client('screen');
      const first = stage.connect('screen', 'hub', { clean: false });
      stage.subscribe(first, '#', 1);
      stage.end(first);
      // Nobody published it, and the session is gone.
      const wire = stage.connect('screen', 'hub', { clean: false, sessionPresent: false });
      stage.subscribe(wire, '#', 1);
      stage.pass(wire, 'hub', publish('plant/1', 'a', 0));
      return judge(stage);
    };
    expect(brokenIn(told(PROMISES))).toEqual(['delivery.phantom', 'session.present']);
    const report = told(undefined);
    expect(brokenIn(report)).toEqual([]);
    expect(Object.keys(ruleOf(report, 'session.present').excused)).toEqual([
      'nobody said for how long hub keeps sessions without a connection',
    ]);
  });

  it('that promised nothing may have any limit on what waits for a client that is away, and a great one for one that is there', () => {
    const queued = (away: boolean, count = 3): CheckReport => {
      const stage = staged('hub', 'sensor', 'screen');
      let screen = stage.connect('screen', 'hub', { clean: false });
      stage.subscribe(screen, '#', 1);
      if (away) stage.end(screen);
      const sensor = stage.connect('sensor', 'hub');
      for (let packetId = 1; packetId <= count; packetId++) {
        stage.pass(sensor, 'sensor', publish('plant/1', `${packetId}`, 1, packetId));
        stage.pass(sensor, 'hub', { type: 'puback', packetId });
      }
      if (away) screen = stage.connect('screen', 'hub', { clean: false, sessionPresent: true });
      stage.pass(screen, 'hub', publish('plant/1', `${count}`, 1, 9));
      stage.pass(screen, 'screen', { type: 'puback', packetId: 9 });
      return judge(stage);
    };
    expect(ruleOf(queued(false), 'delivery.at-least-once').broken).toBe(2);
    const many = ruleOf(queued(false, 200), 'delivery.at-least-once');
    expect(many.broken).toBe(0);
    expect(many.excused).toEqual({ 'the queue of the session was full (limit unknown)': 199 });
    const away = ruleOf(queued(true), 'delivery.at-least-once');
    expect(away.broken).toBe(0);
    expect(away.excused).toEqual({ 'the queue of the session was full (limit unknown)': 2 });
  });

  it('is not accused for want of an application that nobody saw, and is for what its application was seen to do', () => {
    const read = (seen: boolean): CheckReport => {
      const stage = staged('app');
      stage.broker('hub');
      const wire = stage.connect('app', 'hub');
      if (seen) stage.deliver('app', message('plant/1', 'never', 1));
      stage.subscribe(wire, '#', 1);
      stage.client('sensor');
      const sensor = stage.connect('sensor', 'hub');
      stage.pass(sensor, 'sensor', publish('plant/1', 'a', 1, 1));
      stage.pass(sensor, 'hub', { type: 'puback', packetId: 1 });
      stage.pass(wire, 'hub', publish('plant/1', 'a', 1, 1));
      stage.pass(wire, 'app', { type: 'puback', packetId: 1 });
      return judge(stage);
    };
    expect(brokenIn(read(false))).toEqual([]);
    expect(brokenIn(read(true))).toEqual(['delivery.phantom', 'delivery.handed-over']);
  });

  it('is not accused of leaving open what it closed and nobody answered, and is of what it closed late', () => {
    const left = (end: 'timed-out' | 'closed'): readonly string[] => {
      const stage = staged('app');
      stage.broker('hub');
      const wire = stage.connect('app', 'hub');
      stage.send(wire, 'app', { type: 'disconnect', reasonCode: 0 });
      stage.tick(900_000_000);
      stage.endAt(wire, 'app', end);
      return brokenIn(judge(stage, false)).filter((rule) => rule === 'order.disconnect');
    };
    expect(left('timed-out')).toEqual([]);
    expect(left('closed')).toEqual(['order.disconnect']);
  });

  it('may run several clients, whose calls have no order among each other', () => {
    const stage = staged('app');
    stage.broker('hub');
    const late = message('plant/1', 'first', 1);
    const early = message('plant/1', 'second', 1);
    stage.publishCall('app', late);
    stage.publishCall('app', early);
    const b = stage.connect('app', 'hub', { clientId: 'b' });
    stage.pass(b, 'app', publish('plant/1', 'second', 1, 1));
    const a = stage.connect('app', 'hub', { clientId: 'a' });
    stage.pass(a, 'app', publish('plant/1', 'first', 1, 1));
    expect(ruleOf(judge(stage), 'ordering.messages').broken).toBe(0);
  });

  it('that talks to itself is not judged, for nobody can tell which side wrote a packet', () => {
    const stage = staged('app');
    const wire = stage.dial('app', 'app');
    stage.send(wire, 'app', publish('plant/1', 'a', 1, 1));
    expect(judge(stage).broken).toBe(0);
  });
});
