import { describe, expect, it } from 'vitest';
import type { Packet } from '../../../src/mqtt/codec/packet.ts';
import { publish } from '../../trace/stage.ts';
import { brokenIn, judge, ruleOf } from '../court.ts';
import { Table } from '../table.ts';

const SECOND = 1_000_000;

const orderIn = (table: Table): string[] =>
  brokenIn(judge(table, false)).filter((rule) => /^(order|error)\./.test(rule));

const CONNECT: Packet = {
  type: 'connect',
  protocolVersion: 5,
  clientId: 'c',
  cleanStart: true,
  keepAlive: 0,
};

/** A connection on which nothing was said. */
const fresh = (role: 'client' | 'peer' = 'client') => {
  const table = new Table({ role });
  table.wire = table.dial('c', 'hub', 5);
  return table;
};

describe('a client', () => {
  it('begins with CONNECT [3.1.1/MQTT-3.1.0-1] [5.0/MQTT-3.1.0-1]', () => {
    expect(orderIn(new Table())).toEqual([]);
    const table = fresh();
    table.up({ type: 'pingreq' });
    expect(orderIn(table)).toEqual(['order.connect']);
  });

  it('sends CONNECT once', () => {
    const table = new Table();
    table.up(CONNECT);
    expect(orderIn(table)).toEqual(['order.connect']);
  });

  it.each([
    { type: 'pingresp' },
    { type: 'suback', packetId: 1, reasonCodes: [0] },
    { type: 'unsuback', packetId: 1, reasonCodes: [0] },
    { type: 'connack', sessionPresent: false, reasonCode: 0 },
  ] as const)('does not send what only servers send: $type', (packet) => {
    const table = new Table();
    table.up(packet);
    expect(orderIn(table)).toEqual(['order.direction']);
  });

  it('sends nothing after DISCONNECT [3.1.1/MQTT-3.14.4-2] [5.0/MQTT-3.14.4-1]', () => {
    const table = new Table();
    table.up({ type: 'disconnect', reasonCode: 0 });
    expect(orderIn(table)).toEqual([]);
    table.send(table.wire, 'c', { type: 'pingreq' });
    expect(orderIn(table)).toEqual(['order.disconnect']);
  });

  it('closes after DISCONNECT [3.1.1/MQTT-3.14.4-1] [5.0/MQTT-3.14.4-2]', () => {
    const leave = (seconds: number) => {
      const table = new Table();
      table.up({ type: 'disconnect', reasonCode: 0 });
      table.tick(seconds * SECOND);
      table.endAt(table.wire, 'c', 'closed');
      return orderIn(table);
    };
    expect(leave(1)).toEqual([]);
    expect(leave(11)).toEqual(['order.disconnect']);
  });
});

describe('a server', () => {
  it.each([publish('t', 'a'), { type: 'disconnect', reasonCode: 0x80 } as Packet])(
    'sends CONNACK before anything else, DISCONNECT included [5.0/MQTT-3.2.0-1] [5.0/MQTT-3.14.0-1]',
    (packet) => {
      const table = fresh();
      table.up(CONNECT);
      table.down(packet);
      expect(orderIn(table)).toEqual(['order.connack']);
    },
  );

  it('may send AUTH before, and sends one CONNACK [5.0/MQTT-3.2.0-2]', () => {
    const table = fresh();
    table.up({ ...CONNECT, properties: { authenticationMethod: 'm' } } as Packet);
    table.down({ type: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'm' } });
    table.down({ type: 'connack', sessionPresent: false, reasonCode: 0 });
    expect(orderIn(table)).toEqual([]);
    table.down({ type: 'connack', sessionPresent: false, reasonCode: 0 });
    expect(orderIn(table)).toEqual(['order.connack']);
  });

  it.each([
    { type: 'pingreq' },
    { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'a', qos: 0 }] },
    { type: 'unsubscribe', packetId: 1, filters: ['a'] },
  ] as const)('does not send what only clients send: $type', (packet) => {
    const table = new Table();
    table.down(packet);
    expect(orderIn(table)).toEqual(['order.direction']);
  });

  it('does not send DISCONNECT before 5.0', () => {
    const table = new Table({ v: 4 });
    table.send(table.wire, 'hub', { type: 'disconnect' });
    expect(orderIn(table)).toEqual(['order.direction']);
  });

  it.each([4, 5] as const)('sends nothing after it has refused, and closes: version %i', (v) => {
    const refused = () => new Table({ v, connack: { reasonCode: v === 5 ? 0x87 : 5 } });
    const closed = refused();
    closed.endAt(closed.wire, 'hub', 'closed');
    expect(orderIn(closed)).toEqual([]);
    expect(ruleOf(judge(closed, false), 'order.refused').reached).toBe(1);
    const open = refused();
    open.tick(11 * SECOND);
    open.client('somebody');
    expect(orderIn(open)).toEqual(['order.refused']);
    const talks = refused();
    talks.send(talks.wire, 'hub', { type: 'pingresp' });
    expect(orderIn(talks)).toEqual(['order.refused']);
  });

  it('has not kept open what it stood still before', () => {
    const table = new Table({ connack: { reasonCode: 0x87 } });
    table.recorder.emit({ k: 'node.paused', n: 'hub', life: 1 });
    table.tick(60 * SECOND);
    table.recorder.emit({ k: 'node.resumed', n: 'hub', life: 1 });
    table.endAt(table.wire, 'hub', 'closed');
    expect(orderIn(table)).toEqual([]);
  });
});

