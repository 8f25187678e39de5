import { describe, expect, it } from 'vitest';
import type { QoS } from '../../../src/mqtt/codec/packet.ts';
import type { BrokerPromises } from '../../../src/trace/event.ts';
import { message, publish, Stage, type Wire } from '../../trace/stage.ts';
import { brokenIn, judge, ruleOf } from '../court.ts';

/** A publisher and a subscriber, connected; the subscriber has a persistent session and one subscription. */
class Pair extends Stage {
  up: Wire;
  down: Wire;

  constructor(granted: QoS = 2, promises: Partial<BrokerPromises> = {}) {
    super();
    this.broker('hub', promises);
    this.up = this.connect(this.client('pub'), 'hub', { clean: false });
    this.down = this.connect(this.client('sub'), 'hub', { clean: false });
    this.subscribe(this.down, 't/#', granted);
  }

  /** The publisher hands a message to the hub, to the end of the handshake. */
  accept(payload: string, qos: QoS, packetId = 10, topic = 't/1'): void {
    this.pass(this.up, 'pub', publish(topic, payload, qos, qos === 0 ? undefined : packetId));
    if (qos === 1) this.pass(this.up, 'hub', { type: 'puback', packetId });
    if (qos === 2) {
      this.pass(this.up, 'hub', { type: 'pubrec', packetId });
      this.pass(this.up, 'pub', { type: 'pubrel', packetId });
      this.pass(this.up, 'hub', { type: 'pubcomp', packetId });
    }
  }

  /** The hub hands a message to the subscriber, to the end of the handshake. */
  forward(
    payload: string,
    qos: QoS,
    packetId = 1,
    flags: { dup?: boolean; retain?: boolean } = {},
    topic = 't/1',
  ): void {
    this.pass(this.down, 'hub', publish(topic, payload, qos, qos === 0 ? undefined : packetId, flags));
    if (qos === 1) this.pass(this.down, 'sub', { type: 'puback', packetId });
    if (qos === 2) {
      this.pass(this.down, 'sub', { type: 'pubrec', packetId });
      this.pass(this.down, 'hub', { type: 'pubrel', packetId });
      this.pass(this.down, 'sub', { type: 'pubcomp', packetId });
    }
  }

  /** The subscriber's connection is cut, and it comes back to its session. */
  return(sessionPresent = true): void {
    this.end(this.down);
    this.down = this.connect('sub', 'hub', { clean: false, sessionPresent });
  }
}

