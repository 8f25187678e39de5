import { describe, expect, it } from 'vitest';
import type { Packet } from '../../../src/mqtt/codec/packet.ts';
import { publish } from '../../trace/stage.ts';
import { brokenIn, judge, ruleOf } from '../court.ts';
import { Table } from '../table.ts';

const wireIn = (table: Table, quiet = true): string[] =>
  brokenIn(judge(table, quiet)).filter((rule) => /^(answer|identifier)\./.test(rule));

const subscribe = (packetId: number, ...filters: string[]): Packet => ({
  type: 'subscribe',
  packetId,
  subscriptions: filters.map((filter) => ({ filter, qos: 1 })),
});
const unsubscribe = (packetId: number, ...filters: string[]): Packet => ({
  type: 'unsubscribe',
  packetId,
  filters,
});

/** A session that outlives its connection. */
const LASTING = { connect: { properties: { sessionExpiryInterval: 3600 } } } as const;

/** What is asked, and the answer to it: of the side that the client is asked by, and of the other. */
const EXCHANGES: readonly { asks: Packet; answers: Packet; rule: string; by: 'c' | 'hub' }[] = [
  {
    asks: publish('t', 'a', 1, 5),
    answers: { type: 'puback', packetId: 5, reasonCode: 0 },
    rule: 'answer.publish',
    by: 'c',
  },
  {
    asks: publish('t', 'a', 2, 5),
    answers: { type: 'pubrec', packetId: 5, reasonCode: 0 },
    rule: 'answer.publish',
    by: 'c',
  },
  {
    asks: { type: 'pubrel', packetId: 5, reasonCode: 0 },
    answers: { type: 'pubcomp', packetId: 5, reasonCode: 0 },
    rule: 'answer.release',
    by: 'c',
  },
  {
    asks: publish('t', 'a', 1, 5),
    answers: { type: 'puback', packetId: 5, reasonCode: 0 },
    rule: 'answer.publish',
    by: 'hub',
  },
  {
    asks: publish('t', 'a', 2, 5),
    answers: { type: 'pubrec', packetId: 5, reasonCode: 0 },
    rule: 'answer.publish',
    by: 'hub',
  },
  {
    asks: subscribe(5, 'a'),
    answers: { type: 'suback', packetId: 5, reasonCodes: [1] },
    rule: 'answer.subscribe',
    by: 'c',
  },
  {
    asks: unsubscribe(5, 'a'),
    answers: { type: 'unsuback', packetId: 5, reasonCodes: [0x11] },
    rule: 'answer.unsubscribe',
    by: 'c',
  },
  { asks: { type: 'pingreq' }, answers: { type: 'pingresp' }, rule: 'answer.ping', by: 'c' },
];

describe.each(EXCHANGES)('$asks.type from $by and its $answers.type', ({ asks, answers, rule, by }) => {
  const other = by === 'c' ? 'hub' : 'c';
  // A PUBREL alone, without the PUBLISH before, breaks a rule of its own.
  const brokenHere = (table: Table, quiet = true) => wireIn(table, quiet).filter((each) => each === rule);
  const reached = (table: Table) => judge(table).rules.find((each) => each.rule === rule)!.reached;

  it('are held together', () => {
    const table = new Table();
    table.pass(table.wire, by, asks);
    table.pass(table.wire, other, answers);
    expect(reached(table)).toBeGreaterThan(0);
    if (asks.type !== 'pubrel') expect(brokenHere(table)).toEqual([]);
  });

  it('are an answer too many when it comes twice', () => {
    const table = new Table();
    table.pass(table.wire, by, asks);
    table.pass(table.wire, other, answers);
    table.pass(table.wire, other, answers);
    expect(brokenHere(table)).toEqual([rule]);
  });

  it('are an answer to something else when the identifier is another', () => {
    if (!('packetId' in answers)) return;
    const table = new Table();
    table.pass(table.wire, by, asks);
    table.pass(table.wire, other, { ...answers, packetId: 6 } as Packet);
    expect(brokenHere(table, false)).toEqual([rule]);
  });

  it('are not judged when the answer is the work of a peer', () => {
    if (other === 'hub') return;
    const table = new Table({ role: 'peer' });
    table.pass(table.wire, by, asks);
    table.pass(table.wire, other, answers);
    table.pass(table.wire, other, answers);
    expect(wireIn(table)).toEqual([]);
  });
});

