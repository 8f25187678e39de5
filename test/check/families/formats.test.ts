import { describe, expect, it } from 'vitest';
import type { Packet } from '../../../src/mqtt/codec/packet.ts';
import { bytesOf, publish } from '../../trace/stage.ts';
import { brokenIn, judge, ruleOf } from '../court.ts';
import { Table } from '../table.ts';

const formatsIn = (table: Table): string[] =>
  brokenIn(judge(table, false)).filter((rule) => rule.startsWith('format.'));

/** A CONNECT of 5.0 with these flags, and what follows its identifier. */
const connect = (flags: number, ...rest: number[]): number[] => [
  ...[0x10, 14 + rest.length, 0, 4, 77, 81, 84, 84, 5, flags, 0, 0, 0, 0, 1, 99],
  ...rest,
];
/** Of the ASCII in it. */
const string = (text: string): number[] => [0, text.length, ...bytesOf(text)];

/** The hub or the client writes these bytes. */
const writes = (n: 'c' | 'hub', bytes: readonly number[], role: 'client' | 'peer' = 'client') => {
  const table = new Table({ role });
  table.recorder.packetSent(n, table.wire.conn, Uint8Array.from(bytes), 5);
  return table;
};

describe('what is no packet', () => {
  it.each([
    ['a PUBLISH of QoS 3 [5.0/MQTT-3.3.1-4]', 'c', [0x36, 6, 0, 1, 0x74, 0, 1, 0], 'format.publish'],
    ['a PUBLISH on a wildcard [5.0/MQTT-3.3.2-2]', 'c', [0x30, 4, 0, 1, 0x23, 0], 'format.publish'],
    ['a string with U+0000 [5.0/MQTT-1.5.4-2]', 'hub', [0x30, 4, 0, 1, 0, 0], 'format.text'],
    ['a string that is not UTF-8 [5.0/MQTT-1.5.4-1]', 'hub', [0x30, 4, 0, 1, 0xff, 0], 'format.text'],
    ['a SUBSCRIBE without filters [5.0/MQTT-3.8.3-2]', 'c', [0x82, 3, 0, 1, 0], 'format.subscribe'],
    ['a PUBREL with other flags [5.0/MQTT-3.6.1-1]', 'c', [0x60, 2, 0, 1], 'format.acknowledgement'],
    ['a PUBACK with no such code [5.0/MQTT-3.4.2-1]', 'hub', [0x40, 3, 0, 1, 0x77], 'format.acknowledgement'],
    ['a PINGREQ with flags [5.0/MQTT-2.1.3-1]', 'c', [0xc1, 0], 'format.packet'],
    ['a SUBACK with no such code [5.0/MQTT-3.9.3-2]', 'hub', [0x90, 4, 0, 1, 0, 3], 'format.suback'],
    ['an UNSUBACK with no such code [5.0/MQTT-3.11.3-2]', 'hub', [0xb0, 4, 0, 1, 0, 3], 'format.unsuback'],
    ['a CONNACK with no such code [5.0/MQTT-3.2.2-8]', 'hub', [0x20, 3, 0, 0x50, 0], 'format.connack'],
    ['an UNSUBSCRIBE without filters [5.0/MQTT-3.10.3-2]', 'c', [0xa2, 3, 0, 1, 0], 'format.unsubscribe'],
    [
      'an UNSUBSCRIBE of no filter [5.0/MQTT-4.7.1-1]',
      'c',
      [0xa2, 8, 0, 1, 0, ...string('#/b')],
      'format.unsubscribe',
    ],
    ['a SUBSCRIBE numbered 0 [5.0/MQTT-2.2.1-3]', 'c', [0x82, 7, 0, 0, 0, 0, 1, 97, 0], 'format.identifier'],
    [
      'a share without a name [5.0/MQTT-4.8.2-1]',
      'c',
      [0x82, 15, 0, 1, 0, ...string('$share//a'), 0],
      'format.shared',
    ],
    [
      'a response topic with a wildcard [5.0/MQTT-3.3.2-14]',
      'c',
      [0x30, 8, 0, 1, 0x74, 4, 8, ...string('#')],
      'format.message-properties',
    ],
    ['a will retained without a will [5.0/MQTT-3.1.2-13]', 'c', connect(0x20), 'format.connect'],
    [
      'a will on a wildcard [5.0/MQTT-4.7.0-1]',
      'c',
      connect(4, 0, ...string('#'), ...string('')),
      'format.connect',
    ],
    ['a will of QoS 3 [5.0/MQTT-3.1.2-12]', 'c', connect(0x1c), 'format.will'],
    ['no will where its flag is set [5.0/MQTT-3.1.2-9]', 'c', connect(4), 'format.will'],
    ['no user name where its flag is set [5.0/MQTT-3.1.2-17]', 'c', connect(0x80), 'format.credentials'],
    ['no password where its flag is set [5.0/MQTT-3.1.2-19]', 'c', connect(0x40), 'format.credentials'],
  ] as const)('is put down to who writes it: %s', (_what, n, bytes, rule) => {
    expect(formatsIn(writes(n, bytes))).toEqual([rule]);
  });

  it.each([
    ['DUP with QoS 0 [5.0/MQTT-3.3.1-2]', 'c', [0x38, 4, 0, 1, 0x74, 0], 'delivery.dup-flag'],
    ['a session where it refuses [5.0/MQTT-3.2.2-6]', 'hub', [0x20, 3, 1, 0x87, 0], 'session.present'],
    ['topic alias 0 [5.0/MQTT-3.3.2-8]', 'c', [0x30, 7, 0, 1, 0x74, 3, 0x23, 0, 0], 'alias.maximum'],
    ['PUBACK of nothing [5.0/MQTT-2.2.1-5]', 'hub', [0x40, 2, 0, 0], 'answer.publish'],
  ] as const)('breaks the rule that its statement belongs to: %s', (_what, n, bytes, rule) => {
    expect(brokenIn(judge(writes(n, bytes), false))).toEqual([rule]);
  });

  it('has an identifier of 0 [3.1.1/MQTT-2.3.1-1]', () => {
    const table = new Table({ v: 4 });
    const bytes = Uint8Array.of(0x32, 5, 0, 1, 0x74, 0, 0);
    table.recorder.packetSent('c', table.wire.conn, bytes, 4);
    expect(formatsIn(table)).toEqual(['format.identifier']);
  });

  it('is nobody’s fault when it is a peer’s, another protocol, or cut short by a crash', () => {
    expect(formatsIn(writes('c', [0x36, 6, 0, 1, 0x74, 0, 1, 0], 'peer'))).toEqual([]);
    expect(formatsIn(writes('c', [0x10, 8, 0, 4, 77, 81, 84, 84, 9, 0]))).toEqual([]);
    const table = new Table();
    table.recorder.packetSent('c', table.wire.conn, Uint8Array.of(0x30), 5, 'the packet is cut short');
    expect(formatsIn(table)).toEqual([]);
  });
});