describe('a correct hub', () => {
  it.each([0, 1, 2] as const)('holds every promise at QoS %i', (qos) => {
    const pair = new Pair(qos);
    for (let k = 1; k <= 3; k++) {
      pair.accept(`${k}`, qos, 10 + k);
      pair.forward(`${k}`, qos, k);
    }
    const report = judge(pair);
    expect(report.violations).toEqual([]);
    expect(report.excused).toBe(0);
    const rule = (['delivery.at-most-once', 'delivery.at-least-once', 'delivery.exactly-once'] as const)[qos];
    expect(ruleOf(report, rule)).toMatchObject({ outcome: 'held', reached: 3, underFault: 0 });
    for (const each of ['delivery.phantom', 'delivery.qos', 'ordering.messages'] as const) {
      expect(ruleOf(report, each).outcome).toBe('held');
    }
    expect(ruleOf(report, 'will.due').outcome).toBe('never reached');
  });

  it('may send a message again with DUP after a cut, and it counts once', () => {
    for (const qos of [1, 2] as const) {
      const pair = new Pair();
      pair.accept('a', qos);
      pair.pass(pair.down, 'hub', publish('t/1', 'a', qos, 1));
      pair.return();
      pair.forward('a', qos, 1, { dup: true });
      const report = judge(pair);
      expect(report.violations).toEqual([]);
      expect(ruleOf(report, 'ordering.redelivery').reached).toBe(1);
    }
  });

  it('may queue for an absent subscriber and send it all when it is back', () => {
    const pair = new Pair();
    pair.end(pair.down);
    for (let k = 1; k <= 3; k++) pair.accept(`${k}`, 1, 10 + k);
    pair.down = pair.connect('sub', 'hub', { clean: false, sessionPresent: true });
    for (let k = 1; k <= 3; k++) pair.forward(`${k}`, 1, k);
    expect(judge(pair).violations).toEqual([]);
  });

  it('may forward a QoS 1 message twice that its publisher had to send twice', () => {
    const pair = new Pair();
    pair.pass(pair.up, 'pub', publish('t/1', 'a', 1, 10));
    pair.end(pair.up);
    pair.up = pair.connect('pub', 'hub', { clean: false, sessionPresent: true });
    pair.forward('a', 1, 1);
    pair.pass(pair.up, 'pub', publish('t/1', 'a', 1, 10, { dup: true }));
    pair.pass(pair.up, 'hub', { type: 'puback', packetId: 10 });
    pair.forward('a', 1, 2);
    expect(judge(pair).violations).toEqual([]);
  });

  it('may drop such a repetition as well', () => {
    const pair = new Pair();
    pair.pass(pair.up, 'pub', publish('t/1', 'a', 1, 10));
    pair.end(pair.up);
    pair.up = pair.connect('pub', 'hub', { clean: false, sessionPresent: true });
    pair.pass(pair.up, 'pub', publish('t/1', 'a', 1, 10, { dup: true }));
    pair.pass(pair.up, 'hub', { type: 'puback', packetId: 10 });
    pair.forward('a', 1, 1);
    const report = judge(pair);
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'delivery.at-least-once').reached).toBe(1);
  });

  it('may forward QoS 2 before or after PUBREL, once, whatever its publisher repeats', () => {
    const pair = new Pair();
    pair.pass(pair.up, 'pub', publish('t/1', 'a', 2, 10));
    pair.end(pair.up);
    pair.up = pair.connect('pub', 'hub', { clean: false, sessionPresent: true });
    pair.pass(pair.up, 'pub', publish('t/1', 'a', 2, 10, { dup: true }));
    pair.pass(pair.up, 'hub', { type: 'pubrec', packetId: 10 });
    pair.pass(pair.up, 'pub', { type: 'pubrel', packetId: 10 });
    pair.pass(pair.up, 'hub', { type: 'pubcomp', packetId: 10 });
    pair.forward('a', 2, 1);
    expect(judge(pair).violations).toEqual([]);
  });

  it('may send one copy or one for each of overlapping subscriptions, as it promised', () => {
    const once = new Pair(1);
    once.subscribe(once.down, 't/+', 2, 2);
    once.accept('a', 2);
    once.forward('a', 2, 1);
    expect(judge(once).violations).toEqual([]);
    const each = new Pair(1, { overlap: 'each' });
    each.subscribe(each.down, 't/+', 2, 2);
    each.accept('a', 2);
    each.forward('a', 1, 1);
    each.forward('a', 2, 2);
    expect(judge(each).violations).toEqual([]);
  });

  it('may publish the same payload as often as its publisher did', () => {
    const pair = new Pair();
    for (let k = 1; k <= 4; k++) {
      pair.accept('same', 2, 10 + k);
      pair.forward('same', 2, k);
    }
    expect(judge(pair).violations).toEqual([]);
  });

  it('may say what it likes about itself', () => {
    const pair = new Pair();
    pair.subscribe(pair.down, '$SYS/#', 0, 3);
    pair.forward('1', 0, 0, {}, '$SYS/broker/uptime');
    expect(judge(pair).violations).toEqual([]);
  });

  it('may send SUBACK after the first message, and lower the QoS that was asked for', () => {
    const stage = new Stage();
    stage.broker('hub');
    const up = stage.connect(stage.client('pub'), 'hub');
    const down = stage.connect(stage.client('sub'), 'hub');
    stage.pass(down, 'sub', { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 't', qos: 2 }] });
    stage.pass(up, 'pub', publish('t', 'a', 2, 1));
    stage.pass(down, 'hub', publish('t', 'a', 1, 1));
    stage.pass(down, 'hub', { type: 'suback', packetId: 1, reasonCodes: [1] });
    expect(judge(stage, false).violations).toEqual([]);
  });

  it('may go on with what was queued, or not, after UNSUBSCRIBE', () => {
    for (const sends of [true, false]) {
      const pair = new Pair();
      pair.end(pair.down);
      pair.accept('a', 1);
      pair.down = pair.connect('sub', 'hub', { clean: false, sessionPresent: true });
      pair.pass(pair.down, 'sub', { type: 'unsubscribe', packetId: 9, filters: ['t/#'] });
      pair.pass(pair.down, 'hub', { type: 'unsuback', packetId: 9 });
      if (sends) pair.forward('a', 1, 1);
      expect(judge(pair).violations).toEqual([]);
    }
  });
});

