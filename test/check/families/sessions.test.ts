import { describe, expect, it } from 'vitest';
import type { BrokerPromises } from '../../../src/trace/event.ts';
import { publish, Stage, type Wire } from '../../trace/stage.ts';
import { brokenIn, judge, ruleOf } from '../court.ts';
import { Table } from '../table.ts';

type Options = Parameters<Stage['connect']>[2];

/** Connects twice and says which rules the second answer breaks. */
function twice(
  first: Options,
  second: Options,
  between: (stage: Stage, wire: Wire) => void = (stage, wire) => stage.end(wire),
  promises: Partial<BrokerPromises> = {},
): string[] {
  const stage = new Stage();
  stage.broker('hub', promises);
  const wire = stage.connect(stage.client('c'), 'hub', first);
  between(stage, wire);
  stage.connect('c', 'hub', second);
  const report = judge(stage, false);
  expect(ruleOf(report, 'session.present').reached).toBe(2);
  return [...brokenIn(report), ...Object.keys(ruleOf(report, 'session.present').excused)];
}

describe('Session Present', () => {
  const kept = { clean: false } as const;

  it('is 0 for who was never here', () => {
    for (const sessionPresent of [false, true]) {
      const stage = new Stage();
      stage.broker('hub');
      stage.connect(stage.client('c'), 'hub', { clean: false, sessionPresent });
      expect(brokenIn(judge(stage))).toEqual(sessionPresent ? ['session.present'] : []);
    }
  });

  it('is 1 for a session that was kept, subscriptions or not', () => {
    expect(twice(kept, { clean: false, sessionPresent: true })).toEqual([]);
    expect(twice(kept, { clean: false, sessionPresent: false })).toEqual(['session.present']);
  });

  it('is 0 after a clean session', () => {
    expect(twice({ clean: true }, { clean: false, sessionPresent: false })).toEqual([]);
    expect(twice({ clean: true }, { clean: false, sessionPresent: true })).toEqual(['session.present']);
  });

  it('is 0 for who asks for a clean one', () => {
    expect(twice(kept, { clean: true, sessionPresent: false })).toEqual([]);
    expect(twice(kept, { clean: true, sessionPresent: true })).toEqual(['session.present']);
  });

  it('is 0 in a refusal', () => {
    const stage = new Stage();
    stage.broker('hub');
    const wire = stage.dial(stage.client('c'), 'hub');
    stage.pass(wire, 'c', {
      type: 'connect',
      protocolVersion: 4,
      clientId: 'c',
      cleanStart: true,
      keepAlive: 0,
    });
    stage.pass(wire, 'hub', { type: 'connack', sessionPresent: false, reasonCode: 5 });
    const report = judge(stage);
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'session.present')).toMatchObject({ outcome: 'held', reached: 1 });
  });

  it('follows the expiry of 5.0, and nobody is accused for a second more or less', () => {
    const first = { v: 5, clean: false, sessionExpiry: 10 } as const;
    const awayFor = (seconds: number) => (stage: Stage, wire: Wire) => {
      stage.end(wire);
      stage.tick(seconds * 1_000_000);
    };
    const back = (sessionPresent: boolean) => ({ ...first, sessionPresent });
    expect(twice(first, back(true), awayFor(5))).toEqual([]);
    expect(twice(first, back(false), awayFor(5))).toEqual(['session.present']);
    expect(twice(first, back(true), awayFor(10))).toEqual([]);
    expect(twice(first, back(false), awayFor(10))).toEqual([]);
    expect(twice(first, back(true), awayFor(15))).toEqual(['session.present']);
    expect(twice(first, back(false), awayFor(15))).toEqual([]);
  });

  it('is 0 in 5.0 when no expiry was asked for, even with Clean Start 0', () => {
    expect(twice({ v: 5, clean: false }, { v: 5, clean: false, sessionPresent: true })).toEqual([
      'session.present',
    ]);
    expect(twice({ v: 5, clean: false }, { v: 5, clean: false, sessionPresent: false })).toEqual([]);
  });

  it('follows the expiry that the hub promised for 3.1.1', () => {
    const away = (stage: Stage, wire: Wire): void => {
      stage.end(wire);
      stage.tick(3_600_000_000);
    };
    expect(twice(kept, { clean: false, sessionPresent: true }, away, { sessionExpiry: 60 })).toEqual([
      'session.present',
    ]);
    expect(twice(kept, { clean: false, sessionPresent: false }, away, { sessionExpiry: 60 })).toEqual([]);
  });

  it('survives a crash where that was promised, and the loss is excused elsewhere', () => {
    const crash = (stage: Stage, wire: Wire): void => {
      stage.crash('hub');
      stage.end(wire, { listener: 'crashed' });
      stage.start('hub');
    };
    const back = { clean: false, sessionPresent: false };
    expect(twice(kept, back, crash)).toEqual(['session.present']);
    expect(twice(kept, back, crash, { durability: 'none' })).toEqual([
      'hub promised durability none and crashed',
    ]);
    expect(twice(kept, { clean: false, sessionPresent: true }, crash)).toEqual([]);
  });

  it('is nobody\u2019s guess after a CONNECT that was never answered', () => {
    for (const sessionPresent of [true, false]) {
      const stage = new Stage();
      stage.broker('hub');
      const wire = stage.dial(stage.client('c'), 'hub');
      stage.pass(wire, 'c', {
        type: 'connect',
        protocolVersion: 4,
        clientId: 'c',
        cleanStart: false,
        keepAlive: 0,
      });
      stage.end(wire);
      stage.connect('c', 'hub', { clean: false, sessionPresent });
      expect(judge(stage, false).violations).toEqual([]);
    }
  });
});

