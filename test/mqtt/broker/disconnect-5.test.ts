import { describe, expect, it } from 'vitest';
import type { Packet } from '../../../src/mqtt/codec/packet.ts';
import { bytes, Hub, type HubOptions, type Peer, SECOND } from './hub.ts';

const nothing = new Uint8Array(0);

function publish(properties: object, more: object = {}): Packet {
  return {
    type: 'publish',
    topic: 't',
    payload: nothing,
    qos: 0,
    retain: false,
    dup: false,
    properties,
    ...more,
  };
}

describe('a 5.0 client is told why its connection ends', () => {
  const cases: [what: string, code: number, rule: string, act: (peer: Peer) => void, options?: HubOptions][] =
    [
      ['a second CONNECT [trap 48]', 0x82, '5.0/MQTT-3.1.0-2', (peer) => peer.connect5('a')],
      [
        'a packet only a server sends [trap 48]',
        0x82,
        '5.0/MQTT-4.13.1-1',
        (peer) => peer.send({ type: 'pingresp' }),
      ],
      [
        'AUTH without a method in CONNECT',
        0x82,
        '5.0/MQTT-4.12.0-7',
        (peer) =>
          peer.send({ type: 'auth', reasonCode: 0x19, properties: { authenticationMethod: 'guess' } }),
      ],
      ['reserved flags', 0x81, '5.0/MQTT-3.8.1-1', (peer) => peer.sendBytes(0x80, 7, 0, 1, 0, 0, 1, 0x61, 0)],
      ['a PINGREQ with a payload [trap 48]', 0x81, '5.0/3.12.1', (peer) => peer.sendBytes(0xc0, 1, 0)],
      ['QoS 3', 0x81, '5.0/MQTT-3.3.1-4', (peer) => peer.sendBytes(0x36, 6, 0, 1, 0x61, 0, 1, 0)],
      [
        'a packet above the maximum size',
        0x95,
        'limit.packetSize',
        (peer) => peer.sendBytes(0x30, 200, 1),
        { limits: { packetSize: 100 } },
      ],
      [
        'a QoS above the maximum',
        0x9b,
        'limit.maximumQoS',
        (peer) => peer.publish('t', '', 2),
        { maximumQoS: 1 },
      ],
      [
        'RETAIN where there is none',
        0x9a,
        '5.0/MQTT-3.2.2-14',
        (peer) => peer.publish('t', '', 0, { retain: true }),
        { retainAvailable: false },
      ],
      [
        'a Subscription Identifier in PUBLISH [trap 38]',
        0x82,
        '5.0/MQTT-3.3.4-6',
        (peer) => peer.send(publish({ subscriptionIdentifiers: [1] })),
      ],
      [
        'a Topic Alias above the maximum [trap 34]',
        0x94,
        '5.0/MQTT-3.3.2-9',
        (peer) => peer.send(publish({ topicAlias: 3 })),
        { topicAliasMaximum: 2 },
      ],
      [
        'a Topic Alias where there is none',
        0x94,
        '5.0/MQTT-3.3.2-9',
        (peer) => peer.send(publish({ topicAlias: 1 })),
        { topicAliasMaximum: 0 },
      ],
      [
        'Topic Alias 0 [trap 34]',
        0x94,
        '5.0/MQTT-3.3.2-8',
        (peer) => peer.sendBytes(0x30, 7, 0, 1, 0x61, 3, 0x23, 0, 0),
      ],
      [
        'a Topic Alias that stands for nothing [trap 34]',
        0x82,
        '5.0/3.3.4',
        (peer) => peer.send(publish({ topicAlias: 1 }, { topic: '' })),
      ],
      [
        'more than the Receive Maximum [trap 31]',
        0x93,
        '5.0/MQTT-3.3.4-7',
        (peer) => {
          for (let packetId = 1; packetId <= 3; packetId++) peer.publish('t', '', 2, { packetId });
        },
        { receiveMaximum: 2 },
      ],
      [
        'a wildcard where there is none',
        0xa2,
        '5.0/3.2.2.3.11',
        (peer) => peer.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: 't/+', qos: 0 }] }),
        { wildcardSubscriptionAvailable: false },
      ],
      [
        'a Shared Subscription where there is none',
        0x9e,
        '5.0/3.2.2.3.13',
        (peer) =>
          peer.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: '$share/g/t', qos: 0 }] }),
        { sharedSubscriptionAvailable: false },
      ],
      [
        'a Subscription Identifier where there is none',
        0xa1,
        '5.0/3.2.2.3.12',
        (peer) =>
          peer.send({
            type: 'subscribe',
            packetId: 1,
            subscriptions: [{ filter: 't', qos: 0 }],
            properties: { subscriptionIdentifier: 1 },
          }),
        { subscriptionIdentifiersAvailable: false },
      ],
      [
        'No Local on a Shared Subscription [trap 9]',
        0x82,
        '5.0/MQTT-3.8.3-4',
        (peer) => peer.sendBytes(0x82, 16, 0, 1, 0, 0, 10, ...bytes('$share/g/t'), 4),
      ],
      [
        'PUBACK with a reason code only servers send',
        0x82,
        '5.0/MQTT-3.4.2-1',
        (peer) => peer.send({ type: 'puback', packetId: 1, reasonCode: 0x10 }),
      ],
      [
        'PUBREC with a reason code only servers send',
        0x82,
        '5.0/MQTT-3.5.2-1',
        (peer) => peer.send({ type: 'pubrec', packetId: 1, reasonCode: 0x10 }),
      ],
      [
        'DISCONNECT with a reason code only servers send',
        0x82,
        '5.0/MQTT-3.14.2-1',
        (peer) => peer.send({ type: 'disconnect', reasonCode: 0x8b }),
      ],
      ['reserved flags of DISCONNECT', 0x81, '5.0/MQTT-3.14.1-1', (peer) => peer.sendBytes(0xe1, 0)],
      ['reserved flags of PUBREL', 0x81, '5.0/MQTT-3.6.1-1', (peer) => peer.sendBytes(0x60, 2, 0, 1)],
      [
        'reserved flags of UNSUBSCRIBE',
        0x81,
        '5.0/MQTT-3.10.1-1',
        (peer) => peer.sendBytes(0xa0, 6, 0, 1, 0, 0, 1, 0x61),
      ],
      ['reserved flags of AUTH', 0x81, '5.0/MQTT-3.15.1-1', (peer) => peer.sendBytes(0xf1, 0)],
      ['reserved flags of PINGREQ', 0x81, '5.0/MQTT-2.1.3-1', (peer) => peer.sendBytes(0xc1, 0)],
      [
        'reserved Subscription Options',
        0x81,
        '5.0/MQTT-3.8.3-5',
        (peer) => peer.sendBytes(0x82, 7, 0, 1, 0, 0, 1, 0x61, 0x40),
      ],
      [
        'a character cut short in a user property',
        0x81,
        '5.0/MQTT-1.5.4-1',
        (peer) => peer.sendBytes(0x30, 11, 0, 1, 0x61, 7, 0x26, 0, 1, 0x62, 0, 1, 0xc3),
      ],
    ];
  for (const [what, code, rule, act, options] of cases) {
    it(`${what}: 0x${code.toString(16)}, the end, and the will [${rule}] [5.0/MQTT-4.13.1-1] [5.0/MQTT-4.13.2-1] [5.0/MQTT-3.14.4-2]`, () => {
      const hub = new Hub(options);
      const watcher = hub.client('watcher');
      watcher.subscribe('will');
      const peer = hub.dialIn().connect5('a', {}, { will: {} });
      act(peer);
      const disconnect = peer.take().at(-1);
      expect(disconnect).toMatchObject({ type: 'disconnect', reasonCode: code });
      expect((disconnect as { properties: { reasonString: string } }).properties.reasonString).not.toBe('');
      expect(peer.closed).toBe(true);
      expect(hub.rules()).toContain(rule);
      expect(watcher.messages()).toEqual(['will gone']);
      expect(watcher.closed).toBe(false);
    });
  }

  it('an acknowledgement of the wrong kind: 0x82', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a');
    peer.subscribe('t');
    hub.client('p').publish('t', 'x', 2);
    const [message] = peer.publishes();
    peer.send({ type: 'puback', packetId: message!.packetId! });
    expect(peer.takeOne('disconnect').reasonCode).toBe(0x82);
    expect(hub.rules()).toContain('5.0/MQTT-4.3.3-3');
  });

  it('takeover: 0x8E first, and then the old connection closes [5.0/MQTT-3.1.4-3] [trap 12]', () => {
    const hub = new Hub();
    const old = hub.dialIn().connect5('a');
    const young = hub.dialIn().connect5('a');
    expect(old.takeOne('disconnect').reasonCode).toBe(0x8e);
    expect([old.closed, young.closed]).toEqual([true, false]);
    expect(hub.rules()).toContain('5.0/MQTT-3.1.4-3');
  });

  it('shutdown: 0x8B for everybody of 5.0, an end for all, and the sessions stay', () => {
    const hub = new Hub();
    const peers = [
      hub.dialIn().connect5('a', { sessionExpiryInterval: 60 }),
      hub.client('b', { clean: false }),
    ];
    const silent = hub.dialIn();
    hub.input(() => hub.machine.shutdown(hub.now));
    expect(peers[0]!.takeOne('disconnect').reasonCode).toBe(0x8b);
    expect(peers[1]!.take()).toEqual([]);
    expect([...peers, silent].map((peer) => peer.closed)).toEqual([true, true, true]);
    hub.disk.die('power-cut');
    const again = new Hub({}, { disk: hub.disk });
    expect(again.machine.sessions).toBe(2);
  });

  it('not before its CONNACK was written [5.0/MQTT-3.14.0-1]', () => {
    const hub = new Hub({}, { sync: 'by-hand' });
    const peer = hub.dialIn().connect5('a', { sessionExpiryInterval: 60 });
    expect(peer.connack).toBeUndefined();
    peer.connect5('a');
    expect(peer.closed).toBe(true);
    hub.sync();
    expect(peer.take()).toEqual([]);
  });

  it('at once, although acknowledgements wait for the disk, which then never come', () => {
    const hub = new Hub({}, { sync: 'by-hand' });
    const peer = hub.dialIn().connect5('a', { sessionExpiryInterval: 60 });
    hub.sync();
    peer.take();
    peer.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: 't', qos: 0 }] });
    peer.send({ type: 'pingresp' });
    expect(peer.takeOne('disconnect').reasonCode).toBe(0x82);
    hub.sync();
    expect(peer.take()).toEqual([]);
  });

  it('in few words, however long its identifier is, and in none when it takes no long packet [5.0/MQTT-3.14.2-3]', () => {
    const hub = new Hub();
    const long = '\u{1f600}'.repeat(16_000);
    const talkative = hub.dialIn().connect5(long);
    hub.dialIn().connect5(long);
    const { properties } = talkative.takeOne('disconnect');
    expect(properties!.reasonString!.length).toBeLessThanOrEqual(256);
    const terse = hub.dialIn().connect5('a', { maximumPacketSize: 30 });
    terse.send({ type: 'pingresp' });
    expect(terse.takeOne('disconnect')).toEqual({ type: 'disconnect', reasonCode: 0x82 });
  });
});