describe('a lost message', () => {
  it.each([1, 2] as const)('breaks the promise of QoS %i, with an obituary', (qos) => {
    const pair = new Pair();
    pair.accept('a', qos, 11);
    pair.accept('b', qos, 12);
    pair.forward('a', qos, 1);
    const report = judge(pair);
    expect(brokenIn(report)).toEqual([qos === 1 ? 'delivery.at-least-once' : 'delivery.exactly-once']);
    const arrival = pair.events
      .filter(({ k, n }) => k === 'packet.received' && n === 'hub')
      .at(qos === 1 ? -2 : -1);
    expect(arrival).toBeDefined();
    expect(report.violations[0]!.text).toMatch(
      /^a message of pub on t\/1, QoS \d, accepted by hub at event \d+ \(.* s\), never came to sub: hub never sent it$/,
    );
  });

  it('that was sent and cut names the sending and the end of the connection', () => {
    const pair = new Pair();
    pair.accept('a', 1);
    const flying = pair.send(pair.down, 'hub', publish('t/1', 'a', 1, 1));
    pair.lose(flying);
    pair.return();
    const report = judge(pair);
    expect(brokenIn(report)).toEqual(['delivery.at-least-once', 'session.resumed']);
    expect(report.violations[0]!.text).toContain(`hub sent it at event ${flying.i}, it was never read`);
    expect(report.violations[0]!.about).toContain(flying.i);
  });

  it('names the crash that killed it, where the hub had promised to survive one', () => {
    const pair = new Pair();
    pair.accept('a', 1);
    const crash = pair.crash('hub');
    pair.end(pair.up);
    pair.end(pair.down);
    pair.start('hub');
    pair.down = pair.connect('sub', 'hub', { clean: false, sessionPresent: true });
    const report = judge(pair);
    expect(brokenIn(report)).toEqual(['delivery.at-least-once']);
    expect(report.violations[0]!.text).toContain(`hub crashed with it at event ${crash}`);
  });

  it('is excused by a hub that promised less, with the reason', () => {
    for (const durability of ['none', 'interval'] as const) {
      const pair = new Pair(2, { durability });
      pair.accept('a', 2);
      pair.crash('hub', 'node.power-cut');
      pair.end(pair.up);
      pair.end(pair.down);
      pair.start('hub');
      pair.down = pair.connect('sub', 'hub', { clean: false, sessionPresent: true });
      const report = judge(pair);
      expect(report.violations).toEqual([]);
      expect(ruleOf(report, 'delivery.exactly-once')).toMatchObject({
        outcome: 'excused',
        excused: { [`hub promised durability ${durability} and crashed`]: 1 },
      });
    }
  });

  it('is excused by a full queue, and only up to the moment when it was full', () => {
    const pair = new Pair(2, { queueLimit: 2 });
    pair.end(pair.down);
    for (let k = 1; k <= 3; k++) pair.accept(`${k}`, 1, 10 + k);
    pair.down = pair.connect('sub', 'hub', { clean: false, sessionPresent: true });
    pair.forward('1', 1, 1);
    pair.forward('2', 1, 2);
    const full = judge(pair);
    expect(full.violations).toEqual([]);
    expect(ruleOf(full, 'delivery.at-least-once').excused).toEqual({
      'the queue of the session was full (limit 2)': 1,
    });
    pair.accept('4', 1, 20);
    expect(brokenIn(judge(pair))).toEqual(['delivery.at-least-once']);
  });

  it('is excused when it expired, and not before', () => {
    const expiring = (wait: number): string[] => {
      const stage = new Stage();
      stage.broker('hub');
      const up = stage.connect(stage.client('pub'), 'hub', { v: 5 });
      const down = stage.connect(stage.client('sub'), 'hub', { v: 5, clean: false, sessionExpiry: 3600 });
      stage.subscribe(down, 't', 1);
      stage.pass(up, 'pub', {
        ...publish('t', 'a', 1, 1),
        properties: { messageExpiryInterval: 60 },
      } as never);
      stage.pass(up, 'hub', { type: 'puback', packetId: 1, reasonCode: 0 });
      stage.tick(wait * 1_000_000);
      stage.pass(down, 'sub', { type: 'pingreq' });
      const report = judge(stage);
      return [...brokenIn(report), ...Object.keys(ruleOf(report, 'delivery.at-least-once').excused)];
    };
    expect(expiring(59)).toEqual(['delivery.at-least-once']);
    expect(expiring(61)).toEqual(['it expired after 60 s']);
  });

  it('is excused when its session ended clean, its subscriber stayed away, or the run ended first', () => {
    const reasons = (play: (pair: Pair) => void, quiet = true): Record<string, number> => {
      const pair = new Pair();
      play(pair);
      const report = judge(pair, quiet);
      expect(report.violations).toEqual([]);
      return { ...ruleOf(report, 'delivery.at-least-once').excused };
    };
    expect(
      reasons((pair) => {
        pair.end(pair.down);
        pair.accept('a', 1);
        pair.down = pair.connect('sub', 'hub', { clean: true });
      }),
    ).toEqual({ 'its session ended when the client asked for a clean one': 1 });
    expect(
      reasons((pair) => {
        pair.end(pair.down);
        pair.accept('a', 1);
      }),
    ).toEqual({ 'sub was away when the run ended': 1 });
    expect(
      reasons((pair) => {
        pair.accept('a', 1);
      }, false),
    ).toEqual({ 'the run ended before everything had time to come': 1 });
  });

  it('is no loss when nobody was told that it had been accepted, or nobody had certainly subscribed', () => {
    const unanswered = new Pair();
    unanswered.pass(unanswered.up, 'pub', publish('t/1', 'a', 1, 10));
    unanswered.end(unanswered.up);
    expect(judge(unanswered).violations).toEqual([]);
    const unsure = new Pair();
    unsure.pass(unsure.down, 'sub', {
      type: 'subscribe',
      packetId: 5,
      subscriptions: [{ filter: 'u', qos: 1 }],
    });
    unsure.accept('a', 1, 10, 'u');
    unsure.pass(unsure.down, 'hub', { type: 'suback', packetId: 5, reasonCodes: [1] });
    expect(judge(unsure).violations).toEqual([]);
  });

  it('of QoS 0 is no loss at all', () => {
    const pair = new Pair();
    pair.accept('a', 0);
    expect(judge(pair).violations).toEqual([]);
  });
});

