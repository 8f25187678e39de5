import { describe, expect, it } from 'vitest';
import { createChecker } from '../../src/check/checker.ts';
import { RULES, type RuleId } from '../../src/check/rules/rules.ts';
import { VIOLATIONS_KEPT } from '../../src/check/tally.ts';
import type { TraceEvent, Vantage } from '../../src/trace/event.ts';
import { publish, Stage } from '../trace/stage.ts';
import { brokenIn, judge, ruleOf } from './court.ts';

/** A hub that sends `phantoms` messages which nobody published. */
function haunted(stage: Stage, phantoms: number): Stage {
  stage.broker('hub');
  const down = stage.connect(stage.client('sub'), 'hub');
  stage.subscribe(down, '#', 0);
  for (let k = 0; k < phantoms; k++) stage.pass(down, 'hub', publish('t', `${k}`));
  return stage;
}

describe('the judge', () => {
  it('reports every rule, in the order of the registry, with meaning and statements', () => {
    const report = judge(new Stage());
    expect(report.rules.map(({ rule }) => rule)).toEqual(Object.keys(RULES));
    for (const { outcome, reached } of report.rules)
      expect({ outcome, reached }).toEqual({ outcome: 'never reached', reached: 0 });
    for (const { meaning, statements } of Object.values(RULES)) {
      expect(meaning).not.toBe('');
      for (const statement of statements) expect(statement).toMatch(/^(3\.1\.1|5\.0)\/MQTT-\d/);
    }
  });

  it('hands verdicts to the recorder, at the event that showed them', () => {
    const verdicts: TraceEvent[] = [];
    const stage = new Stage('packets');
    const checker = createChecker({
      vantage: 'both-ends',
      emit: (verdict) => {
        stage.recorder.emit(verdict);
      },
    });
    stage.recorder.listen((event) => {
      checker.observe(event);
      if (event.k === 'verdict') verdicts.push(event);
    });
    haunted(stage, 1);
    const sent = stage.events.find(
      ({ k }, at) => k === 'packet.sent' && stage.events[at + 1]?.k === 'verdict',
    )!;
    expect(verdicts).toEqual([
      {
        i: sent.i + 1,
        t: sent.t,
        c: sent.i,
        k: 'verdict',
        n: 'hub',
        rule: 'delivery.phantom',
        outcome: 'broken',
        text: expect.stringContaining('that nobody published'),
        about: [sent.i],
      },
    ]);
  });

  it('keeps a limited list of violations and counts the rest', () => {
    const report = judge(haunted(new Stage(), VIOLATIONS_KEPT + 5));
    expect(report.violations).toHaveLength(VIOLATIONS_KEPT);
    expect(report.broken).toBe(VIOLATIONS_KEPT + 5);
  });

  it.each<Vantage>(['broker', 'client', 'wire'])(
    'says of a trace that was seen from the %s which rules it cannot see from there',
    (vantage) => {
      const checker = createChecker({ vantage });
      for (const event of haunted(new Stage(), 0).events) checker.observe(event);
      const unseen = checker
        .finish({ quiet: true })
        .rules.filter(({ outcome }) => outcome === 'not observable');
      expect(unseen.map(({ rule }) => rule)).toEqual(
        (Object.keys(RULES) as RuleId[]).filter((rule) => !RULES[rule].vantage.includes(vantage)),
      );
      expect(unseen.length).toBeGreaterThan(0);
    },
  );

  it('accuses nobody by a rule that cannot be seen from there', () => {
    const checker = createChecker({ vantage: 'wire' });
    for (const event of haunted(new Stage(), 1).events) checker.observe(event);
    const report = checker.finish({ quiet: true });
    expect(ruleOf(report, 'delivery.phantom')).toMatchObject({ outcome: 'not observable', broken: 0 });
    expect(report.violations).toEqual([]);
  });

  it('counts premises under faults apart: while one is active, or a node is down', () => {
    const stage = new Stage();
    stage.broker('hub');
    const wire = stage.connect(stage.client('c'), 'hub');
    const ping = (): void => {
      stage.pass(wire, 'c', publish('t', `${stage.recorder.now}`, 1, 1 + (stage.recorder.count % 60_000)));
    };
    ping();
    stage.recorder.emit({ k: 'fault.began', n: '', fault: 'f', family: 'loss', target: 'l', detail: {} });
    ping();
    ping();
    stage.recorder.emit({ k: 'fault.ended', n: '', fault: 'f' });
    ping();
    stage.client('d');
    stage.crash('d');
    ping();
    stage.start('d');
    ping();
    expect(ruleOf(judge(stage, false), 'delivery.dup-flag')).toMatchObject({ reached: 6, underFault: 3 });
  });

  it('never reads what machines tell of themselves', () => {
    const stage = new Stage('full');
    stage.broker('hub');
    const before = judge(stage);
    stage.recorder.emit({ k: 'told', n: 'hub', step: 'dropped', text: 'everything' });
    stage.recorder.emit({ k: 'state', n: 'hub', entity: 'hub', d: [['lost', null, 7]] });
    expect(judge(stage)).toEqual(before);
  });

  it('lets a peer send and leave undone what it likes', () => {
    const stage = new Stage();
    stage.broker('hub');
    stage.recorder.emit({ k: 'node.added', n: 'raw', role: 'peer' });
    const wire = stage.connect('raw', 'hub', { clean: false });
    stage.subscribe(wire, 't', 2);
    stage.pass(wire, 'raw', publish('t', 'a', 1, 1, { dup: true }));
    stage.pass(wire, 'raw', publish('t', 'b', 1, 1));
    stage.recorder.packetSent('raw', wire.conn, new Uint8Array([0xff, 0xff]), 4, 'no packet');
    stage.pass(wire, 'hub', { type: 'puback', packetId: 1 });
    expect(judge(stage).violations).toEqual([]);
  });

  it('believes a client that publishes before its CONNACK', () => {
    const stage = new Stage();
    stage.broker('hub');
    const down = stage.connect(stage.client('sub'), 'hub');
    stage.subscribe(down, 't', 1);
    const wire = stage.dial(stage.client('pub'), 'hub');
    stage.pass(wire, 'pub', {
      type: 'connect',
      protocolVersion: 4,
      clientId: 'pub',
      cleanStart: true,
      keepAlive: 0,
    });
    stage.pass(wire, 'pub', publish('t', 'a', 1, 1));
    stage.pass(wire, 'hub', { type: 'connack', sessionPresent: false, reasonCode: 0 });
    stage.pass(wire, 'hub', { type: 'puback', packetId: 1 });
    expect(brokenIn(judge(stage))).toEqual(['delivery.at-least-once']);
    stage.pass(down, 'hub', publish('t', 'a', 1, 1));
    stage.pass(down, 'sub', { type: 'puback', packetId: 1 });
    expect(judge(stage).violations).toEqual([]);
  });

  it('stays flat over a long run', () => {
    const stage = new Stage('digest');
    const checker = createChecker({ vantage: 'both-ends' });
    stage.recorder.listen(checker.observe.bind(checker));
    stage.log.events.length = 0;
    stage.broker('hub');
    const up = stage.connect(stage.client('pub'), 'hub');
    const down = stage.connect(stage.client('sub'), 'hub');
    stage.subscribe(down, '#', 1);
    for (let k = 0; k < 20_000; k++) {
      const packetId = 1 + (k % 100);
      stage.pass(up, 'pub', publish(`t/${k % 50}`, `${k}`, 1, packetId));
      stage.pass(up, 'hub', { type: 'puback', packetId });
      stage.pass(down, 'hub', publish(`t/${k % 50}`, `${k}`, 1, packetId));
      stage.pass(down, 'sub', { type: 'puback', packetId });
    }
    const report = checker.finish({ quiet: true });
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'delivery.at-least-once').reached).toBe(20_000);
    // 1,024 messages are remembered, and a few that had not been looked at.
    expect(checker.held).toBeLessThan(1_100);
  });
});