describe('a DISCONNECT of 5.0', () => {
  it('takes the will along only with 0x00 [5.0/MQTT-3.14.4-3] [5.0/MQTT-3.1.2-10] [trap 17]', () => {
    for (const [reasonCode, published] of [
      [0x00, []],
      [0x04, ['will gone']],
      [0x80, ['will gone']],
      [0x98, ['will gone']],
    ] as const) {
      const hub = new Hub();
      const watcher = hub.client('watcher');
      watcher.subscribe('will');
      const peer = hub.dialIn().connect5('a', {}, { will: {} });
      peer.send({ type: 'disconnect', reasonCode });
      expect(watcher.messages()).toEqual(published);
      expect(peer.take()).toEqual([]);
      expect(peer.closed).toBe(true);
    }
  });

  it('with 0x04 lets a delayed will wait', () => {
    const hub = new Hub();
    const watcher = hub.client('watcher');
    watcher.subscribe('will');
    const will = { properties: { willDelayInterval: 10 } };
    const peer = hub.dialIn().connect5('a', { sessionExpiryInterval: 60 }, { will });
    peer.send({ type: 'disconnect', reasonCode: 4 });
    hub.advance(10 * SECOND - 1);
    expect(watcher.messages()).toEqual([]);
    hub.advance(1);
    expect(watcher.messages()).toEqual(['will gone']);
  });
});