describe('one copy too many', () => {
  it.each([
    [0, 'delivery.at-most-once'],
    [1, 'delivery.needless-duplicate'],
    [2, 'delivery.exactly-once'],
  ] as const)('at QoS %i breaks %s', (qos, rule) => {
    const pair = new Pair(qos);
    pair.accept('a', qos);
    pair.forward('a', qos, 1);
    pair.forward('a', qos, 2);
    const report = judge(pair);
    expect(brokenIn(report)).toEqual([rule]);
    expect(report.violations[0]!.text).toContain(`twice at QoS ${qos}; it came to hub once, at event`);
  });

  it('is excused after a crash of a hub that promised less than sync', () => {
    const pair = new Pair(2, { durability: 'interval' });
    pair.accept('a', 2);
    pair.forward('a', 2, 1);
    pair.crash('hub', 'node.power-cut');
    pair.end(pair.down);
    pair.start('hub');
    pair.down = pair.connect('sub', 'hub', { clean: false, sessionPresent: true });
    pair.forward('a', 2, 2);
    const report = judge(pair);
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'delivery.exactly-once').excused).toEqual({
      'hub promised durability interval and crashed': 1,
    });
  });

  it('is seen with two copies for one subscription although another filter is not matched', () => {
    const pair = new Pair(1, { overlap: 'each' });
    pair.subscribe(pair.down, 'u/#', 1, 2);
    pair.accept('a', 1);
    pair.forward('a', 1, 1);
    pair.forward('a', 1, 2);
    expect(brokenIn(judge(pair))).toEqual(['delivery.needless-duplicate']);
  });
});

describe('a subscription that was shared and given up', () => {
  it.each([
    [2, []],
    [3, ['delivery.needless-duplicate']],
  ] as const)('may have brought a copy of its own beside that of another: %i copies', (copies, broken) => {
    const pair = new Pair(1);
    pair.subscribe(pair.down, '$share/crew/t/#', 1, 2);
    pair.accept('a', 1);
    pair.forward('a', 1, 1);
    pair.pass(pair.down, 'sub', { type: 'unsubscribe', packetId: 9, filters: ['$share/crew/t/#'] });
    pair.pass(pair.down, 'hub', { type: 'unsuback', packetId: 9 });
    for (let copy = 2; copy <= copies; copy++) pair.forward('a', 1, copy);
    expect(brokenIn(judge(pair, false))).toEqual(broken);
  });
});