describe('CONNECT without an identifier', () => {
  it.each([
    [4, false, ['format.connect']],
    [4, true, []],
    [5, false, []],
  ] as const)('before 5.0 asks for a clean session [3.1.1/MQTT-3.1.3-7]: %i %s', (v, cleanStart, broken) => {
    const nameless = { v, connect: { clientId: '', cleanStart }, connack: { reasonCode: 2 } };
    expect(formatsIn(new Table(v === 4 ? nameless : { ...nameless, connack: {} }))).toEqual(broken);
    expect(formatsIn(new Table({ ...nameless, role: 'peer', connack: {} }))).toEqual([]);
  });
});

describe('what only the other side may say', () => {
  const up = (packet: Packet) => {
    const table = new Table();
    table.up(packet);
    return formatsIn(table);
  };
  const down = (packet: Packet) => {
    const table = new Table();
    table.down(packet);
    return formatsIn(table);
  };

  it('is a reason code [5.0/MQTT-3.4.2-1] [5.0/MQTT-3.14.2-1] [5.0/MQTT-3.15.2-1]', () => {
    expect(up({ type: 'puback', packetId: 1, reasonCode: 0x10 })).toEqual(['format.acknowledgement']);
    expect(down({ type: 'puback', packetId: 1, reasonCode: 0x10 })).toEqual([]);
    expect(up({ type: 'disconnect', reasonCode: 0x8d })).toEqual(['format.disconnect']);
    expect(down({ type: 'disconnect', reasonCode: 0x04 })).toEqual(['format.disconnect']);
    const properties = { authenticationMethod: 'm' };
    expect(down({ type: 'auth', reasonCode: 0x19, properties })).toEqual(['format.auth']);
  });

  it('is a Subscription Identifier in PUBLISH, and a Session Expiry Interval in DISCONNECT', () => {
    const message = publish('t', 'a') as Packet & { type: 'publish' };
    const marked = { ...message, properties: { subscriptionIdentifiers: [1] } };
    // [5.0/MQTT-3.3.4-6]
    expect(up(marked)).toEqual(['format.subscription-identifier']);
    expect(down(marked)).toEqual([]);
    const leave = { type: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 1 } } as const;
    // [5.0/MQTT-3.14.2-2]
    expect(down(leave)).toEqual(['format.disconnect']);
    expect(up(leave)).toEqual([]);
  });
});

describe('a rule of form', () => {
  it('is reached by packets that have what it is about', () => {
    const table = new Table({
      connect: {
        username: 'ann',
        password: bytesOf('secret'),
        will: { topic: 'w', payload: bytesOf(''), qos: 0, retain: false },
      },
    });
    table.up({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: '$share/g/a', qos: 0 }] });
    table.down({ type: 'suback', packetId: 1, reasonCodes: [0] });
    const question = publish('t', 'a') as Packet & { type: 'publish' };
    table.up({ ...question, properties: { responseTopic: 'answers' } });
    const report = judge(table);
    const reached = (rule: Parameters<typeof ruleOf>[1]) => ruleOf(report, rule).reached;
    expect(reached('format.packet')).toBe(5);
    expect([reached('format.will'), reached('format.credentials'), reached('format.shared')]).toEqual([
      1, 1, 1,
    ]);
    expect(reached('format.identifier')).toBe(1);
    expect(reached('format.message-properties')).toBe(1);
  });
});
