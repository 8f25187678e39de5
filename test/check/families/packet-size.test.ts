import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/mqtt/codec/encode.ts';
import { publish } from '../../trace/stage.ts';
import { brokenIn, judge, ruleOf } from '../court.ts';
import { Square } from '../square.ts';
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

describe('a message that is too large for a subscriber', () => {
  const large = 'x'.repeat(200);

  /** The subscriber takes 100 bytes, and is there when the large message comes. */
  function left(): Square {
    const square = new Square();
    square.arrive('sub', { maximumPacketSize: 100 });
    square.ask('sub', 't');
    square.say(large);
    return square;
  }

  it('is left out, and what comes after it is sent [5.0/MQTT-3.1.2-25]', () => {
    const square = left();
    square.say('b');
    square.tell('sub', 'b');
    const report = judge(square);
    expect(report).toMatchObject({ violations: [], excused: 0 });
    expect(ruleOf(report, 'delivery.at-least-once').reached).toBe(1);
  });

  it('is not owed to a connection that takes more, nor to one that takes less than its queue has [5.0/MQTT-3.1.2-25]', () => {
    const grown = left();
    grown.leave('sub');
    grown.arrive('sub', { sessionPresent: true });
    expect(judge(grown)).toMatchObject({ violations: [], excused: 0 });
    const shrunk = new Square();
    shrunk.arrive('sub');
    shrunk.ask('sub', 't');
    shrunk.leave('sub');
    shrunk.say(large);
    shrunk.arrive('sub', { sessionPresent: true, maximumPacketSize: 100 });
    shrunk.leave('sub');
    shrunk.arrive('sub', { sessionPresent: true });
    expect(judge(shrunk)).toMatchObject({ violations: [], excused: 0 });
  });

  it('is no reason to send its subscriber away [5.0/MQTT-3.1.2-25]', () => {
    const square = left();
    const wire = square.wires.get('sub')!;
    square.pass(wire, 'hub', { type: 'disconnect', reasonCode: 0x95 });
    const report = judge(square, false);
    expect(brokenIn(report)).toEqual(['size.maximum']);
    expect(report.violations[0]!.text).toMatch(
      /^hub closed sub>hub#1 over a message on t of \d+ bytes, which it had to leave out: sub takes 100$/,
    );
  });

  it('may be one that comes with an alias for its topic, or a will with its properties', () => {
    const topic = 'x'.repeat(90);
    const square = new Square();
    square.arrive('sub', { maximumPacketSize: 100 });
    square.ask('sub', '#');
    square.say('a', { topic, qos: 0, properties: { topicAlias: 1 } });
    square.say('b', { topic: '', properties: { topicAlias: 1 } });
    square.arrive('sensor', {
      will: { topic: 'w', payload: 'gone', properties: { userProperties: [['why', topic]] } },
    });
    square.leave('sensor');
    expect(brokenIn(judge(square)).filter((rule) => !rule.startsWith('alias.'))).toEqual([]);
  });
});