describe('a message that should not be', () => {
  it('is a phantom when nobody published it', () => {
    const pair = new Pair();
    pair.forward('a', 1, 1);
    expect(brokenIn(judge(pair))).toEqual(['delivery.phantom']);
  });

  it('is a changed one while the right one is still owed', () => {
    const pair = new Pair();
    pair.accept('a', 1);
    pair.forward('A', 1, 1);
    expect(brokenIn(judge(pair, false))).toEqual(['delivery.unchanged']);
  });

  it('is one that no filter matches', () => {
    const pair = new Pair();
    pair.accept('a', 1, 10, 'other');
    pair.forward('a', 1, 1, {}, 'other');
    expect(brokenIn(judge(pair))).toEqual(['delivery.subscribed']);
  });

  it('is one of the broker itself that # does not match [3.1.1/MQTT-4.7.2-1] [5.0/MQTT-4.7.2-1]', () => {
    const pair = new Pair();
    pair.subscribe(pair.down, '#', 0, 3);
    pair.forward('1', 0, 0, {}, '$SYS/broker/uptime');
    expect(brokenIn(judge(pair))).toEqual(['delivery.subscribed']);
  });

  it('may come in a session after its filter was given up, but not in a new one', () => {
    const pair = new Pair();
    pair.return(false);
    pair.accept('a', 1);
    pair.forward('a', 1, 1);
    expect(brokenIn(judge(pair))).toContain('delivery.subscribed');
  });
});

describe('QoS on delivery', () => {
  it.each([
    [0, 2, 0],
    [1, 2, 1],
    [2, 1, 1],
    [2, 0, 0],
    [1, 1, 1],
  ] as const)('published %i, granted %i: %i holds and another does not', (published, granted, right) => {
    for (const qos of [0, 1, 2] as const) {
      const pair = new Pair(granted);
      pair.accept('a', published);
      pair.forward('a', qos, 1);
      const rule = ruleOf(judge(pair, false), 'delivery.qos');
      expect(rule.outcome).toBe(qos === right ? 'held' : 'broken');
    }
  });

  it('of a filter that was asked for twice is in one copy [5.0/MQTT-3.8.4-3]', () => {
    for (const copies of [1, 2]) {
      const pair = new Pair(2, { overlap: 'each' });
      pair.subscribe(pair.down, 't/#', 2, 2);
      pair.accept('a', 2);
      for (let id = 1; id <= copies; id++) pair.forward('a', 2, id);
      expect(brokenIn(judge(pair))).toEqual(copies === 1 ? [] : ['delivery.exactly-once']);
    }
  });

  it('of overlapping subscriptions is the highest, when one copy was promised', () => {
    const pair = new Pair(0);
    pair.subscribe(pair.down, 't/+', 2, 2);
    pair.accept('a', 2);
    pair.forward('a', 0, 1);
    expect(brokenIn(judge(pair, false))).toEqual(['delivery.qos']);
  });

  it('may be either while a subscription is being replaced', () => {
    for (const qos of [1, 2] as const) {
      const pair = new Pair(2);
      pair.pass(pair.down, 'sub', {
        type: 'subscribe',
        packetId: 7,
        subscriptions: [{ filter: 't/#', qos: 1 }],
      });
      pair.accept('a', 2);
      pair.forward('a', qos, 1);
      expect(judge(pair, false).violations).toEqual([]);
    }
  });
});

describe('the DUP flag', () => {
  it('is 0 at QoS 0', () => {
    const pair = new Pair();
    pair.accept('a', 0);
    // No encoder writes this packet: DUP in the first byte, QoS 0.
    const flying = pair.send(pair.down, 'hub', publish('t/1', 'a', 0));
    expect(flying.bytes[0]).toBe(0x30);
    expect(judge(pair).violations).toEqual([]);
  });

  it('is 0 on a first sending', () => {
    const pair = new Pair();
    pair.accept('a', 1);
    pair.forward('a', 1, 1, { dup: true });
    expect(brokenIn(judge(pair))).toEqual(['delivery.dup-flag']);
  });

  it('is 1 on a re-delivery', () => {
    const pair = new Pair();
    pair.accept('a', 1);
    pair.pass(pair.down, 'hub', publish('t/1', 'a', 1, 1));
    pair.return();
    pair.forward('a', 1, 1);
    expect(brokenIn(judge(pair))).toEqual(['delivery.dup-flag']);
  });

  it('may be 1 for what a crash made the sender forget', () => {
    const pair = new Pair();
    pair.accept('a', 1);
    pair.forward('a', 1, 1);
    pair.crash('hub');
    pair.end(pair.down);
    pair.start('hub');
    pair.down = pair.connect('sub', 'hub', { clean: false, sessionPresent: true });
    pair.forward('a', 1, 1, { dup: true });
    expect(judge(pair).violations).toEqual([]);
  });
});