describe('who reads what cannot come', () => {
  const wrongs: readonly [string, (table: Table) => void][] = [
    ['a second CONNECT [3.1.1/MQTT-3.1.0-2] [5.0/MQTT-3.1.0-2]', (table) => void table.up(CONNECT)],
    ['a packet that only it may send', (table) => void table.up({ type: 'pingresp' })],
    [
      'what is no packet [3.1.1/MQTT-4.8.0-1] [5.0/MQTT-4.13.1-1]',
      (table) => {
        const bytes = new Uint8Array([0xff, 0x00]);
        const { recorder, wire } = table;
        const sent = recorder.packetSent('c', wire.conn, bytes, 5);
        recorder.packetReceived('hub', wire.conn, sent, bytes);
      },
    ],
  ];

  it.each(wrongs)('closes the connection: %s', (_what, wrong) => {
    const closed = new Table({ role: 'peer' });
    wrong(closed);
    closed.endAt(closed.wire, 'hub', 'closed');
    expect(orderIn(closed)).toEqual([]);
    expect(ruleOf(judge(closed, false), 'error.closes').reached).toBe(1);
    const open = new Table({ role: 'peer' });
    wrong(open);
    open.tick(11 * SECOND);
    open.up({ type: 'pingreq' });
    open.endAt(open.wire, 'hub', 'closed');
    expect(orderIn(open)).toEqual(['error.closes']);
  });

  /** A CONNECT as bytes, read by the hub. */
  const knock = (level: number, flags: number) => {
    const table = fresh('peer');
    const rest = [0, 4, 77, 81, 84, 84, level, flags, 0, 0, ...(level === 5 ? [0] : []), 0, 1, 115];
    const bytes = Uint8Array.of(0x10, rest.length, ...rest);
    const sent = table.recorder.packetSent('c', table.wire.conn, bytes, 0);
    table.recorder.packetReceived('hub', table.wire.conn, sent, bytes);
    return table;
  };

  it.each([
    ['a malformed CONNECT [5.0/MQTT-3.1.4-1]', 5, 3, 'error.connect'],
    ['a malformed CONNECT before 5.0 [3.1.1/MQTT-3.1.4-1]', 4, 3, 'error.connect'],
    ['a CONNECT of tomorrow [5.0/MQTT-3.1.2-2]', 9, 2, 'error.protocol'],
  ] as const)('closes the connection: %s', (_what, level, flags, rule) => {
    const closed = knock(level, flags);
    closed.endAt(closed.wire, 'hub', 'closed');
    expect(orderIn(closed)).toEqual([]);
    expect(ruleOf(judge(closed, false), rule).reached).toBe(1);
    const open = knock(level, flags);
    open.tick(11 * SECOND);
    open.endAt(open.wire, 'hub', 'closed');
    expect(orderIn(open)).toEqual([rule]);
  });

  it.each([
    ['with a QoS of 3 before 5.0 [3.1.1/MQTT-3-8.3-4]', 4, 3],
    ['with a reserved bit before 5.0 [3.1.1/MQTT-3-8.3-4]', 4, 0x80],
    ['with a reserved bit [5.0/MQTT-3.8.3-5]', 5, 0x40],
  ] as const)('closes the connection: a SUBSCRIBE %s', (_what, v, options) => {
    const asked = (role: 'client' | 'peer') => {
      const table = new Table({ role, v });
      const rest = [0, 1, ...(v === 5 ? [0] : []), 0, 1, 97, options];
      const bytes = Uint8Array.of(0x82, rest.length, ...rest);
      const sent = table.recorder.packetSent('c', table.wire.conn, bytes, v);
      table.recorder.packetReceived('hub', table.wire.conn, sent, bytes);
      return table;
    };
    const closed = asked('peer');
    closed.endAt(closed.wire, 'hub', 'closed');
    expect(brokenIn(judge(closed, false))).toEqual([]);
    expect(ruleOf(judge(closed, false), 'error.options').reached).toBe(1);
    expect(ruleOf(judge(closed, false), 'error.closes').reached).toBe(0);
    const open = asked('peer');
    open.tick(11 * SECOND);
    open.endAt(open.wire, 'hub', 'closed');
    expect(brokenIn(judge(open, false))).toEqual(['error.options']);
    // Who wrote it has broken another rule.
    const written = asked('client');
    written.endAt(written.wire, 'hub', 'closed');
    expect(brokenIn(judge(written, false))).toEqual(['format.subscribe']);
  });

  it('answers a malformed CONNECT in 5.0 alone', () => {
    const old = knock(4, 3);
    old.wire.v = 4;
    old.send(old.wire, 'hub', { type: 'connack', sessionPresent: false, reasonCode: 2 });
    old.endAt(old.wire, 'hub', 'closed');
    expect(orderIn(old)).toEqual(['error.connect']);
    const table = knock(5, 3);
    table.send(table.wire, 'hub', { type: 'connack', sessionPresent: false, reasonCode: 0x81 });
    table.endAt(table.wire, 'hub', 'closed');
    expect(orderIn(table)).toEqual([]);
  });

  it('closes the connection: something before CONNECT', () => {
    const table = fresh('peer');
    table.up({ type: 'pingreq' });
    table.tick(11 * SECOND);
    table.endAt(table.wire, 'hub', 'closed');
    expect(orderIn(table)).toEqual(['error.closes']);
  });
});
