import { describe, expect, it } from 'vitest';
import type { Packet } from '../../../src/mqtt/codec/packet.ts';
import { publish } from '../../trace/stage.ts';
import { brokenIn, judge, ruleOf } from '../court.ts';
import { Table } from '../table.ts';

/** The same conversation from either side: who sends messages, and who takes two at a time. */
const SIDES = [
  {
    sender: 'client',
    reader: 'hub',
    table: () => new Table({ connack: { properties: { receiveMaximum: 2 } } }),
    send: (table: Table, packet: Packet) => table.up(packet),
    answer: (table: Table, packet: Packet) => table.down(packet),
  },
  {
    sender: 'server',
    reader: 'c',
    table: () => new Table({ connect: { properties: { receiveMaximum: 2 } } }),
    send: (table: Table, packet: Packet) => table.down(packet),
    answer: (table: Table, packet: Packet) => table.up(packet),
  },
] as const;

/** Only what this family says: on this stage nobody published what the hub sends. */
const flowIn = (table: Table): string[] =>
  brokenIn(judge(table, false)).filter((rule) => rule.startsWith('flow.'));

describe.each(SIDES)('the quota of a $sender', ({ reader, table: set, send, answer }) => {
  const one = (table: Table, id: number, qos: 1 | 2 = 1) => send(table, publish('t', `${id}`, qos, id));

  it('is held when no more are in flight than the other takes [5.0/MQTT-3.3.4-7] [5.0/MQTT-3.3.4-9]', () => {
    const table = set();
    one(table, 1);
    one(table, 2, 2);
    send(table, publish('t', 'free'));
    expect(flowIn(table)).toEqual([]);
    expect(ruleOf(judge(table), 'flow.receive-maximum').reached).toBe(2);
  });

  it('is broken by one more, at the moment of its sending [5.0/MQTT-4.9.0-2]', () => {
    const table = set();
    one(table, 1);
    one(table, 2, 2);
    one(table, 3);
    expect(flowIn(table)).toEqual(['flow.receive-maximum']);
    expect(judge(table).violations.find(({ rule }) => rule.startsWith('flow.'))!.text).toContain(
      'number 3 in flight',
    );
  });

  it('comes back with PUBACK, PUBCOMP and a PUBREC that refuses, and not with one that accepts', () => {
    const table = set();
    one(table, 1);
    one(table, 2);
    answer(table, { type: 'puback', packetId: 1, reasonCode: 0x80 });
    one(table, 3, 2);
    answer(table, { type: 'pubrec', packetId: 3, reasonCode: 0x97 });
    one(table, 4, 2);
    expect(flowIn(table)).toEqual([]);
    answer(table, { type: 'pubrec', packetId: 4, reasonCode: 0 });
    send(table, { type: 'pubrel', packetId: 4, reasonCode: 0 });
    answer(table, { type: 'pubcomp', packetId: 4, reasonCode: 0 });
    one(table, 5);
    expect(flowIn(table)).toEqual([]);
    const without = set();
    one(without, 1);
    one(without, 4, 2);
    answer(without, { type: 'pubrec', packetId: 4, reasonCode: 0 });
    send(without, { type: 'pubrel', packetId: 4, reasonCode: 0 });
    one(without, 5);
    expect(flowIn(without)).toEqual(['flow.receive-maximum']);
  });

  it('counts what its owner had read, and not what was on its way', () => {
    const table = set();
    one(table, 1);
    one(table, 2);
    const back = table.send(table.wire, reader, { type: 'puback', packetId: 1, reasonCode: 0 });
    one(table, 3);
    table.receive(back);
    expect(flowIn(table)).toEqual(['flow.receive-maximum']);
  });

  it('begins anew with each connection, and is never more than at the beginning', () => {
    const table = set();
    one(table, 1, 2);
    one(table, 2, 2);
    answer(table, { type: 'pubrec', packetId: 1, reasonCode: 0 });
    answer(table, { type: 'pubrec', packetId: 2, reasonCode: 0 });
    table.end(table.wire);
    table.meet({ sessionPresent: true });
    send(table, { type: 'pubrel', packetId: 1, reasonCode: 0 });
    answer(table, { type: 'pubcomp', packetId: 1, reasonCode: 0 });
    one(table, 3);
    one(table, 4);
    expect(flowIn(table)).toEqual([]);
    one(table, 5);
    expect(flowIn(table)).toEqual(['flow.receive-maximum']);
  });
});

describe('a quota that is spent', () => {
  const spent = () => {
    const table = new Table({ connect: { properties: { receiveMaximum: 1 } } });
    table.down(publish('t', 'a', 1, 1));
    return table;
  };

  it('holds back nothing else [5.0/MQTT-4.9.0-3] [5.0/MQTT-3.3.4-10]', () => {
    const table = spent();
    table.up({ type: 'subscribe', packetId: 7, subscriptions: [{ filter: 't', qos: 1 }] });
    table.down({ type: 'suback', packetId: 7, reasonCodes: [1] });
    table.up({ type: 'puback', packetId: 1, reasonCode: 0 });
    expect(ruleOf(judge(table), 'flow.others-go-on')).toMatchObject({ reached: 1, broken: 0 });
  });

  it('is to blame for an answer that never comes', () => {
    const table = spent();
    table.up({ type: 'subscribe', packetId: 7, subscriptions: [{ filter: 't', qos: 1 }] });
    table.up({ type: 'puback', packetId: 1, reasonCode: 0 });
    expect(brokenIn(judge(table))).toContain('flow.others-go-on');
    expect(brokenIn(judge(table))).not.toContain('answer.subscribe');
  });
});

describe('before 5.0 and among peers', () => {
  it('there is no quota, and no rule of one', () => {
    const old = new Table({ v: 4 });
    for (let id = 1; id < 50; id++) old.up(publish('t', `${id}`, 1, id));
    expect(ruleOf(judge(old), 'flow.receive-maximum').reached).toBe(0);
    const peer = new Table({ role: 'peer', connack: { properties: { receiveMaximum: 1 } } });
    peer.up(publish('t', 'a', 1, 1));
    peer.up(publish('t', 'b', 1, 2));
    expect(flowIn(peer)).toEqual([]);
  });
});