describe('the RETAIN flag', () => {
  function retained(settle = true): Pair {
    const pair = new Pair();
    pair.pass(pair.up, 'pub', publish('r', 'a', 1, 10, { retain: true }));
    if (settle) pair.pass(pair.up, 'hub', { type: 'puback', packetId: 10 });
    pair.subscribe(pair.down, 'r', 1, 4);
    return pair;
  }

  it('is 1 for what a subscription brings, once for each time it is made', () => {
    const pair = retained();
    pair.forward('a', 1, 1, { retain: true }, 'r');
    pair.subscribe(pair.down, 'r', 1, 5);
    pair.forward('a', 1, 2, { retain: true }, 'r');
    const report = judge(pair);
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'delivery.retain-flag')).toMatchObject({ outcome: 'held', reached: 2 });
  });

  it('is not 0 for it', () => {
    const pair = retained();
    pair.forward('a', 1, 1, {}, 'r');
    expect(brokenIn(judge(pair))).toEqual(['delivery.retain-flag']);
  });

  it('may be either while the message and the subscription cross', () => {
    for (const retain of [true, false]) {
      const pair = retained(false);
      pair.forward('a', 1, 1, { retain }, 'r');
      expect(judge(pair, false).violations).toEqual([]);
    }
  });

  it('is 0 for what comes live', () => {
    const pair = new Pair();
    pair.pass(pair.up, 'pub', publish('t/1', 'a', 1, 10, { retain: true }));
    pair.pass(pair.up, 'hub', { type: 'puback', packetId: 10 });
    pair.forward('a', 1, 1, { retain: true });
    expect(brokenIn(judge(pair))).toEqual(['delivery.retain-flag']);
  });

  it('is 0 for what is not retained', () => {
    const pair = new Pair();
    pair.accept('a', 1);
    pair.forward('a', 1, 1, { retain: true });
    expect(brokenIn(judge(pair))).toEqual(['delivery.retain-flag']);
  });
});

describe('identifiers and handshakes', () => {
  it('an identifier in flight is not given to another message', () => {
    const pair = new Pair();
    pair.accept('a', 1, 11);
    pair.accept('b', 1, 12);
    pair.pass(pair.down, 'hub', publish('t/1', 'a', 1, 1));
    pair.pass(pair.down, 'hub', publish('t/1', 'b', 1, 1));
    expect(brokenIn(judge(pair, false))).toContain('delivery.identifier');
  });

  it('an identifier that was given to two messages may bring either again', () => {
    const pair = new Pair();
    pair.accept('a', 1, 11);
    pair.accept('b', 1, 12);
    pair.pass(pair.down, 'hub', publish('t/1', 'a', 1, 1));
    pair.return();
    pair.pass(pair.down, 'hub', publish('t/1', 'b', 1, 1));
    pair.pass(pair.down, 'hub', publish('t/1', 'a', 1, 1, { dup: true }));
    expect(brokenIn(judge(pair, false))).toEqual(['delivery.identifier']);
  });

  it('PUBLISH is not sent again after PUBREC', () => {
    const pair = new Pair();
    pair.accept('a', 2);
    pair.pass(pair.down, 'hub', publish('t/1', 'a', 2, 1));
    pair.pass(pair.down, 'sub', { type: 'pubrec', packetId: 1 });
    pair.return();
    pair.pass(pair.down, 'hub', publish('t/1', 'a', 2, 1, { dup: true }));
    expect(brokenIn(judge(pair, false))).toEqual(['delivery.handshake']);
  });

  it('end with a session that its client gave up while the PUBLISH was under way', () => {
    const pair = new Pair();
    pair.accept('a', 1);
    pair.send(pair.down, 'hub', publish('t/1', 'a', 1, 1));
    pair.end(pair.down);
    pair.connect('sub', 'hub', { clean: true });
    expect(ruleOf(judge(pair), 'delivery.at-least-once')).toMatchObject({
      outcome: 'excused',
      excused: { 'its session ended when the client asked for a clean one': 1 },
    });
  });

  it('PUBLISH is sent again before PUBREC', () => {
    const pair = new Pair();
    pair.accept('a', 2);
    pair.pass(pair.down, 'hub', publish('t/1', 'a', 2, 1));
    pair.return();
    pair.forward('a', 2, 1, { dup: true });
    const report = judge(pair);
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'delivery.handshake')).toMatchObject({ outcome: 'held', reached: 1 });
  });

  it('PUBREL is what is sent again then', () => {
    const pair = new Pair();
    pair.accept('a', 2);
    pair.pass(pair.down, 'hub', publish('t/1', 'a', 2, 1));
    pair.pass(pair.down, 'sub', { type: 'pubrec', packetId: 1 });
    pair.pass(pair.down, 'hub', { type: 'pubrel', packetId: 1 });
    pair.return();
    pair.pass(pair.down, 'hub', { type: 'pubrel', packetId: 1 });
    pair.pass(pair.down, 'sub', { type: 'pubcomp', packetId: 1 });
    const report = judge(pair);
    expect(report.violations).toEqual([]);
  });
});