describe('an answer that is missing', () => {
  it.each([
    [publish('t', 'a', 1, 5), 'answer.publish'],
    [publish('t', 'a', 2, 5), 'answer.publish'],
    [subscribe(5, 'a'), 'answer.subscribe'],
    [unsubscribe(5, 'a'), 'answer.unsubscribe'],
  ] as const)('shows when nobody owes anybody anything, and not before', (asks, rule) => {
    const table = new Table();
    table.up(asks);
    expect(wireIn(table, false)).toEqual([]);
    expect(wireIn(table, true)).toEqual([rule]);
  });

  it('is nobody’s fault when the connection is over, or a node stands still', () => {
    const over = new Table();
    over.up(subscribe(5, 'a'));
    over.end(over.wire);
    expect(wireIn(over)).toEqual([]);
    const still = new Table();
    still.up(subscribe(5, 'a'));
    still.recorder.emit({ k: 'node.paused', n: 'hub', life: 1 });
    expect(wireIn(still)).toEqual([]);
  });

  it('may be one for two of the same before 5.0', () => {
    const table = new Table({ v: 4 });
    table.up(publish('t', 'a', 1, 5));
    table.up(publish('t', 'a', 1, 5, { dup: true }));
    table.down({ type: 'puback', packetId: 5 });
    expect(wireIn(table)).toEqual([]);
    table.down({ type: 'puback', packetId: 5 });
    expect(wireIn(table)).toEqual([]);
    table.down({ type: 'puback', packetId: 5 });
    expect(wireIn(table)).toEqual(['answer.publish']);
  });
});

describe('PUBREL', () => {
  it('follows a PUBREC, on this connection or an earlier one', () => {
    const table = new Table(LASTING);
    table.up(publish('t', 'a', 2, 5));
    table.down({ type: 'pubrec', packetId: 5, reasonCode: 0 });
    table.up({ type: 'pubrel', packetId: 5, reasonCode: 0 });
    table.end(table.wire);
    table.meet({ sessionPresent: true });
    table.up({ type: 'pubrel', packetId: 5, reasonCode: 0 });
    table.down({ type: 'pubcomp', packetId: 5, reasonCode: 0 });
    expect(wireIn(table)).toEqual([]);
    expect(ruleOf(judge(table), 'answer.release').reached).toBe(3);
  });

  it.each([
    ['a PUBLISH that is not received', true],
    ['nothing', false],
  ] as const)('does not follow %s', (_what, published) => {
    const table = new Table();
    if (published) table.up(publish('t', 'a', 2, 5));
    table.up({ type: 'pubrel', packetId: 5, reasonCode: 0 });
    expect(wireIn(table, false)).toEqual(['answer.release']);
  });

  it('is not judged after a crash of who sends it', () => {
    const table = new Table(LASTING);
    table.crash('c');
    table.start('c');
    table.meet({ sessionPresent: true });
    table.up({ type: 'pubrel', packetId: 5, reasonCode: 0 });
    expect(wireIn(table, false)).toEqual([]);
  });

  it.each([
    [4, 'may still be sent, also where CONNACK tells of no session [3.1.1/MQTT-4.4.0-1]', []],
    [5, 'belongs to a session, and is not sent in the next [5.0/MQTT-3.2.2-4]', ['answer.release']],
  ] as const)('of version %i %s', (v, _what, broken) => {
    const table = new Table({ v, promises: { durability: 'none' } });
    table.up(publish('t', 'a', 2, 5));
    table.down({ type: 'pubrec', packetId: 5, reasonCode: 0 });
    table.crash('hub');
    table.start('hub');
    table.meet({ sessionPresent: false });
    table.up({ type: 'pubrel', packetId: 5, reasonCode: 0 });
    expect(wireIn(table, false)).toEqual(broken);
  });

  it('is not owed for a PUBREC that refuses [5.0/MQTT-4.4.0-2]', () => {
    const table = new Table();
    table.up(publish('t', 'a', 2, 5));
    table.down({ type: 'pubrec', packetId: 5, reasonCode: 0x97 });
    expect(wireIn(table)).toEqual([]);
    table.up(publish('t', 'b', 2, 6));
    table.down({ type: 'pubrec', packetId: 6, reasonCode: 0 });
    expect(wireIn(table)).toEqual(['answer.release']);
  });
});

