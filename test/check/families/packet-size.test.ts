import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/mqtt/codec/encode.ts';
import { publish } from '../../trace/stage.ts';
import { brokenIn, judge, ruleOf } from '../court.ts';
import { Table } from '../table.ts';

const sizesIn = (table: Table): string[] =>
  brokenIn(judge(table, false)).filter((rule) => rule.startsWith('size.'));

const PUBLISH = publish('t', 'x'.repeat(40));
const LENGTH = encode(PUBLISH, 5).length;

describe('a packet', () => {
  it.each([
    ['client', 0, []],
    ['client', -1, ['size.maximum']],
    ['server', 0, []],
    ['server', -1, ['size.maximum']],
  ] as const)('of a %s, where the other takes %i bytes more than it has', (sender, more, broken) => {
    const properties = { maximumPacketSize: LENGTH + more };
    const table = new Table(sender === 'client' ? { connack: { properties } } : { connect: { properties } });
    if (sender === 'client') table.up(PUBLISH);
    else table.down(PUBLISH);
    expect(sizesIn(table)).toEqual(broken);
  });

  it('is a CONNACK too, and may be too large by its explanation [5.0/MQTT-3.2.2-19]', () => {
    const connect = { properties: { maximumPacketSize: 30 } };
    expect(sizesIn(new Table({ connect, connack: { properties: { reasonString: 'so' } } }))).toEqual([]);
    const table = new Table({ connect, connack: { properties: { reasonString: 'x'.repeat(40) } } });
    expect(sizesIn(table)).toEqual(['size.explanations']);
  });

  it('may be of any size before its sender knows better, and before 5.0', () => {
    const table = new Table({ v: 4 });
    table.up(publish('t', 'x'.repeat(100_000)));
    expect(ruleOf(judge(table, false), 'size.maximum').reached).toBe(0);
    const early = new Table();
    early.wire = early.dial('c', 'hub', 5);
    early.up({ type: 'connect', protocolVersion: 5, clientId: 'c', cleanStart: true, keepAlive: 0 });
    const connack = early.send(early.wire, 'hub', {
      type: 'connack',
      sessionPresent: false,
      reasonCode: 0,
      properties: { maximumPacketSize: 20 },
    });
    early.up(PUBLISH);
    early.receive(connack);
    expect(sizesIn(early)).toEqual([]);
    early.up(PUBLISH);
    expect(sizesIn(early)).toEqual(['size.maximum']);
  });
});
