import { describe, expect, it } from 'vitest';
import type { Auth, ConnackProperties, Packet } from '../../../src/mqtt/codec/packet.ts';
import { bytesOf, publish } from '../../trace/stage.ts';
import { brokenIn, judge, ruleOf } from '../court.ts';
import { Table } from '../table.ts';

const saidIn = (table: Table): string[] =>
  brokenIn(judge(table, false)).filter((rule) => /^(request|announced|authentication)\./.test(rule));

describe('a client that wants no problem information', () => {
  const table = (requestProblemInformation?: 0 | 1) =>
    new Table({
      connect: requestProblemInformation === undefined ? {} : { properties: { requestProblemInformation } },
      connack: { properties: { reasonString: 'welcome' } },
    });
  const explained: Packet = {
    type: 'suback',
    packetId: 1,
    reasonCodes: [0],
    properties: { reasonString: 'so' },
  };

  it.each([
    [0, ['request.problem-information']],
    [1, []],
    [undefined, []],
  ] as const)(
    'is sent none but with PUBLISH, CONNACK and DISCONNECT [5.0/MQTT-3.1.2-29]: %s',
    (asked, broken) => {
      const set = table(asked);
      set.down(explained);
      expect(saidIn(set)).toEqual(broken);
    },
  );

  it('may be told with DISCONNECT and PUBLISH', () => {
    const set = table(0);
    const message = publish('t', 'a') as Packet & { type: 'publish' };
    set.down({ ...message, properties: { userProperties: [['a', 'b']] } });
    set.down({ type: 'suback', packetId: 1, reasonCodes: [0] });
    set.down({ type: 'disconnect', reasonCode: 0x8b, properties: { reasonString: 'enough' } });
    expect(saidIn(set)).toEqual([]);
    expect(ruleOf(judge(set, false), 'request.problem-information').reached).toBe(1);
  });
});

describe('Response Information', () => {
  it.each([
    [1, []],
    [0, ['request.response-information']],
    [undefined, ['request.response-information']],
  ] as const)(
    'comes only to who asked for it [5.0/MQTT-3.1.2-28]: %s',
    (requestResponseInformation, broken) => {
      const properties = requestResponseInformation === undefined ? {} : { requestResponseInformation };
      const table = new Table({
        connect: { properties },
        connack: { properties: { responseInformation: 'r' } },
      });
      expect(saidIn(table)).toEqual(broken);
    },
  );
});

describe('what a server announces', () => {
  const answering = (properties: ConnackProperties, packet: Packet, role: 'client' | 'peer' = 'client') => {
    const table = new Table({ role, connack: { properties } });
    table.up(packet);
    return table;
  };
  const subscribe = (filter: string, subscriptionIdentifier?: number): Packet => ({
    type: 'subscribe',
    packetId: 1,
    subscriptions: [{ filter, qos: 0 }],
    ...(subscriptionIdentifier === undefined ? {} : { properties: { subscriptionIdentifier } }),
  });

  it.each([
    [{ maximumQoS: 1 }, publish('t', 'a', 2, 1), ['announced.qos']],
    [{ maximumQoS: 1 }, publish('t', 'a', 1, 1), []],
    [{ maximumQoS: 0 }, publish('t', 'a', 1, 1), ['announced.qos']],
    [{ retainAvailable: 0 }, publish('t', 'a', 0, undefined, { retain: true }), ['announced.retain']],
    [{ retainAvailable: 0 }, publish('t', 'a'), []],
    [{ retainAvailable: 1 }, publish('t', 'a', 0, undefined, { retain: true }), []],
    [{ wildcardSubscriptionAvailable: 0 }, subscribe('a/+'), ['announced.subscriptions']],
    [{ wildcardSubscriptionAvailable: 0 }, subscribe('a'), []],
    [{ sharedSubscriptionAvailable: 0 }, subscribe('$share/g/a'), ['announced.subscriptions']],
    [{ sharedSubscriptionAvailable: 0 }, subscribe('a/+'), []],
    [{ subscriptionIdentifiersAvailable: 0 }, subscribe('a', 3), ['announced.subscriptions']],
    [{ subscriptionIdentifiersAvailable: 0 }, subscribe('a'), []],
  ] as const)('its client keeps to: %o', (properties, packet, broken) => {
    expect(saidIn(answering(properties, packet as Packet))).toEqual(broken);
    expect(saidIn(answering(properties, packet as Packet, 'peer'))).toEqual([]);
  });

  it.each([
    [{ maximumQoS: 1 }, 2, false, ['announced.will']],
    [{ maximumQoS: 1 }, 1, false, []],
    [{ retainAvailable: 0 }, 0, true, ['announced.will']],
    [{ retainAvailable: 0 }, 0, false, []],
  ] as const)(
    'its server keeps to with wills [5.0/MQTT-3.2.2-12] [5.0/MQTT-3.2.2-13]: %o',
    (properties, qos, retain, broken) => {
      const will = { topic: 'w', payload: bytesOf('gone'), qos, retain };
      expect(saidIn(new Table({ connect: { will }, connack: { properties } }))).toEqual(broken);
      expect(saidIn(new Table({ connect: { will }, connack: { properties: {}, reasonCode: 0x9b } }))).toEqual(
        [],
      );
    },
  );
});