describe('SUBACK and UNSUBACK', () => {
  it.each([
    [subscribe(5, 'a', 'b'), { type: 'suback', packetId: 5, reasonCodes: [1, 0x80] }, []],
    [subscribe(5, 'a', 'b'), { type: 'suback', packetId: 5, reasonCodes: [1] }, ['answer.several-filters']],
    [subscribe(5, 'a'), { type: 'suback', packetId: 5, reasonCodes: [1, 1] }, ['answer.subscribe']],
    [unsubscribe(5, 'a', 'b'), { type: 'unsuback', packetId: 5, reasonCodes: [0, 0x11] }, []],
    [
      unsubscribe(5, 'a', 'b'),
      { type: 'unsuback', packetId: 5, reasonCodes: [0] },
      ['answer.several-filters'],
    ],
  ] as const)('have a code for each filter [5.0/MQTT-3.8.4-6]', (asks, answers, broken) => {
    const table = new Table();
    table.up(asks as Packet);
    table.down(answers as Packet);
    expect(wireIn(table)).toEqual(broken);
  });
});

describe('UNSUBACK', () => {
  const answered = (codes: number[], change: (table: Table) => void = () => {}, asked = ['a', 'x', 'b']) => {
    const table = new Table();
    table.subscribe(table.wire, 'a', 1, 1);
    table.subscribe(table.wire, 'b', 1, 2);
    change(table);
    table.up(unsubscribe(5, ...asked));
    table.down({ type: 'unsuback', packetId: 5, reasonCodes: codes });
    return {
      broken: wireIn(table, false),
      reached: ruleOf(judge(table, false), 'answer.unsubscribed').reached,
    };
  };

  it.each([
    [[0, 0x11, 0], []],
    [[0, 0, 0x11], ['answer.unsubscribed']],
    [[0x11, 0, 0], ['answer.unsubscribed']],
  ])('has its codes in the order of the filters [5.0/MQTT-3.11.3-1]: %o', (codes, broken) => {
    expect(answered(codes)).toEqual({ broken, reached: 1 });
  });

  it('says nothing of an order where the codes are those of other filters, or all are alike', () => {
    expect(answered([0, 0x87, 0])).toEqual({ broken: [], reached: 0 });
    expect(answered([0x11, 0x11, 0])).toEqual({ broken: [], reached: 0 });
    expect(answered([0, 0], undefined, ['a', 'b'])).toEqual({ broken: [], reached: 0 });
    expect(answered([0x11, 0], undefined, ['a', 'a'])).toEqual({ broken: [], reached: 0 });
  });

  it('says nothing of an order where nobody can tell which filters had a subscription', () => {
    const asked = (table: Table) => table.up(subscribe(4, 'x'));
    expect(answered([0, 0, 0x11], asked)).toEqual({ broken: [], reached: 0 });
    const forgetful = new Table({
      promises: { durability: 'none' },
      connect: { properties: { sessionExpiryInterval: 60 } },
    });
    forgetful.subscribe(forgetful.wire, 'a', 1, 1);
    forgetful.crash('hub');
    forgetful.start('hub');
    forgetful.meet({ sessionPresent: true });
    forgetful.up(unsubscribe(5, 'a', 'b'));
    forgetful.down({ type: 'unsuback', packetId: 5, reasonCodes: [0x11, 0] });
    expect(ruleOf(judge(forgetful, false), 'answer.unsubscribed').reached).toBe(0);
  });
});

