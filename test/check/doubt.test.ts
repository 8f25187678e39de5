/** Where random stories once saw the judge accuse wrongly, or not at all: what is doubtful, beside what is not. */
import { describe, expect, it } from 'vitest';
import type { QoS } from '../../src/mqtt/codec/packet.ts';
import { message, publish, Stage, type Wire } from '../trace/stage.ts';
import { brokenIn, judge, ruleOf } from './court.ts';

const kept = { clean: false } as const;
const again = { clean: false, sessionPresent: true } as const;

/** A hub with a publisher and a subscriber of `t/#`. */
function pair(granted: QoS = 1): { stage: Stage; up: Wire; down: Wire } {
  const stage = new Stage();
  stage.broker('hub');
  const up = stage.connect(stage.client('pub'), 'hub');
  const down = stage.connect(stage.client('sub'), 'hub', kept);
  stage.subscribe(down, 't/#', granted);
  return { stage, up, down };
}

describe('before 3.1.1', () => {
  it('CONNACK cannot tell of a session, which goes on all the same', () => {
    for (const v of [3, 4] as const) {
      const stage = new Stage();
      stage.broker('hub');
      stage.end(stage.connect(stage.client('c'), 'hub', { ...kept, v }));
      stage.connect('c', 'hub', { ...kept, v });
      expect(brokenIn(judge(stage))).toEqual(v === 3 ? [] : ['session.present']);
    }
  });
});

describe('a connection that was not accepted before a crash', () => {
  it('may come through after it', () => {
    const stage = new Stage();
    stage.broker('hub');
    const up = stage.connect(stage.client('pub'), 'hub');
    stage.client('sub');
    const conn = 'sub>hub#1';
    stage.recorder.emit({ k: 'conn.dialled', n: 'sub', conn, from: 'sub', to: 'hub' });
    stage.crash('hub');
    stage.start('hub');
    stage.recorder.emit({ k: 'conn.accepted', n: 'hub', conn, from: 'sub', to: 'hub' });
    const down: Wire = { conn, dialler: 'sub', listener: 'hub', v: 4 };
    stage.pass(down, 'sub', {
      type: 'connect',
      protocolVersion: 4,
      clientId: 'sub',
      cleanStart: true,
      keepAlive: 0,
    });
    stage.pass(down, 'hub', { type: 'connack', sessionPresent: false, reasonCode: 0 });
    stage.subscribe(down, 't', 0);
    stage.endAt(up, 'pub', 'reset');
    const back = stage.connect('pub', 'hub');
    stage.pass(back, 'pub', publish('t', 'm'));
    stage.pass(down, 'hub', publish('t', 'm'));
    expect(judge(stage).violations).toEqual([]);
  });
});

describe('a DISCONNECT', () => {
  it.each([false, true])(
    'may be forgotten by a crash, unless something later was answered: %s',
    (answered) => {
      const stage = new Stage();
      stage.broker('hub');
      const down = stage.connect(stage.client('sub'), 'hub', kept);
      stage.subscribe(down, 't', 1);
      const leaving = stage.connect(stage.client('c'), 'hub', { will: { topic: 't', payload: 'gone' } });
      stage.pass(leaving, 'c', { type: 'disconnect' });
      stage.end(leaving, { dialler: 'closed', listener: 'closed' });
      if (answered) stage.connect(stage.client('other'), 'hub');
      stage.crash('hub');
      stage.start('hub');
      stage.endAt(down, 'sub', 'reset');
      const back = stage.connect('sub', 'hub', again);
      stage.pass(back, 'hub', publish('t', 'gone', 1, 1));
      const report = judge(stage, false);
      expect(brokenIn(report)).toEqual(answered ? ['will.withheld'] : []);
      expect(Object.keys(ruleOf(report, 'will.withheld').excused)).toHaveLength(answered ? 0 : 1);
    },
  );
});