describe('a hub that crashes before PUBREC, whose publisher sends the message again', () => {
  /** What it sends of the message after that: at the QoS that was granted, under the identifier of the first time or another. */
  function twice(
    granted: QoS,
    packetId: number | undefined,
    promises: Partial<BrokerPromises> = {},
  ): string[] {
    const pair = new Pair(granted, promises);
    pair.pass(pair.up, 'pub', publish('t/1', 'a', 2, 10));
    pair.pass(pair.down, 'hub', publish('t/1', 'a', granted, granted === 0 ? undefined : 1));
    pair.crash('hub', 'node.power-cut');
    for (const wire of [pair.up, pair.down]) pair.end(wire, { listener: 'crashed' });
    pair.start('hub');
    pair.up = pair.connect('pub', 'hub', { clean: false, sessionPresent: true });
    pair.down = pair.connect('sub', 'hub', { clean: false, sessionPresent: true });
    pair.pass(pair.up, 'pub', publish('t/1', 'a', 2, 10, { dup: true }));
    pair.forward('a', granted, packetId);
    return brokenIn(judge(pair, false));
  }

  it.each([
    [0, undefined, ['delivery.at-most-once']],
    // A PUBLISH of QoS 1 may be sent before its identifier is stored: its receiver has to bear it twice.
    [1, 1, []],
    [1, 2, []],
    // The receiver knows the identifier, and takes it for the first once more: but it was promised to be known here, too.
    [2, 1, ['delivery.dup-flag']],
    [2, 2, ['delivery.exactly-once']],
  ] as const)(
    'does not send it twice at durability sync: QoS %i, #%s [5.0/MQTT-4.3.3-10]',
    (qos, id, broken) => {
      expect(twice(qos, id)).toEqual(broken);
      expect(twice(qos, id, { durability: 'interval' })).toEqual([]);
    },
  );

  it('gives no other message the identifier of one of QoS 2 in flight [5.0/MQTT-2.2.1-4]', () => {
    for (const durability of ['sync', 'interval'] as const) {
      const pair = new Pair(2, { durability });
      pair.accept('a', 2, 10);
      pair.pass(pair.down, 'hub', publish('t/1', 'a', 2, 1));
      pair.crash('hub');
      for (const wire of [pair.up, pair.down]) pair.end(wire, { listener: 'crashed' });
      pair.start('hub');
      pair.up = pair.connect('pub', 'hub', { clean: false, sessionPresent: true });
      pair.down = pair.connect('sub', 'hub', { clean: false, sessionPresent: true });
      pair.accept('b', 2, 11);
      pair.forward('b', 2, 1);
      expect(brokenIn(judge(pair, false))).toEqual(durability === 'sync' ? ['delivery.identifier'] : []);
    }
  });
});

