import { describe, expect, it } from 'vitest';
import type { Packet } from '../../../src/mqtt/codec/packet.ts';
import { publish } from '../../trace/stage.ts';
import { brokenIn, judge, ruleOf } from '../court.ts';
import { Table } from '../table.ts';

const aliased = (topic: string, topicAlias: number): Packet => ({
  ...(publish(topic, 'x') as Packet & { type: 'publish' }),
  properties: { topicAlias },
});

const aliasesIn = (table: Table): string[] =>
  brokenIn(judge(table, false)).filter((rule) => rule.startsWith('alias.'));

const SIDES = [
  {
    sender: 'client',
    table: (topicAliasMaximum?: number) =>
      new Table(topicAliasMaximum === undefined ? {} : { connack: { properties: { topicAliasMaximum } } }),
    send: (table: Table, packet: Packet) => table.up(packet),
    refuse: (table: Table) => table.down({ type: 'disconnect', reasonCode: 0x94 }),
  },
  {
    sender: 'server',
    table: (topicAliasMaximum?: number) =>
      new Table(topicAliasMaximum === undefined ? {} : { connect: { properties: { topicAliasMaximum } } }),
    send: (table: Table, packet: Packet) => table.down(packet),
    refuse: (table: Table) => table.up({ type: 'disconnect', reasonCode: 0x94 }),
  },
] as const;

describe.each(SIDES)('a topic alias of a $sender', ({ table: set, send, refuse }) => {
  it('stands for the topic that it was set to, as long as the connection lasts', () => {
    const table = set(2);
    send(table, aliased('a', 1));
    send(table, aliased('', 1));
    send(table, aliased('b', 2));
    send(table, aliased('', 2));
    expect(aliasesIn(table)).toEqual([]);
    const report = judge(table, false);
    expect(ruleOf(report, 'alias.set')).toMatchObject({ reached: 2, outcome: 'held' });
    expect(ruleOf(report, 'alias.accepted')).toMatchObject({ reached: 4, outcome: 'held' });
  });

  it('is not above what the other takes [5.0/MQTT-3.3.2-9] [5.0/MQTT-3.3.2-11]', () => {
    const table = set(2);
    send(table, aliased('a', 3));
    expect(aliasesIn(table)).toEqual(['alias.maximum']);
    refuse(table);
    expect(aliasesIn(table)).toEqual(['alias.maximum']);
  });

  it.each([undefined, 0])(
    'is not sent to who takes %s [5.0/MQTT-3.1.2-27] [5.0/MQTT-3.2.2-18]',
    (maximum) => {
      const table = set(maximum);
      send(table, publish('a', 'x'));
      expect(ruleOf(judge(table, false), 'alias.unasked')).toMatchObject({ reached: 1, broken: 0 });
      send(table, aliased('a', 1));
      expect(aliasesIn(table)).toEqual(['alias.unasked']);
    },
  );

  it('is not used before it is set', () => {
    const table = set(2);
    send(table, aliased('', 1));
    expect(aliasesIn(table)).toEqual(['alias.set']);
  });

  it('does not survive its connection [5.0/MQTT-3.3.2-7]', () => {
    const table = set(2);
    send(table, aliased('a', 1));
    table.end(table.wire);
    table.meet({ sessionPresent: true });
    send(table, aliased('', 1));
    expect(aliasesIn(table)).toEqual(['alias.set']);
  });

  it('is accepted when it is within the maximum [5.0/MQTT-3.3.2-10] [5.0/MQTT-3.3.2-12]', () => {
    const table = set(2);
    send(table, aliased('a', 2));
    refuse(table);
    expect(aliasesIn(table)).toEqual(['alias.accepted']);
  });
});

describe('an alias that nobody can judge', () => {
  it('is that of a peer, and that of a client that has not read CONNACK', () => {
    const peer = new Table({ role: 'peer' });
    peer.up(aliased('', 9));
    peer.down({ type: 'disconnect', reasonCode: 0x94 });
    expect(aliasesIn(peer)).toEqual([]);

    const table = new Table();
    table.wire = table.dial('c', 'hub', 5);
    table.up({ type: 'connect', protocolVersion: 5, clientId: 'c', cleanStart: true, keepAlive: 0 });
    const connack = table.send(table.wire, 'hub', { type: 'connack', sessionPresent: false, reasonCode: 0 });
    table.up(aliased('a', 1));
    table.receive(connack);
    expect(aliasesIn(table)).toEqual([]);
  });
});