describe('an UNSUBACK', () => {
  it('ends what was subscribed before its UNSUBSCRIBE, and nothing after', () => {
    const { stage, up, down } = pair();
    stage.pass(down, 'sub', { type: 'unsubscribe', packetId: 2, filters: ['t/#'] });
    stage.pass(down, 'sub', { type: 'subscribe', packetId: 3, subscriptions: [{ filter: 't/#', qos: 1 }] });
    stage.pass(down, 'hub', { type: 'unsuback', packetId: 2 });
    stage.pass(down, 'hub', { type: 'suback', packetId: 3, reasonCodes: [1] });
    stage.pass(up, 'pub', publish('t/1', 'm', 1, 1));
    stage.pass(down, 'hub', publish('t/1', 'm', 1, 1));
    expect(brokenIn(judge(stage, false))).toEqual([]);
  });

  it.each([false, true])('is the last word on messages that come after it: %s', (after) => {
    const { stage, up, down } = pair();
    if (!after) stage.pass(up, 'pub', publish('t/1', 'm', 1, 1));
    stage.pass(down, 'sub', { type: 'unsubscribe', packetId: 2, filters: ['t/#'] });
    stage.pass(down, 'hub', { type: 'unsuback', packetId: 2 });
    if (after) stage.pass(up, 'pub', publish('t/1', 'm', 1, 1));
    stage.pass(down, 'hub', publish('t/1', 'm', 1, 1));
    expect(brokenIn(judge(stage, false))).toEqual(after ? ['delivery.subscribed'] : []);
  });
});

describe('equal messages', () => {
  it.each([1, 2])('of which a crash took one that nobody was told of: %i of 2 sent on', (sent) => {
    const { stage, up, down } = pair();
    stage.pass(up, 'pub', publish('t/1', 'same', 1, 1));
    stage.crash('hub');
    stage.start('hub');
    stage.endAt(up, 'pub', 'reset');
    stage.endAt(down, 'sub', 'reset');
    const back = stage.connect('sub', 'hub', again);
    const anew = stage.connect('pub', 'hub');
    for (let id = 2; id <= 3; id++) {
      stage.pass(anew, 'pub', publish('t/1', 'same', 1, id));
      stage.pass(anew, 'hub', { type: 'puback', packetId: id });
    }
    for (let id = 1; id <= sent; id++) {
      stage.pass(back, 'hub', publish('t/1', 'same', 1, id));
      stage.pass(back, 'sub', { type: 'puback', packetId: id });
    }
    expect(brokenIn(judge(stage))).toEqual(sent === 2 ? [] : ['delivery.at-least-once']);
  });
});

describe('a message that its publisher sends again after a crash', () => {
  it.each([true, false])('may be forwarded as a new one, and has to be: %s', (forwarded) => {
    const { stage, up, down } = pair();
    const first = stage.connect(stage.client('keen'), 'hub', kept);
    stage.pass(first, 'keen', publish('t/1', 'm', 1, 1));
    // The subscriber does not come to read it, and the publisher is not answered.
    stage.send(down, 'hub', publish('t/1', 'm', 1, 1));
    stage.crash('hub', 'node.power-cut');
    for (const wire of [first, up, down]) stage.end(wire, { listener: 'crashed' });
    stage.start('hub');
    const back = stage.connect('sub', 'hub', again);
    const anew = stage.connect('keen', 'hub', again);
    stage.pass(anew, 'keen', publish('t/1', 'm', 1, 1, { dup: true }));
    stage.pass(anew, 'hub', { type: 'puback', packetId: 1 });
    if (forwarded) {
      stage.pass(back, 'hub', publish('t/1', 'm', 1, 2));
      stage.pass(back, 'sub', { type: 'puback', packetId: 2 });
    }
    expect(brokenIn(judge(stage))).toEqual(forwarded ? [] : ['delivery.at-least-once']);
  });
});