describe('a server that takes less than QoS 2', () => {
  it.each([
    [1, { maximumQoS: 1 }, []],
    [1, {}, ['announced.maximum-qos']],
    [0, { maximumQoS: 1 }, ['announced.maximum-qos']],
    [2, {}, []],
  ] as const)('says so in CONNACK [5.0/MQTT-3.2.2-9]: %i', (maximumQoS, properties, broken) => {
    expect(saidIn(new Table({ promises: { maximumQoS }, connack: { properties } }))).toEqual(broken);
  });
});

describe('enhanced authentication', () => {
  const auth = (reasonCode: number, authenticationMethod: string | undefined = 'm'): Auth => ({
    type: 'auth',
    reasonCode,
    ...(authenticationMethod === undefined ? {} : { properties: { authenticationMethod } }),
  });

  /** CONNECT with a method, what comes then from either side, CONNACK. */
  const exchange = (between: readonly ['c' | 'hub', Packet][], method: string | undefined = 'm') => {
    const table = new Table();
    table.wire = table.dial('c', 'hub', 5);
    table.up({
      type: 'connect',
      protocolVersion: 5,
      clientId: 'c',
      cleanStart: true,
      keepAlive: 0,
      ...(method === undefined ? {} : { properties: { authenticationMethod: method } }),
    });
    for (const [n, packet] of between) table.pass(table.wire, n, packet);
    table.down({
      type: 'connack',
      sessionPresent: false,
      reasonCode: 0,
      ...(method === undefined ? {} : { properties: { authenticationMethod: method } }),
    });
    return table;
  };

  it('repeats its method and its reason codes, again as well [5.0/MQTT-4.12.0-5] [5.0/MQTT-4.12.1-1]', () => {
    const table = exchange([
      ['hub', auth(0x18)],
      ['c', auth(0x18)],
    ]);
    table.up(auth(0x19));
    table.down(auth(0x18));
    table.up(auth(0x18));
    table.down(auth(0));
    expect(saidIn(table)).toEqual([]);
    expect(ruleOf(judge(table, false), 'authentication.method').reached).toBe(7);
  });

  it.each([
    ['c', auth(0x18, 'other'), 'authentication.method'],
    ['hub', auth(0x18, 'other'), 'authentication.method'],
    ['hub', auth(0), 'authentication.code'],
    ['c', auth(0x19), 'authentication.code'],
    ['c', publish('t', 'a'), 'authentication.before-connack'],
  ] as const)('is wrong when %s sends %o', (n, packet, rule) => {
    expect(saidIn(exchange([[n, packet as Packet]]))).toEqual([rule]);
  });

  it.each(['c', 'hub'] as const)(
    'is not begun by %s where CONNECT has no method [5.0/MQTT-4.12.0-6] [5.0/MQTT-4.12.0-7]',
    (n) => {
      expect(saidIn(exchange([], undefined))).toEqual([]);
      const table = new Table();
      table.pass(table.wire, n, auth(0x18));
      expect(saidIn(table)).toEqual(['authentication.unasked']);
    },
  );

  it('closes where it fails [5.0/MQTT-4.12.0-1] [5.0/MQTT-4.12.0-4]', () => {
    const refused = (seconds: number) => {
      const connect = { properties: { authenticationMethod: 'm' } };
      const table = new Table({ connect, connack: { reasonCode: 0x8c } });
      table.tick(seconds * 1_000_000);
      table.endAt(table.wire, 'hub', 'closed');
      return table;
    };
    expect(saidIn(refused(1))).toEqual([]);
    expect(ruleOf(judge(refused(1), false), 'authentication.refused').reached).toBe(1);
    expect(saidIn(refused(11))).toEqual(['authentication.refused']);
  });

  it('that is not repeated well ends the connection [5.0/MQTT-4.12.1-2]', () => {
    const failed = (seconds: number, reasonCode = 0x87, done: readonly Packet[] = []) => {
      const table = exchange([]);
      table.up(auth(0x19));
      for (const packet of done) table.down(packet);
      table.down({ type: 'disconnect', reasonCode });
      table.tick(seconds * 1_000_000);
      table.endAt(table.wire, 'hub', 'closed');
      const report = judge(table, false);
      return { broken: brokenIn(report), reached: ruleOf(report, 'authentication.again').reached };
    };
    expect(failed(1)).toEqual({ broken: [], reached: 1 });
    expect(failed(11)).toEqual({ broken: ['authentication.again'], reached: 1 });
    // A hub that shuts down, or one that was satisfied, has another reason.
    expect(failed(11, 0x8b)).toEqual({ broken: ['order.disconnect'], reached: 0 });
    expect(failed(11, 0x87, [auth(0)])).toEqual({ broken: ['order.disconnect'], reached: 0 });
  });

  it('leaves its method out of no CONNACK, and puts none into that of others', () => {
    const table = new Table({ connect: { properties: { authenticationMethod: 'm' } } });
    expect(saidIn(table)).toEqual(['authentication.method']);
    const other = new Table({ connack: { properties: { authenticationMethod: 'm' } } });
    expect(saidIn(other)).toEqual(['authentication.unasked']);
  });
});