describe('a SUBSCRIBE of a higher QoS than its server has', () => {
  const met = (then: (table: Table) => void) => {
    const table = new Table({ connack: { properties: { maximumQoS: 0 } } });
    then(table);
    const report = judge(table, false);
    return {
      broken: brokenIn(report).filter((rule) => rule.startsWith('announced.')),
      reached: ruleOf(report, 'announced.subscribe').reached,
    };
  };
  const away: Packet = { type: 'disconnect', reasonCode: 0x9b };

  it('is granted what there is, and no reason to end the connection [5.0/MQTT-3.2.2-10]', () => {
    expect(
      met((table) => {
        table.up(subscribe(5, 'a'));
        table.down({ type: 'suback', packetId: 5, reasonCodes: [0] });
      }),
    ).toEqual({ broken: [], reached: 1 });
    expect(
      met((table) => {
        table.up(subscribe(5, 'a'));
        table.down(away);
      }),
    ).toEqual({ broken: ['announced.subscribe'], reached: 1 });
  });

  it('is not the reason where a PUBLISH may be, or where it asked for no more', () => {
    const both = met((table) => {
      table.up(subscribe(5, 'a'));
      table.up(publish('t', 'a', 1, 6));
      table.down(away);
    });
    expect(both).toEqual({ broken: ['announced.qos'], reached: 0 });
    const no = met((table) => {
      table.up({ type: 'subscribe', packetId: 5, subscriptions: [{ filter: 'a', qos: 0 }] });
      table.down(away);
    });
    expect(no).toEqual({ broken: [], reached: 0 });
  });
});

describe('CONNACK', () => {
  const knocks = (connect: object = {}) => {
    const table = new Table();
    table.wire = table.dial('c', 'hub', 5);
    table.up({
      type: 'connect',
      protocolVersion: 5,
      clientId: 'c',
      cleanStart: true,
      keepAlive: 0,
      ...connect,
    });
    return table;
  };

  it('answers CONNECT, sooner or later [3.1.1/MQTT-3.1.4-4] [5.0/MQTT-3.1.4-5]', () => {
    expect(wireIn(knocks(), false)).toEqual([]);
    expect(wireIn(knocks(), true)).toEqual(['answer.connect']);
    const table = knocks();
    table.down({ type: 'connack', sessionPresent: false, reasonCode: 0 });
    expect(wireIn(table)).toEqual([]);
  });

  it.each([
    [4, 'abcXYZ0123456789abcdefg', 2, ['answer.identifier'], 1],
    [5, 'abcXYZ0123456789abcdefg', 0x85, ['answer.identifier'], 1],
    [4, 'a', 0, [], 1],
    [5, 'a', 0x87, [], 1],
    [4, 'a', 5, [], 1],
    [5, 'abcXYZ0123456789abcdefgh', 0x85, [], 0],
    [4, 'a-b', 2, [], 0],
    [5, '', 0x85, [], 0],
  ] as const)(
    'refuses no identifier of 1 to 23 letters and digits [3.1.1/MQTT-3.1.3-5] [5.0/MQTT-3.1.3-5]: %i %s 0x%i',
    (v, clientId, reasonCode, broken, reached) => {
      const table = new Table({ v, connect: { clientId, cleanStart: true }, connack: { reasonCode } });
      expect(wireIn(table, false)).toEqual(broken);
      expect(ruleOf(judge(table, false), 'answer.identifier').reached).toBe(reached);
    },
  );

  it('is not owed on a connection that is over, nor while somebody proves who he is', () => {
    const over = knocks();
    over.endAt(over.wire, 'hub', 'closed');
    expect(wireIn(over)).toEqual([]);
    expect(wireIn(knocks({ properties: { authenticationMethod: 'm' } }))).toEqual([]);
  });
});