describe('a client and its application', () => {
  function received(qos: QoS): Pair {
    const pair = new Pair();
    pair.recorder.emit({
      k: 'app.call',
      n: 'sub',
      call: 1,
      op: 'subscribe',
      filters: [{ filter: 't/#', qos: 2 }],
    });
    pair.accept('a', qos);
    pair.forward('a', qos, 1);
    return pair;
  }

  it('hands over what it received', () => {
    for (const qos of [0, 1, 2] as const) {
      const pair = received(qos);
      pair.deliver('sub', message('t/1', 'a', qos));
      const report = judge(pair);
      expect(report.violations).toEqual([]);
      expect(ruleOf(report, 'delivery.handed-over')).toMatchObject({ outcome: 'held', reached: 1 });
    }
  });

  it.each([false, true])(
    'may let go with a clean session of what PUBREL has not released [3.1.1/MQTT-3.1.2-6]; released: %s',
    (released) => {
      const pair = new Pair();
      pair.recorder.emit({
        k: 'app.call',
        n: 'sub',
        call: 1,
        op: 'subscribe',
        filters: [{ filter: 't/#', qos: 2 }],
      });
      pair.accept('a', 2);
      pair.pass(pair.down, 'hub', publish('t/1', 'a', 2, 1));
      pair.pass(pair.down, 'sub', { type: 'pubrec', packetId: 1, reasonCode: 0 });
      if (released) pair.pass(pair.down, 'hub', { type: 'pubrel', packetId: 1, reasonCode: 0 });
      pair.end(pair.down);
      pair.down = pair.connect('sub', 'hub', { clean: true });
      const broken = brokenIn(judge(pair)).filter((rule) => rule === 'delivery.handed-over');
      expect(broken).toEqual(released ? ['delivery.handed-over'] : []);
    },
  );

  it('breaks its promise when it keeps it for itself', () => {
    expect(brokenIn(judge(received(1)))).toEqual(['delivery.handed-over']);
    expect(brokenIn(judge(received(2)))).toEqual(['delivery.handed-over']);
    expect(brokenIn(judge(received(0)))).toEqual([]);
  });

  it.each([
    [0, 'delivery.at-most-once'],
    [1, 'delivery.needless-duplicate'],
    [2, 'delivery.exactly-once'],
  ] as const)('breaks it when it hands over QoS %i twice: %s', (qos, rule) => {
    const pair = received(qos);
    pair.deliver('sub', message('t/1', 'a', qos));
    pair.deliver('sub', message('t/1', 'a', qos));
    expect(brokenIn(judge(pair))).toEqual([rule]);
  });

  it('breaks it when it hands over what it changed, invented, or raised', () => {
    const changed = received(1);
    changed.deliver('sub', message('t/1', 'A', 1));
    expect(brokenIn(judge(changed, false))).toEqual(['delivery.unchanged']);
    const invented = received(1);
    invented.deliver('sub', message('t/1', 'a', 1));
    invented.deliver('sub', message('t/2', 'b', 1));
    expect(brokenIn(judge(invented))).toEqual(['delivery.phantom']);
    const raised = received(1);
    raised.deliver('sub', message('t/1', 'a', 2));
    expect(brokenIn(judge(raised))).toEqual(['delivery.qos']);
  });

  it('sends before 5.0 at the QoS at which its application published', () => {
    const pair = new Pair();
    pair.publishCall('pub', message('t/1', 'a', 1));
    pair.pass(pair.up, 'pub', publish('t/1', 'a', 0));
    expect(brokenIn(judge(pair, false))).toEqual(['delivery.qos']);
  });

  it('sends what its application published, once and nothing else', () => {
    const pair = new Pair();
    const call = pair.publishCall('pub', message('t/1', 'a', 1));
    pair.accept('a', 1);
    pair.settle('pub', call);
    pair.forward('a', 1, 1);
    expect(judge(pair).violations).toEqual([]);
    pair.accept('a', 1, 11);
    pair.forward('a', 1, 2);
    expect(brokenIn(judge(pair))).toEqual(['delivery.needless-duplicate']);
    pair.accept('never called', 1, 12);
    pair.forward('never called', 1, 3);
    expect(brokenIn(judge(pair))).toEqual(['delivery.phantom', 'delivery.needless-duplicate']);
  });

  it('does not leave a call without an end, while it lives and is connected', () => {
    const pair = new Pair();
    pair.publishCall('pub', message('t/1', 'a', 1));
    const report = judge(pair);
    expect(brokenIn(report)).toEqual(['delivery.at-least-once']);
    expect(report.violations[0]!.text).toContain('never sent');
    expect(judge(pair, false).violations).toEqual([]);
    pair.crash('pub');
    expect(judge(pair).violations).toEqual([]);
  });
});

describe('U+FEFF in a topic', () => {
  const marked = 't/\uFEFF1';
  const told = (topic: string) => {
    const pair = new Pair();
    pair.accept('a', 1, 10, marked);
    pair.accept('b', 1, 11, 't/1');
    pair.forward('a', 1, 1, {}, topic);
    return judge(pair, false);
  };

  it('stays there on the way through a broker [3.1.1/MQTT-1.5.3-3] [5.0/MQTT-1.5.4-3]', () => {
    expect(brokenIn(told(marked))).toEqual([]);
    expect(ruleOf(told(marked), 'delivery.byte-order-mark').reached).toBe(1);
    expect(brokenIn(told('t/1'))).toEqual(['delivery.byte-order-mark']);
    expect(told('t/1').violations[0]!.text).toBe(
      'hub sent sub a message on t/1 that was published with U+FEFF in its topic',
    );
  });

  it('is nothing to be judged where no topic has it', () => {
    const pair = new Pair();
    pair.accept('a', 1);
    pair.forward('a', 1);
    expect(ruleOf(judge(pair), 'delivery.byte-order-mark').reached).toBe(0);
  });
});