describe('the acknowledgements of 5.0', () => {
  it('say when nobody is subscribed: 0x10, and 0x00 when somebody is', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a');
    peer.publish('t', '', 1);
    expect(peer.takeOne('puback').reasonCode).toBe(0x10);
    peer.publish('t', '', 2);
    expect(peer.takeOne('pubrec').reasonCode).toBe(0x10);
    hub.client('b').subscribe('t');
    peer.publish('t', '', 1);
    expect(peer.takeOne('puback').reasonCode).toBe(0);
  });

  it('refuse what begins with $: 0x90, with a reason for who wants one [5.0/MQTT-3.1.2-29] [trap 40]', () => {
    const hub = new Hub();
    const plain = hub.dialIn().connect5('a');
    plain.publish('$SYS/x', '', 2);
    const pubrec = plain.takeOne('pubrec');
    expect(pubrec.reasonCode).toBe(0x90);
    expect(pubrec.properties?.reasonString).toContain('$');
    // The identifier of a refused message is free.
    plain.publish('t', '', 2, { packetId: pubrec.packetId });
    expect(plain.takeOne('pubrec').reasonCode).toBe(0x10);
    const terse = hub.dialIn().connect5('b', { requestProblemInformation: 0 });
    terse.publish('$SYS/x', '', 1);
    expect(terse.takeOne('puback')).toEqual({ type: 'puback', packetId: 1, reasonCode: 0x90 });
  });

  it('are plain for clients before 5.0', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.publish('$SYS/x', '', 2);
    peer.publish('t', '', 1);
    expect(hub.ofKind('send').map(({ bytes: sent }) => sent.length)).toEqual([4, 4]);
    // Not refused: the exchange goes on to its PUBREL.
    expect(hub.observed.get('session/a received/1')).toBe('PUBREC');
  });

  it('of UNSUBSCRIBE have a code for each filter: 0x11 where there was no subscription [5.0/MQTT-3.10.4-6]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a');
    peer.subscribe('b', 'd');
    peer.send({ type: 'unsubscribe', packetId: 9, filters: ['a', 'b', 'b', 'd'] });
    expect(peer.takeOne('unsuback')).toMatchObject({ packetId: 9, reasonCodes: [0x11, 0, 0x11, 0] });
  });

  it('of SUBSCRIBE say 0x97 for one too many, with a reason for who wants one [5.0/MQTT-3.8.4-6] [5.0/MQTT-3.1.2-29] [trap 40]', () => {
    for (const requestProblemInformation of [0, 1] as const) {
      const hub = new Hub({ limits: { subscriptionsPerSession: 1 } });
      const peer = hub.dialIn().connect5('a', { requestProblemInformation });
      const subscriptions = ['a', 'b', 'a'].map((filter) => ({ filter, qos: 1 as const }));
      peer.send({ type: 'subscribe', packetId: 1, subscriptions });
      const suback = peer.takeOne('suback');
      expect(suback.reasonCodes).toEqual([1, 0x97, 1]);
      expect(suback.properties !== undefined).toBe(requestProblemInformation === 1);
    }
  });

  it('of a PUBREL or PUBREC for nothing say 0x92 [trap 29]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a');
    peer.send({ type: 'pubrel', packetId: 7 });
    expect(peer.takeOne('pubcomp')).toMatchObject({ packetId: 7, reasonCode: 0x92 });
    peer.send({ type: 'pubrec', packetId: 7 });
    expect(peer.takeOne('pubrel')).toMatchObject({ packetId: 7, reasonCode: 0x92 });
    expect(peer.closed).toBe(false);
  });
});