describe('a resumed session', () => {
  function resumed(again: 'publish' | 'nothing', direction: 'up' | 'down'): string[] {
    const stage = new Stage();
    stage.broker('hub');
    const pub = stage.connect(stage.client('pub'), 'hub', { clean: false });
    const sub = stage.connect(stage.client('sub'), 'hub', { clean: false });
    stage.subscribe(sub, 't', 1);
    const cut = direction === 'up' ? pub : sub;
    if (direction === 'down') {
      stage.pass(pub, 'pub', publish('t', 'a', 1, 1));
      stage.pass(pub, 'hub', { type: 'puback', packetId: 1 });
      stage.pass(sub, 'hub', publish('t', 'a', 1, 1));
    } else stage.pass(pub, 'pub', publish('t', 'a', 1, 1));
    stage.end(cut);
    const back = stage.connect(cut.dialler, 'hub', { clean: false, sessionPresent: true });
    if (again === 'publish') {
      stage.pass(back, direction === 'up' ? 'pub' : 'hub', publish('t', 'a', 1, 1, { dup: true }));
      stage.pass(back, direction === 'up' ? 'hub' : 'sub', { type: 'puback', packetId: 1 });
    }
    return brokenIn(judge(stage)).filter((rule) => rule !== 'delivery.at-least-once');
  }

  it('begins with what was unacknowledged, both ways', () => {
    for (const direction of ['up', 'down'] as const) {
      expect(resumed('publish', direction)).toEqual([]);
      expect(resumed('nothing', direction)).toEqual(['session.resumed']);
    }
  });

  it('goes on with its subscriptions on another node of the same client', () => {
    const stage = new Stage();
    stage.broker('hub');
    const pub = stage.connect(stage.client('pub'), 'hub');
    const first = stage.connect(stage.client('one'), 'hub', { clean: false, clientId: 'same' });
    stage.subscribe(first, 't', 1);
    const second = stage.connect(stage.client('two'), 'hub', {
      clean: false,
      clientId: 'same',
      sessionPresent: true,
    });
    stage.end(first, { dialler: 'finished', listener: 'closed' });
    stage.pass(pub, 'pub', publish('t', 'a', 1, 1));
    stage.pass(pub, 'hub', { type: 'puback', packetId: 1 });
    stage.pass(second, 'hub', publish('t', 'a', 1, 1));
    stage.pass(second, 'two', { type: 'puback', packetId: 1 });
    const report = judge(stage);
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'delivery.at-least-once').reached).toBe(1);
  });
});

describe('a takeover', () => {
  it('ends the older connection', () => {
    for (const ends of [true, false]) {
      const stage = new Stage();
      stage.broker('hub');
      const older = stage.connect(stage.client('c'), 'hub');
      stage.connect('c', 'hub');
      if (ends) stage.end(older, { dialler: 'finished', listener: 'closed' });
      const report = judge(stage);
      expect(brokenIn(report)).toEqual(ends ? [] : ['session.takeover']);
      expect(ruleOf(report, 'session.takeover').reached).toBe(1);
      expect(judge(stage, false).violations).toEqual([]);
    }
  });
});

describe('the end that a takeover makes', () => {
  const taken = (farewell: boolean, offends = false): Stage => {
    const stage = new Stage();
    stage.broker('hub');
    const first = stage.connect(stage.client('a'), 'hub', { v: 5, clientId: 'twin' });
    const second = stage.dial(stage.client('b'), 'hub', 5);
    const connect = {
      type: 'connect',
      protocolVersion: 5,
      clientId: 'twin',
      cleanStart: true,
      keepAlive: 0,
    } as const;
    stage.pass(second, 'b', connect);
    if (offends) stage.pass(first, 'a', connect);
    if (farewell) stage.send(first, 'hub', { type: 'disconnect', reasonCode: 0x8e });
    stage.end(first, { dialler: 'finished', listener: 'closed' });
    stage.pass(second, 'hub', { type: 'connack', sessionPresent: false, reasonCode: 0 });
    return stage;
  };

  it('is told with DISCONNECT 0x8E [5.0/MQTT-3.1.4-3]', () => {
    const report = judge(taken(true));
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'session.takeover-told').reached).toBe(1);
  });

  it('may have another cause, over which a connection may be closed without a word', () => {
    const report = judge(taken(false, true));
    expect(brokenIn(report)).toEqual(['order.connect']);
    expect(ruleOf(report, 'session.takeover-told').reached).toBe(0);
  });

  it('breaks its promise when the connection is closed without a word [5.0/MQTT-3.1.4-3]', () => {
    const report = judge(taken(false));
    expect(brokenIn(report)).toEqual(['session.takeover-told']);
    expect(report.violations[0]!.text).toBe('hub closed a>hub#1 of twin for b>hub#1 without DISCONNECT 0x8E');
  });
});