describe('a message that was sent and forgotten before its publisher was answered', () => {
  /** The hub forwards it, crashes, and is sent it again: the subscriber has meanwhile done `what`. */
  function forgotten(what: (stage: Stage, back: Wire) => void, read: boolean): Stage {
    const { stage, up, down } = pair();
    const first = stage.connect(stage.client('keen'), 'hub', kept);
    stage.pass(first, 'keen', publish('t/1', 'm', 1, 1));
    const sent = stage.send(down, 'hub', publish('t/1', 'm', 1, 1));
    if (read) stage.receive(sent);
    stage.crash('hub', 'node.power-cut');
    for (const wire of [first, up, down]) stage.end(wire, { listener: 'crashed' });
    stage.start('hub');
    const back = stage.connect('sub', 'hub', again);
    what(stage, back);
    const anew = stage.connect('keen', 'hub', again);
    stage.pass(anew, 'keen', publish('t/1', 'm', 1, 1, { dup: true }));
    stage.pass(anew, 'hub', { type: 'puback', packetId: 1 });
    return stage;
  }

  it('is not sent on again to who gave its filter up, also when the hub crashes once more', () => {
    const stage = forgotten((each, back) => {
      each.pass(back, 'sub', { type: 'unsubscribe', packetId: 2, filters: ['t/#'] });
      each.pass(back, 'hub', { type: 'unsuback', packetId: 2 });
    }, true);
    stage.crash('hub');
    stage.start('hub');
    stage.connect('sub', 'hub', again);
    expect(brokenIn(judge(stage))).toEqual([]);
  });

  it('is sent on at QoS 0 to who asked for that meanwhile', () => {
    let wire!: Wire;
    const stage = forgotten((each, back) => {
      wire = back;
      each.subscribe(back, 't/#', 0, 2);
    }, false);
    stage.pass(wire, 'hub', publish('t/1', 'm', 0));
    expect(brokenIn(judge(stage))).toEqual([]);
  });
});

describe('a client that shares its identifier', () => {
  it('owes nothing for what the other sent on the connection it had taken over', () => {
    const stage = new Stage();
    stage.broker('hub');
    const first = stage.connect(stage.client('one'), 'hub', { ...kept, clientId: 'twin' });
    const second = stage.dial(stage.client('two'), 'hub');
    stage.endAt(first, 'hub', 'closed');
    stage.pass(second, 'two', {
      type: 'connect',
      protocolVersion: 4,
      clientId: 'twin',
      cleanStart: false,
      keepAlive: 0,
    });
    stage.pass(second, 'hub', { type: 'connack', sessionPresent: true, reasonCode: 0 });
    stage.lose(stage.send(first, 'one', publish('t', 'm', 1, 1)));
    stage.endAt(first, 'one', 'reset');
    expect(judge(stage).violations).toEqual([]);
  });
});

describe('what a client read and did not acknowledge', () => {
  it.each([false, true])('need not be handed over; acknowledged: %s', (acknowledged) => {
    const { stage, up, down } = pair();
    // From here on the judge knows of an application.
    stage.settle('sub', stage.publishCall('sub', message('elsewhere', 'm')));
    stage.pass(up, 'pub', publish('t/1', 'm', 1, 1));
    stage.pass(up, 'hub', { type: 'puback', packetId: 1 });
    stage.pass(down, 'hub', publish('t/1', 'm', 1, 1));
    if (acknowledged) stage.pass(down, 'sub', { type: 'puback', packetId: 1 });
    // When all is over the acknowledgement is missing, and that is another promise.
    expect(brokenIn(judge(stage))).toEqual([acknowledged ? 'delivery.handed-over' : 'answer.publish']);
  });
});