describe('PINGRESP', () => {
  it('is given some seconds, and none while something is wrong', () => {
    const ping = () => {
      const table = new Table();
      table.up({ type: 'pingreq' });
      return table;
    };
    const late = ping();
    late.tick(6_000_000);
    late.end(late.wire);
    expect(wireIn(late, false)).toEqual(['answer.ping']);
    const soon = ping();
    soon.tick(4_000_000);
    soon.end(soon.wire);
    expect(wireIn(soon, false)).toEqual([]);
    const hurt = ping();
    const fault = {
      k: 'fault.began',
      n: '',
      fault: 'f',
      family: 'disk-slow',
      target: 'hub',
      detail: {},
    } as const;
    hurt.recorder.emit(fault);
    hurt.tick(60_000_000);
    expect(wireIn(hurt, false)).toEqual([]);
    hurt.recorder.emit({ k: 'fault.ended', n: '', fault: 'f' });
    hurt.tick(1_000_000);
    hurt.end(hurt.wire);
    expect(wireIn(hurt, false)).toEqual([]);
  });
});

describe('a packet identifier of a client', () => {
  it('belongs to one request at a time [3.1.1/MQTT-2.3.1-2] [5.0/MQTT-2.2.1-3]', () => {
    const table = new Table();
    table.up(subscribe(5, 'a'));
    table.up(unsubscribe(6, 'b'));
    table.down({ type: 'suback', packetId: 5, reasonCodes: [1] });
    table.up(subscribe(5, 'c'));
    expect(wireIn(table, false)).toEqual([]);
    table.up(publish('t', 'a', 1, 6));
    expect(wireIn(table, false)).toEqual(['identifier.unused']);
  });

  it('is not that of a message in flight', () => {
    const table = new Table();
    table.up(publish('t', 'a', 2, 5));
    table.down({ type: 'pubrec', packetId: 5, reasonCode: 0 });
    table.up(subscribe(5, 'a'));
    expect(wireIn(table, false)).toEqual(['identifier.unused']);
  });

  it('is free when its own side has read the answer, and not when that is on its way', () => {
    const table = new Table();
    table.up(subscribe(5, 'a'));
    const suback = table.send(table.wire, 'hub', { type: 'suback', packetId: 5, reasonCodes: [1] });
    table.up(subscribe(5, 'b'));
    table.receive(suback);
    expect(wireIn(table, false)).toEqual(['identifier.unused']);
  });

  it('of a SUBSCRIBE is free on the next connection, that of a message is not', () => {
    const table = new Table(LASTING);
    table.up(subscribe(5, 'a'));
    table.up(publish('t', 'a', 1, 6));
    table.end(table.wire);
    table.meet({ sessionPresent: true });
    table.up(subscribe(5, 'a'));
    expect(wireIn(table, false)).toEqual([]);
    table.up(subscribe(6, 'b'));
    expect(wireIn(table, false)).toEqual(['identifier.unused']);
  });

  it('may come again after a crash of the client', () => {
    const table = new Table(LASTING);
    table.up(publish('t', 'a', 1, 6));
    table.crash('c');
    table.start('c');
    table.meet({ sessionPresent: true });
    table.up(subscribe(6, 'b'));
    expect(wireIn(table, false)).toEqual([]);
  });
});

describe('the codes of SUBACK', () => {
  it.each([
    [[1, 0], []],
    [[0, 0x87], []],
    [[1, 1], ['answer.granted']],
  ] as const)(
    'grant at most what each filter asks for, in their order: %j [5.0/MQTT-3.9.3-1]',
    (codes, broken) => {
      const table = new Table();
      table.up({
        type: 'subscribe',
        packetId: 1,
        subscriptions: [
          { filter: 'a', qos: 1 },
          { filter: 'b', qos: 0 },
        ],
      });
      table.down({ type: 'suback', packetId: 1, reasonCodes: codes });
      expect(brokenIn(judge(table))).toEqual(broken);
    },
  );
});