describe('a client without an identifier', () => {
  it.each([
    ['its own', 5, true, 'given', []],
    ['that of another', 5, true, 'other', ['session.identifier']],
    ['one that it is not told', 5, true, undefined, ['session.identifier']],
    ['nothing before 5.0, with a clean session', 4, true, undefined, []],
    [
      'nothing before 5.0, with one that lasts',
      4,
      false,
      undefined,
      ['session.identifier', 'format.connect'],
    ],
  ] as const)(
    'is given %s [5.0/MQTT-3.1.3-6] [5.0/MQTT-3.1.3-7] [5.0/MQTT-3.2.2-16]',
    (_, v, clean, assigned, broken) => {
      const stage = new Stage();
      stage.broker('hub');
      stage.connect(stage.client('other'), 'hub', { v: 5 });
      const wire = stage.dial(stage.client('nameless'), 'hub', v);
      stage.pass(wire, 'nameless', {
        ...{ type: 'connect', protocolVersion: v, clientId: '', cleanStart: clean, keepAlive: 0 },
      });
      stage.pass(wire, 'hub', {
        ...{ type: 'connack', sessionPresent: false, reasonCode: 0 },
        ...(assigned === undefined ? {} : { properties: { assignedClientIdentifier: assigned } }),
      });
      expect(brokenIn(judge(stage, false))).toEqual(broken);
    },
  );

  it('need not be accepted', () => {
    const refused = new Table({ connect: { clientId: '' }, connack: { reasonCode: 0x85 } });
    const report = judge(refused, false);
    expect(brokenIn(report)).toEqual([]);
    expect(ruleOf(report, 'session.identifier').reached).toBe(0);
  });
});

describe('a client that is told of a session', () => {
  /** The first leaves a session, and the second comes with its identifier. */
  const inherited = (then: (stage: Stage, wire: Wire) => void, v: 4 | 5 = 5) => {
    const stage = new Stage();
    stage.broker('hub');
    const options = { v, clean: false, clientId: 'twin', sessionExpiry: 3600 } as const;
    const first = stage.connect(stage.client('first'), 'hub', options);
    stage.end(first);
    const wire = stage.connect(stage.client('second'), 'hub', { ...options, sessionPresent: true });
    then(stage, wire);
    const report = judge(stage, false);
    return { broken: brokenIn(report), reached: ruleOf(report, 'session.strange').reached };
  };
  const stays = (stage: Stage, wire: Wire) => {
    stage.tick(11_000_000);
    stage.pass(wire, 'second', { type: 'pingreq' });
    stage.endAt(wire, 'second', 'closed');
  };

  it('closes the connection when it never had one [5.0/MQTT-3.2.2-4]', () => {
    expect(inherited((stage, wire) => stage.endAt(wire, 'second', 'closed'))).toEqual({
      broken: [],
      reached: 1,
    });
    expect(inherited(stays)).toEqual({ broken: ['session.strange'], reached: 1 });
    expect(inherited(stays, 4)).toEqual({ broken: [], reached: 0 });
  });

  it('may have one when it said more than CONNECT, though it never read that it was accepted', () => {
    const accused = (eager: boolean): readonly string[] => {
      const stage = new Stage();
      stage.broker('hub');
      const client = stage.client('eager');
      const wire = stage.dial(client, 'hub', 5);
      stage.pass(wire, client, {
        type: 'connect',
        protocolVersion: 5,
        clientId: client,
        cleanStart: false,
        keepAlive: 60,
        properties: { sessionExpiryInterval: 3600 },
      });
      if (eager) stage.pass(wire, client, publish('a', 'x', 1, 1));
      stage.end(wire);
      const options = { v: 5, clean: false, sessionExpiry: 3600, sessionPresent: true } as const;
      const again = stage.connect(client, 'hub', options);
      stage.tick(11_000_000);
      stage.pass(again, client, { type: 'pingreq' });
      stage.endAt(again, client, 'closed');
      return brokenIn(judge(stage, false)).filter((rule) => rule === 'session.strange');
    };
    expect(accused(true)).toEqual([]);
    expect(accused(false)).toEqual(['session.strange']);
  });

  it('may have had it once', () => {
    const back = inherited((stage, wire) => {
      stage.endAt(wire, 'second', 'closed');
      stage.connect('first', 'hub', {
        v: 5,
        clean: false,
        clientId: 'twin',
        sessionExpiry: 3600,
        sessionPresent: true,
      });
      stage.tick(11_000_000);
    });
    expect(back).toEqual({ broken: [], reached: 1 });
  });
});