describe('a message of QoS 2 whose session ends before PUBREL', () => {
  it.each([
    ['clean', false, []],
    ['lasting', true, ['delivery.exactly-once']],
  ] as const)('need not be sent on by a server: %s', (_session, lasts, broken) => {
    const stage = new Stage();
    stage.broker('hub');
    const down = stage.connect(stage.client('sub'), 'hub', kept);
    stage.subscribe(down, 't/#', 2);
    const up = stage.connect(stage.client('pub'), 'hub', { clean: !lasts });
    stage.pass(up, 'pub', publish('t/1', 'm', 2, 1));
    stage.pass(up, 'hub', { type: 'pubrec', packetId: 1 });
    stage.end(up);
    if (lasts) {
      const back = stage.connect('pub', 'hub', again);
      stage.pass(back, 'pub', { type: 'pubrel', packetId: 1 });
      stage.pass(back, 'hub', { type: 'pubcomp', packetId: 1 });
    }
    expect(brokenIn(judge(stage))).toEqual(broken);
  });

  it.each([
    ['clean', false, []],
    ['lasting', true, ['delivery.handed-over']],
  ] as const)('need not be handed over by a client: %s', (_session, lasts, broken) => {
    const stage = new Stage();
    stage.broker('hub');
    const up = stage.connect(stage.client('pub'), 'hub');
    const down = stage.connect(stage.client('sub'), 'hub', { clean: !lasts });
    stage.subscribe(down, 't/#', 2);
    // From here on the judge knows of an application.
    stage.settle('sub', stage.publishCall('sub', message('elsewhere', 'm')));
    stage.pass(up, 'pub', publish('t/1', 'm', 2, 1));
    stage.pass(up, 'hub', { type: 'pubrec', packetId: 1 });
    stage.pass(up, 'pub', { type: 'pubrel', packetId: 1 });
    stage.pass(up, 'hub', { type: 'pubcomp', packetId: 1 });
    stage.pass(down, 'hub', publish('t/1', 'm', 2, 1));
    stage.pass(down, 'sub', { type: 'pubrec', packetId: 1 });
    stage.end(down);
    if (lasts) {
      const back = stage.connect('sub', 'hub', again);
      stage.pass(back, 'hub', { type: 'pubrel', packetId: 1 });
      stage.pass(back, 'sub', { type: 'pubcomp', packetId: 1 });
    }
    expect(brokenIn(judge(stage))).toEqual(broken);
  });
});

describe('a message of QoS 2 that is unfinished when a broker says that there is no session', () => {
  /** The publisher comes back without a word of its session, and its broker sends nothing on that it says then. */
  function judged(payload: string, back: Parameters<Stage['connect']>[2], away = 0): readonly string[] {
    const stage = new Stage();
    stage.broker('hub');
    const down = stage.connect(stage.client('sub'), 'hub', kept);
    stage.subscribe(down, 't/#', 2);
    const v5 = back?.v === 5 ? { v: 5, sessionExpiry: 10 } : {};
    const up = stage.connect(stage.client('pub'), 'hub', { ...kept, ...v5 } as typeof back);
    stage.pass(up, 'pub', publish('t/1', 'm', 2, 1));
    stage.pass(down, 'hub', publish('t/1', 'm', 2, 1));
    stage.pass(up, 'hub', { type: 'pubrec', packetId: 1 });
    stage.pass(down, 'sub', { type: 'pubrec', packetId: 1 });
    stage.pass(down, 'hub', { type: 'pubrel', packetId: 1 });
    stage.pass(down, 'sub', { type: 'pubcomp', packetId: 1 });
    stage.end(up);
    stage.tick(away * 1_000_000);
    const again = stage.connect('pub', 'hub', { ...back, ...v5 } as typeof back);
    stage.pass(again, 'pub', publish('t/1', payload, 2, 1));
    stage.pass(again, 'hub', { type: 'pubrec', packetId: 1 });
    stage.pass(again, 'pub', { type: 'pubrel', packetId: 1 });
    stage.pass(again, 'hub', { type: 'pubcomp', packetId: 1 });
    return brokenIn(judge(stage)).toSorted();
  }

  it.each([4, 5] as const)(
    'may be known to it all the same when it comes again: what it said is wrong, and nothing is lost (version %s)',
    (v) => {
      expect(judged('m', { clean: false, v })).toEqual(['session.present']);
    },
  );

  it('does not excuse that another one of its identifier is lost', () => {
    expect(judged('other', kept)).toEqual(['delivery.exactly-once', 'session.present']);
  });

  it('does not excuse that it is lost where its session had to end', () => {
    expect(judged('m', { clean: true })).toEqual(['delivery.exactly-once']);
    expect(judged('m', { clean: false, v: 5 }, 20)).toEqual(['delivery.exactly-once']);
  });
});
